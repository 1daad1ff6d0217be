"""What every registered family promises, over every kind of series."""

from __future__ import annotations

import numpy as np
import pytest

from domain.terms import Known
from forecasting.models import FAMILIES, STATE_FIELDS
from tests.contract.forecasting.situations import situations


def run(name: str, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Level and slope of each candidate after the values."""
    family = FAMILIES.get(name)
    grid = np.array(family.grid, np.float32).T.copy()
    count = grid.shape[1]
    state = np.zeros((STATE_FIELDS, count), np.float32)
    level, slope = np.zeros(count, np.float32), np.zeros(count, np.float32)
    for age, value in enumerate(values):
        family.step(state, grid, 0, count, float(age), float(value), 1.0)
    family.project(state, grid, 0, count, level, slope)
    return level, slope


def histories() -> dict[str, np.ndarray]:
    panel = situations()
    return {
        key.sku: panel.demand[s, panel.known[s] == Known.OBSERVED]
        for s, key in enumerate(panel.keys)
    }


@pytest.mark.parametrize("name", FAMILIES.names())
@pytest.mark.parametrize("history", histories())
def test_level_and_slope_are_finite_for_any_history(name: str, history: str) -> None:
    level, slope = run(name, histories()[history])
    assert np.isfinite(level).all()
    assert np.isfinite(slope).all()


@pytest.mark.parametrize("name", FAMILIES.names())
def test_a_constant_series_is_forecast_near_its_level(name: str) -> None:
    level, slope = run(name, np.full(200, 7.0))
    # SBA takes half its smoothing parameter off whether there are gaps or not.
    assert (level > 7 * 0.84).all()
    assert (level < 7.01).all()
    assert np.abs(slope).max() < 0.01


@pytest.mark.parametrize("name", FAMILIES.names())
def test_nothing_sold_is_nothing_forecast(name: str) -> None:
    level, slope = run(name, np.zeros(30))
    assert (level == 0).all()
    assert (slope == 0).all()


@pytest.mark.parametrize("name", FAMILIES.names())
def test_forecasts_scale_with_demand(name: str) -> None:
    history = np.random.default_rng(1).poisson(0.7, 90).astype(float)
    once, thrice = run(name, history)[0], run(name, 8 * history)[0]
    np.testing.assert_allclose(thrice, 8 * once, rtol=1e-5)


@pytest.mark.parametrize("name", FAMILIES.names())
def test_a_family_says_where_it_comes_from(name: str) -> None:
    family = FAMILIES.get(name)
    assert family.name == name
    assert len(family.source) > 20
    assert all(0 <= value <= 1 for pair in family.grid for value in pair)
