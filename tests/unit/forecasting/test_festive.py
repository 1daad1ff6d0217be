"""Rare events: the level is that of ordinary buckets, and what they brought comes again."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from domain.events import Events
from domain.periods import Bucket
from domain.settings import Settings
from domain.terms import Known, Panel
from forecasting.festive import without_event, without_events
from forecasting.past import forecast_at, forecasts_of_the_past
from forecasting.result import Forecast
from forecasting.run import forecast
from tests.contract.forecasting.situations import panel_of

DAYS, SERIES = 220, 30
PAST = [(40, 42), (80, 82), (120, 122), (160, 162)]
NEXT = (DAYS + 7, DAYS + 9)
LOCAL = Settings(forecast_mode="local")


def fair(panel: Panel, spans: list[tuple[int, int]], places: list[int] | None = None) -> Panel:
    """The panel with an event in spans of buckets, at one place of two (of all where None)."""
    begin, end = (np.array(days, np.int64) for days in zip(*spans, strict=True))
    events = Events(
        names=("fair",),
        name=np.zeros(len(spans), np.int64),
        place=np.array([-1] * len(spans) if places is None else places),
        starts=panel.calendar.first + begin,
        ends=panel.calendar.first + end,
        of_series=np.arange(panel.series) % 2,
    )
    return dataclasses.replace(panel, events=events)


def shop(uplift: float, seed: int = 4) -> Panel:
    """Poisson series with a weekday profile; all sell more on the days of PAST."""
    draw = np.random.default_rng(seed)
    week = np.array([1, 1, 1, 1, 1.5, 2, 0.5])[np.arange(DAYS) % 7]
    factor = np.ones(DAYS)
    for begin, end in PAST:
        factor[begin : end + 1] = uplift
    rate = draw.lognormal(2.0, 0.5, (SERIES, 1)) * week * factor
    demand = draw.poisson(rate).astype(float)
    return panel_of({f"s{i:02d}": demand[i] for i in range(SERIES)})


def made(panel: Panel) -> Forecast:
    return forecast(panel, LOCAL, 21)


@pytest.mark.parametrize(
    ("uplift", "low", "high"), [(3.0, 2.2, 3.2), (1.0, 0.9, 1.1), (0.2, 0.2, 0.5)]
)
def test_what_an_event_did_is_expected_when_it_comes_again(
    uplift: float, low: float, high: float
) -> None:
    panel = shop(uplift)
    ratio = made(fair(panel, [*PAST, NEXT])).mean / made(fair(panel, PAST)).mean
    np.testing.assert_array_equal(ratio[:, :7], 1.0)
    np.testing.assert_array_equal(ratio[:, 10:], 1.0)
    assert low < np.median(ratio[:, 7:10]) < high


def test_past_events_raise_no_level() -> None:
    loud, quiet = shop(6.0), shop(1.0)
    assert made(fair(loud, PAST)).mean.sum() == pytest.approx(made(quiet).mean.sum(), rel=0.03)
    assert made(loud).mean.sum() > 1.05 * made(quiet).mean.sum()


def test_an_event_of_one_place_is_expected_there() -> None:
    panel = shop(3.0)
    here = made(fair(panel, [*PAST, NEXT], [0, 0, 0, 0, 0])).mean
    ratio = here / made(fair(panel, PAST, [0, 0, 0, 0])).mean
    np.testing.assert_array_equal(ratio[1::2], 1.0)
    assert np.median(ratio[::2, 7:10]) > 2.0


def test_what_comes_often_is_usual_and_what_never_came_lifts_nothing() -> None:
    panel = shop(1.0)
    weekly = [(day, day + 1) for day in range(5, DAYS, 7)]
    hidden = without_events(fair(panel, weekly), full=False).known == Known.UNKNOWN
    assert hidden[:, :60].any()
    assert not hidden[:, 30:].any()
    never = fair(panel, [NEXT])
    assert made(never).mean.tobytes() == made(panel).mean.tobytes()
    assert without_events(panel, full=False) is panel


def test_an_event_that_is_to_come_says_nothing_before_it_was_seen() -> None:
    panel, origins = fair(shop(3.0), [*PAST, NEXT]), np.array([150, 170, 180])
    rolled = forecasts_of_the_past(panel, LOCAL, origins, 21)
    first = next(rolled)
    assert first.mean.tobytes() == forecast_at(panel, LOCAL, 150, 21).mean.tobytes()
    later = panel.demand.copy()
    later[:, 151:] *= 9
    changed = dataclasses.replace(panel, demand=later)
    assert first.mean.tobytes() == forecast_at(changed, LOCAL, 150, 21).mean.tobytes()
    assert all(np.isfinite(each.mean).all() for each in rolled)


def test_an_event_under_two_names_counts_once() -> None:
    panel = fair(shop(3.0), [*PAST, NEXT])
    once = panel.events
    assert once is not None
    twice = dataclasses.replace(
        once,
        names=("fair", "festival"),
        name=np.append(once.name, once.name + 1),
        place=np.tile(once.place, 2),
        starts=np.tile(once.starts, 2),
        ends=np.tile(once.ends, 2),
    )
    both = made(dataclasses.replace(panel, events=twice))
    assert both.mean.tobytes() == made(panel).mean.tobytes()


@pytest.mark.parametrize("bucket", [Bucket.MONTH, Bucket.WEEK])
def test_a_day_off_in_every_bucket_leaves_a_history(bucket: Bucket) -> None:
    # Twelve days off a year are one in every month, and each of them comes seldom.
    months = np.random.default_rng(3).poisson(40.0, (6, 60)).astype(float)
    plain = panel_of({f"s{i}": row for i, row in enumerate(months)}, bucket)
    starts = plain.calendar.first + np.arange(0, 366 * 7, 30)
    names = tuple(f"day off {n:02d}" for n in range(12))
    often = Events(
        names=names,
        name=np.arange(starts.size) % len(names),
        place=np.full(starts.size, -1),
        starts=starts,
        ends=starts,
        of_series=np.zeros(6, np.int64),
    )
    panel = dataclasses.replace(plain, events=often)
    seen = without_events(panel, full=False).known == Known.OBSERVED
    assert seen.mean() > 0.7
    assert made(panel).mean.mean() == pytest.approx(40.0, rel=0.1)
    few = panel.first_buckets(5)
    assert (without_events(few, full=False).known == Known.OBSERVED).sum(axis=1).min() >= 4


def test_events_of_one_name_can_be_left_out() -> None:
    panel = fair(shop(1.0), PAST)
    assert without_event(panel.events, "fair") is None
    assert without_event(panel.events, "other") is panel.events
