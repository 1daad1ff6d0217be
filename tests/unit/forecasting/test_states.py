"""A forecast that goes on from kept states is the forecast of the whole past, to the last bit."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import pytest

from domain.periods import Calendar
from domain.settings import Settings, Solver
from domain.terms import Known, Panel
from forecasting import judging, states
from forecasting.kept import Kept
from forecasting.result import Forecast
from forecasting.run import forecast
from tests.unit.forecasting.test_laws import crowd

SETTINGS = Settings(forecast_mode="local", solver=Solver(threads=1))
LEVELS = np.array([0.1, 0.5, 0.95])


class Memory:
    """A store that also counts how often its states were taken up."""

    def __init__(self) -> None:
        self.arrays: Mapping[str, np.ndarray] | None = None

    def load(self) -> Mapping[str, np.ndarray] | None:
        if self.arrays is None:
            return None
        return {name: array.copy() for name, array in self.arrays.items()}

    def keep(self, arrays: Mapping[str, np.ndarray]) -> None:
        new = {name: np.array(array) for name, array in arrays.items()}
        self.arrays = {**(self.arrays or {}), **new}


@pytest.fixture
def gone_on(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Buckets that each forecast went on from."""
    seen: list[int] = []
    inner = states._gone_on

    def counted(earlier, *others):  # type: ignore[no-untyped-def]
        seen.append(int(earlier["buckets"]))
        return inner(earlier, *others)

    monkeypatch.setattr(states, "_gone_on", counted)
    return seen


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Origins of each record of which heads learned, for sums and for single buckets."""
    seen: list[int] = []
    inner = judging.gather

    def counted(fit, *others):  # type: ignore[no-untyped-def]
        seen.append(int(fit.origins[-1]))
        return inner(fit, *others)

    monkeypatch.setattr(judging, "gather", counted)
    return seen


def history(buckets: int = 800) -> Panel:
    """Daily sales of two years and more; some series begin late, three sell half units."""
    panel = crowd(series=40, buckets=buckets)
    known, demand = panel.known.copy(), panel.demand.copy()
    known[5:9, :395], demand[5:9, :395] = Known.OUTSIDE, 0.0
    known[11, 100:130], demand[11, 100:130] = Known.UNKNOWN, 0.0
    demand[20:23] *= 0.37
    first = panel.first.copy()
    first[5:9] = 395
    whole = panel.whole_units.copy()
    whole[20:23] = False
    return dataclasses.replace(
        panel, known=known, demand=demand, first=first, whole_units=whole,
        category=np.arange(40) % 3, product=np.arange(40) // 2,
    )  # fmt: skip


def same(one: Forecast, other: Forecast) -> bool:
    mine, others = ((*made.buckets(LEVELS), *made.sums(LEVELS)) for made in (one, other))
    equal = all(np.array_equal(a, b) for a, b in zip(mine, others, strict=True))
    return equal and one.diagnostics.equals(other.diagnostics)


@pytest.mark.parametrize("steps", [(799, 800), (760, 767, 781, 800), (800, 800), (735, 800)])
def test_new_buckets_alone_give_the_same_bytes(steps: tuple[int, ...], gone_on: list[int]) -> None:
    panel, store = history(), Memory()
    for buckets in steps:
        made = forecast(panel.first_buckets(buckets), SETTINGS, 21, kept=Kept(store))
    assert gone_on == list(steps[:-1])
    assert same(made, forecast(panel, SETTINGS, 21))


def test_a_yearly_profile_that_is_due_is_fitted_over_the_whole_past(gone_on: list[int]) -> None:
    panel, store = history(), Memory()
    forecast(panel.first_buckets(720), SETTINGS, 21, kept=Kept(store))  # two years are 728 days
    made = forecast(panel.first_buckets(730), SETTINGS, 21, kept=Kept(store))
    assert not gone_on
    assert same(made, forecast(panel.first_buckets(730), SETTINGS, 21))


def _one_unit_more(panel: Panel) -> Panel:
    demand = panel.demand.copy()
    demand[3, 200] += 1.0
    return dataclasses.replace(panel, demand=demand)


def _begins_earlier(panel: Panel) -> Panel:
    return dataclasses.replace(panel, first=np.where(panel.first == 395, 394, panel.first))


def _other_day(panel: Panel) -> Panel:
    calendar = panel.calendar
    first = calendar.first - np.timedelta64(7, "D")
    return dataclasses.replace(panel, calendar=Calendar(calendar.bucket, first, calendar.count))


def _other_series(panel: Panel) -> Panel:
    keys = (panel.keys[0]._replace(sku="s000b"), *panel.keys[1:])
    return dataclasses.replace(panel, keys=keys)


def _sold_out(panel: Panel) -> Panel:
    known = panel.known.copy()
    known[4, -1] = Known.LOWER_BOUND
    return dataclasses.replace(panel, known=known)


@pytest.mark.parametrize(
    "change", [_one_unit_more, _begins_earlier, _other_day, _other_series, _sold_out]
)
def test_states_of_another_past_are_not_used(change, gone_on: list[int]) -> None:  # type: ignore[no-untyped-def]
    panel, store = history(), Memory()
    forecast(panel.first_buckets(790), SETTINGS, 21, kept=Kept(store))
    other = change(panel)
    made = forecast(other, SETTINGS, 21, kept=Kept(store))
    assert not gone_on
    assert same(made, forecast(other, SETTINGS, 21))


def test_states_of_other_settings_or_of_later_are_not_used(gone_on: list[int]) -> None:
    panel, store = history(), Memory()
    forecast(panel, SETTINGS, 21, kept=Kept(store))
    forecast(panel.first_buckets(790), SETTINGS, 21, kept=Kept(store))
    other = SETTINGS.model_copy(update={"lead_time_days": 20})
    forecast(panel, other, 21, kept=Kept(store))
    assert not gone_on


def test_heads_learn_anew_only_where_a_window_of_the_backtest_is_over(judged: list[int]) -> None:
    panel, store = history(), Memory()
    made = {}
    for buckets in range(790, 801):
        made[buckets] = forecast(panel.first_buckets(buckets), SETTINGS, 21, kept=Kept(store))
    # Origins lie every 8 buckets, and sums of 1, 2, 3, 5, 8, 14, 24, 42, ... are judged: none is
    # over 7 buckets after an origin.
    assert set(judged) == set(range(789, 800)) - {791, 799}
    for buckets, one in made.items():
        assert same(one, forecast(panel.first_buckets(buckets), SETTINGS, 21))


def test_heads_of_other_series_are_not_taken_up(judged: list[int]) -> None:
    panel, store = history(), Memory()
    forecast(panel, SETTINGS, 21, kept=Kept(store))
    other = _one_unit_more(panel)
    made = forecast(other, SETTINGS, 21, kept=Kept(store))
    assert len(judged) == 4
    assert same(made, forecast(other, SETTINGS, 21))
