"""What every detector promises: rare on quiet series, sure of grave trouble, blind to a season."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.terms import Floats
from experiments.monitoring.alerts import alerts
from experiments.monitoring.detectors import DETECTORS, Watchable

S, T = 800, 104
TROUBLED = np.arange(12)


def quiet(seed: int = 5) -> Watchable:
    """Poisson sales that never move, counted every bucket; what was sold is what is gone."""
    draw = np.random.default_rng(seed)
    level = np.exp(draw.normal(2.5, 0.5, S))[:, None]
    demand = draw.poisson(level, (S, T)).astype(np.float64)
    counts = 1e5 - np.cumsum(demand, axis=1) - draw.poisson(0.3, (S, T)).cumsum(axis=1)
    return Watchable(demand, np.zeros(S, np.int64), 1, counts)


def troubled(name: str) -> Watchable:
    """The same with trouble of that detector's kind in some series."""
    seen = quiet()
    demand, counts = seen.demand.copy(), np.array(seen.counts)
    usual = demand[TROUBLED].mean(axis=1)[:, None]
    changes: dict[str, Floats] = {
        "level_shift": np.repeat(usual * 4, 3, axis=1),
        "spike": usual * 8,
        "drift": usual * np.linspace(0.0, 5.0, 12),
    }
    if name in changes:
        demand[TROUBLED, -changes[name].shape[1] :] += np.round(changes[name])
    elif name == "feed_stopped":
        demand[TROUBLED, -6:] = 0.0
    elif name == "stock_contradicts":
        counts[TROUBLED, -1] -= 500.0
    else:
        raise AssertionError(f"no trouble is known for {name}: say here what it finds")
    return replace(seen, demand=demand, counts=counts)


@pytest.mark.parametrize("name", DETECTORS.names())
def test_a_quiet_panel_gives_small_values_no_more_often_than_they_say(name: str) -> None:
    p = DETECTORS.get(name).function(quiet()).p
    tested = p[np.isfinite(p)]
    assert tested.size == S
    assert ((tested > 0) & (tested <= 1)).all()
    for level in (0.02, 0.1):
        room = 3.5 * np.sqrt(level * (1 - level) / S)
        assert (tested <= level).mean() <= level + room


@pytest.mark.parametrize("name", DETECTORS.names())
def test_grave_trouble_of_its_kind_is_told_and_nothing_else(name: str) -> None:
    seen = troubled(name)
    found = DETECTORS.get(name).function(seen)
    others = np.setdiff1d(np.arange(S), TROUBLED)
    assert np.nanmax(found.p[TROUBLED]) < np.nanquantile(found.p[others], 0.01)
    assert (np.abs(found.units[TROUBLED]) > 0).all()
    shown = alerts(seen)
    assert np.isin(TROUBLED, shown.series).mean() >= 0.9
    assert shown.series.size <= TROUBLED.size + 2
    assert name in shown.detector


@pytest.mark.parametrize("name", DETECTORS.names())
def test_series_without_a_life_are_not_tested(name: str) -> None:
    seen = quiet()
    unborn = seen.demand.copy()
    unborn[0, :] = np.nan
    counts = np.array(seen.counts)
    counts[0] = np.nan
    found = DETECTORS.get(name).function(replace(seen, demand=unborn, counts=counts))
    assert np.isnan(found.p[0])
    short = replace(seen, demand=seen.demand[:, :8], counts=counts[:, :8] * np.nan)
    assert not alerts(short).series.size


@pytest.mark.parametrize("name", DETECTORS.names())
def test_what_a_detector_says_can_be_filled_in(name: str) -> None:
    one = DETECTORS.get(name)
    assert one.says.format(units="5", more="more", gone="gone", step="week")
    assert one.title
    assert one.meaning
    assert one.weight > 0


def test_a_season_of_the_whole_class_is_no_alert() -> None:
    seen = quiet()
    demand = seen.demand.copy()
    demand[:, -3:] *= 2.0
    assert alerts(replace(seen, demand=demand)).series.size <= 2


def test_an_item_without_stock_is_not_called_silent() -> None:
    seen = troubled("feed_stopped")
    counts = np.array(seen.counts)
    counts[TROUBLED, -1] = 0.0
    found = DETECTORS.get("feed_stopped").function(replace(seen, counts=counts))
    assert np.isnan(found.p[TROUBLED]).all()


def test_deliveries_that_are_recorded_explain_a_fuller_shelf() -> None:
    seen = quiet()
    counts, came = np.array(seen.counts), np.zeros((S, T))
    counts[TROUBLED, -1] += 700.0
    unexplained = DETECTORS.get("stock_contradicts").function(
        replace(seen, counts=counts, received=came)
    )
    came[TROUBLED, -1] = 700.0
    explained = DETECTORS.get("stock_contradicts").function(
        replace(seen, counts=counts, received=came)
    )
    assert (unexplained.p[TROUBLED] < 1e-4).all()
    assert np.median(explained.p[TROUBLED]) > 0.05
