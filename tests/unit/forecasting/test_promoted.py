"""Promotions: the level is that of ordinary buckets, uplifts are recovered and laid ahead."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from domain.periods import Bucket
from domain.promotions import Promotions
from domain.settings import Settings
from domain.terms import Known, Panel
from forecasting.local import fit_local, whole_fit
from forecasting.models import DAMPING
from forecasting.past import forecast_at, forecasts_of_the_past
from forecasting.promoted import lifts_ahead, ordinary_only
from forecasting.promoted_record import with_promoted
from forecasting.result import Forecast
from forecasting.run import forecast
from forecasting.threads import kernel
from forecasting.uplift import Excess
from forecasting.uplift import uplift as measure
from tests.contract.forecasting.situations import panel_of

pytestmark = pytest.mark.thorough

DAYS, SERIES = 200, 30
PAST = [(60, 66), (120, 126), (170, 173)]


def shop(uplift: float, seed: int = 4, series: int = SERIES) -> Panel:
    """Poisson series with a weekday profile, all promoted on the days of PAST."""
    draw = np.random.default_rng(seed)
    week = np.array([1, 1, 1, 1, 1.5, 2, 0.5])[np.arange(DAYS) % 7]
    factor = np.ones(DAYS)
    for begin, end in PAST:
        factor[begin : end + 1] = uplift
    rate = draw.lognormal(1.5, 0.7, (series, 1)) * week * factor
    demand = draw.poisson(rate).astype(float)
    return panel_of({f"s{i:02d}": demand[i] for i in range(series)})


def promoted(panel: Panel, spans: list[tuple[int, int]], **known: object) -> Panel:
    """The panel with every series on promotion in spans of buckets (first, last)."""
    begin, end = (np.array(days, np.int64) for days in zip(*spans, strict=True))
    day = panel.calendar.first
    made = Promotions(
        series=np.tile(np.arange(panel.series), len(spans)),
        starts=np.repeat(day + begin, panel.series),
        ends=np.repeat(day + end, panel.series),
        announced=np.full(len(spans) * panel.series, np.datetime64("NaT"), "datetime64[D]"),
        relative_price=np.full(len(spans) * panel.series, np.nan),
        expected_uplift=np.full(len(spans) * panel.series, np.nan),
    )
    return dataclasses.replace(panel, promotions=dataclasses.replace(made, **known))


@pytest.mark.parametrize(("bucket", "count"), [(Bucket.MONTH, 24), (Bucket.WEEK, 20)])
def test_a_promotion_in_every_bucket_leaves_a_history(bucket: Bucket, count: int) -> None:
    # Three days of every month, or of every week: no bucket is without.
    drawn = np.random.default_rng(3).poisson(40.0, (6, count)).astype(float)
    plain = panel_of({f"s{i}": row for i, row in enumerate(drawn)}, bucket)
    begin = plain.calendar.starts(0, count + 6) - plain.calendar.first
    begins = begin.astype("timedelta64[D]").astype(np.int64)
    panel = promoted(plain, [(day + 1, day + 3) for day in begins.tolist()])
    assert (ordinary_only(panel).known == panel.known).all()
    assert made(panel).mean.mean() == pytest.approx(40.0, rel=0.15)
    # One that has sold a week on promotion and no other is not judged by that.
    new = dataclasses.replace(panel, known=panel.known.copy())
    new.known[0, :-1] = Known.OUTSIDE
    if bucket is Bucket.WEEK:
        assert (ordinary_only(new).known[0] != Known.OBSERVED).all()


def made(panel: Panel) -> Forecast:
    return forecast(panel, Settings(), 21)


NEXT = (DAYS + 7, DAYS + 13)


@pytest.mark.parametrize("uplift", [2.0, 1.0, 0.5])
def test_the_uplift_that_was_planted_is_laid_on_the_days_announced(uplift: float) -> None:
    panel = shop(uplift)
    plain = made(promoted(panel, PAST))
    lifted = made(promoted(panel, [*PAST, NEXT]))
    ratio = lifted.mean / plain.mean
    np.testing.assert_array_equal(ratio[:, :7], 1.0)
    np.testing.assert_array_equal(ratio[:, 14:], 1.0)
    assert abs(np.median(ratio[:, 7:14]) - uplift) < 0.1
    assert (np.abs(ratio[:, 7:14] - uplift) < 0.5).all()


@pytest.mark.parametrize("uplift", [2.0, 1.0])
def test_intervals_hold_the_uplift_that_was_planted(uplift: float) -> None:
    draw = np.random.default_rng(8)
    series = np.repeat(np.arange(400), 7)
    usual = np.repeat(draw.lognormal(2, 1, 400), 7)
    own = np.repeat(draw.normal(uplift, 0.3, 400).clip(0.2), 7)  # items differ
    came = draw.poisson(own * usual).astype(float)
    found = Excess(series, series * 0, np.ones(series.size), came, usual, usual)
    measured = measure(found, np.zeros(400, np.int64))
    off = (measured.excess + 1 - own[::7]) / measured.deviation
    assert 0.9 < (np.abs(off) < 1.96).mean() <= 0.98
    assert measured.behind[0] + 1 == pytest.approx(uplift, abs=0.06)
    # Shrinking helps: what an item's own days say is farther from the truth.
    assert ((measured.excess + 1 - own[::7]) ** 2).mean() < 0.8 * (
        (measured.own + 1 - own[::7]) ** 2
    ).mean()


def test_a_promoted_bucket_of_the_past_does_not_raise_what_is_expected_without() -> None:
    panel, calm = shop(3.0), shop(1.0)
    with_promotions = made(promoted(panel, PAST))
    raised, never = made(panel), made(calm)
    assert with_promotions.mean.sum() < 0.9 * raised.mean.sum()
    assert with_promotions.mean.sum() == pytest.approx(never.mean.sum(), rel=0.05)
    # Ten times as much sold on promotion changes nothing at all without another one ahead.
    known = promoted(panel, PAST)
    demand = panel.demand.copy()
    for begin, end in PAST:
        demand[:, begin : end + 1] *= 10
    wilder = made(dataclasses.replace(known, demand=demand))
    np.testing.assert_array_equal(wilder.mean, with_promotions.mean)


def test_without_a_past_the_expected_uplift_is_taken_and_with_one_it_is_moved() -> None:
    panel = shop(1.0)
    hoped = {"expected_uplift": np.full(panel.series, 3.0)}
    lifted = made(promoted(panel, [NEXT], **hoped))
    np.testing.assert_allclose(lifted.mean[:, 7:14], 3.0 * made(panel).mean[:, 7:14], rtol=1e-6)
    both = {"expected_uplift": np.full(4 * panel.series, 3.0)}
    seen = made(promoted(shop(2.0), [*PAST, NEXT], **both))
    ratio = seen.mean[:, 7:14] / made(promoted(shop(2.0), PAST)).mean[:, 7:14]
    assert ratio.min() > 1.5
    assert ratio.max() < 3.0


def test_a_promotion_that_was_not_announced_changes_nothing() -> None:
    panel = shop(2.0)
    later = promoted(panel, [NEXT], announced=np.full(SERIES, np.datetime64("2030-01-01")))
    known = later.promotions
    assert known is not None
    cut = dataclasses.replace(later, promotions=known.known_at(panel.calendar.as_of))
    np.testing.assert_array_equal(made(cut).mean, made(panel).mean)


def test_forecasts_of_the_past_see_no_promotion_announced_later() -> None:
    panel = shop(2.0)
    day = panel.calendar.first + 160
    known = np.full(len(PAST) * SERIES, np.datetime64("NaT"), "datetime64[D]")
    known[-SERIES:] = day  # the third promotion, days 170 to 173, is announced on day 160
    announced_late = promoted(panel, PAST, announced=known)
    origins = np.array([150, 165])
    unaware, aware = forecasts_of_the_past(announced_late, Settings(), origins, 14)
    two_only = promoted(panel, PAST[:2])
    expected = forecast_at(two_only, Settings(), 150, 14)
    np.testing.assert_array_equal(unaware.mean, expected.mean)
    lifted = aware.mean[:, 4:8].sum() / aware.mean[:, 11:14].sum() / 4 * 3
    assert lifted > 1.4


def test_a_series_always_on_promotion_is_as_it_usually_is() -> None:
    panel = shop(1.0)
    always = promoted(panel, [(0, DAYS + 60)])
    left_out = ordinary_only(always)
    assert (left_out.known != always.known)[:, :25].all()
    np.testing.assert_array_equal(left_out.known[:, 26:], always.known[:, 26:])
    assert made(always).mean.sum() == pytest.approx(made(panel).mean.sum(), rel=0.05)


def test_without_promotions_the_panel_is_the_same_object() -> None:
    panel = shop(2.0)
    assert ordinary_only(panel) is panel
    coming = promoted(panel, [NEXT])
    assert ordinary_only(coming) is coming


def test_trees_learn_from_promoted_buckets_and_heads_do_not() -> None:
    whole = promoted(shop(2.0), PAST)
    panel, lengths = ordinary_only(whole), np.array([1, 2, 3, 8])
    origins = np.array([100, 118, 150, DAYS - 1])
    with kernel(0):
        fit, done, pooled = whole_fit(panel, origins, lengths, 14, 60)
        shown = with_promoted(whole, panel, fit, done, pooled, 3)
    hidden = np.isnan(fit.bucket_mean[:, 1, :3])  # of days 119, 120 and 121 the last two
    assert hidden.tolist() == [[False, True, True]] * SERIES
    np.testing.assert_array_equal(shown.bucket_actual[:, 1, 1:], whole.demand[:, 120:122])
    kept = np.isfinite(fit.bucket_mean[:, :, :3])
    np.testing.assert_array_equal(shown.bucket_mean[kept], fit.bucket_mean[:, :, :3][kept])
    np.testing.assert_array_equal(shown.mean, fit.mean[:, :, :3])
    # What was expected of a promoted day is what is expected without: its weekday's share.
    level, season = done.record.level[:, 1, None], done.record.profile[:, 1]
    place = fit.season.positions[120:122]
    rise = done.record.slope[:, 1, None] * np.cumsum(DAMPING ** np.arange(1, 4))[1:]
    expected = np.maximum(level + rise, 0) * season[:, place] * fit.yearly.factor[0, 120:122]
    np.testing.assert_allclose(shown.bucket_mean[:, 1, 1:], expected, rtol=1e-5)


def test_a_series_own_uplift_is_shrunk_to_what_trees_say_as_far_as_they_look() -> None:
    panel = promoted(shop(1.0), [(DAYS, DAYS + 9)])  # no past: nothing of its own
    with kernel(0):
        fit = fit_local(panel, np.array([DAYS - 1]), np.array([1]), 14, 60)
    trees = np.full((SERIES, 4), 1.5)
    lifts = lifts_ahead(panel, fit, 12, trees)
    assert lifts is not None
    assert lifts.tolist() == [[1.5] * 4 + [1.0] * 8] * SERIES
    hoped = promoted(shop(1.0), [NEXT], expected_uplift=np.full(SERIES, 3.0))
    word = lifts_ahead(hoped, fit, 14, np.full((SERIES, 14), 1.5))
    assert word is not None
    np.testing.assert_allclose(word[:, 7:14], 3.0)


def test_trees_tell_a_deep_cut_from_a_small_one() -> None:
    """Which the measure by series cannot: of each it has one figure."""
    draw, spans = np.random.default_rng(3), [(b, b + 1) for b in range(40, DAYS - 8, 6)]
    deep = draw.random((len(spans), 60)) < 0.5
    factor = np.ones((60, DAYS))
    for number, (begin, end) in enumerate(spans):
        factor[:, begin : end + 1] = np.where(deep[number], 3.0, 1.5)[:, None]
    panel = panel_of({f"s{i:02d}": draw.poisson(9.0 * factor[i]).astype(float) for i in range(60)})
    price = np.where(deep, 0.6, 0.9).reshape(-1)
    found = {}
    for cut in (0.9, 0.6):
        prices = np.append(price, np.full(60, cut))
        known = promoted(panel, [*spans, NEXT], relative_price=prices)
        made = forecast(known, Settings(forecast_mode="full"), 21)
        found[cut] = made.mean[:, 7:14].sum() / made.mean[:, 14:21].sum()
    assert found[0.9] < 2.25 < found[0.6], found  # what days on promotion brought in the mean
    assert found[0.6] > found[0.9] + 0.3


def test_with_the_global_model_one_that_was_not_announced_changes_nothing() -> None:
    panel, settings = shop(2.0, series=60), Settings(forecast_mode="full")
    plain = forecast_at(promoted(panel, PAST), settings, DAYS - 1, 21)
    told = np.repeat(np.array(["NaT"] * 3 + ["2030-01-01"], "datetime64[D]"), 60)
    later = promoted(panel, [*PAST, NEXT], announced=told)
    unaware = forecast_at(later, settings, DAYS - 1, 21)
    assert unaware.mode == "full"
    assert unaware.mean.tobytes() == plain.mean.tobytes()


def test_with_the_global_model_a_promotion_is_lifted_once() -> None:
    panel, settings = shop(2.0, series=60), Settings(forecast_mode="full")
    plain = forecast(promoted(panel, PAST), settings, 21)
    lifted = forecast(promoted(panel, [*PAST, NEXT]), settings, 21)
    assert (plain.mode, lifted.mode) == ("full", "full")
    ratio = lifted.mean.sum(axis=0) / plain.mean.sum(axis=0)
    np.testing.assert_allclose(ratio[7:14], 2.0, atol=0.15)
    np.testing.assert_allclose(np.delete(ratio, np.arange(7, 14)), 1.0, atol=0.02)
