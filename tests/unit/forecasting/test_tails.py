"""The tail of a pool of ratios, where the law is known."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting.tails import SHAPE_GUESS, pareto_tail, shape_of, with_tails

LEVELS = np.array([0.5, 0.9, 0.94, 0.96, 0.99, 0.999])


@pytest.mark.parametrize("shape", [0.0, 0.2, 0.35])
def test_the_shape_of_a_pareto_is_found(shape: float) -> None:
    chance = np.random.default_rng(4).random(40_000)
    excess = -np.log(chance) if shape == 0 else np.expm1(-shape * np.log(chance)) / shape
    assert shape_of(excess, np.ones(40_000)) == pytest.approx(shape, abs=0.03)
    assert shape_of(excess[:0], excess[:0]) == SHAPE_GUESS


def test_without_shape_the_tail_is_a_line_in_the_logarithm_of_its_chance() -> None:
    tail = pareto_tail(0.05 / np.array([0.5, 1, np.e, np.e**2]), 0.05, 3.0, 0.0)
    np.testing.assert_allclose(tail, [0, 0, 3, 6])


def test_one_wild_series_among_many_does_not_make_the_tail() -> None:
    rng = np.random.default_rng(8)
    series = np.repeat(np.arange(500), 40)
    ratio = rng.gamma(4.0, 0.25, series.size)
    wild = np.where(series == 7, 500.0, ratio)
    tables = []
    for values in (ratio, wild):
        table = np.quantile(values, LEVELS)[None, :]
        cell = np.zeros(series.size, np.int64)
        variation = np.full(series.size, 0.25)
        with_tails(table, LEVELS, np.zeros(1, np.int64), values, cell, series, variation)
        tables.append(table[0])
    calm, shaken = tables
    np.testing.assert_allclose(calm, np.quantile(ratio, LEVELS), rtol=0.05)
    assert np.quantile(wild, 0.999) == 500.0
    assert shaken[5] < 250.0
    assert shaken[4] < 10.0
    assert shaken[3] < 1.2 * calm[3]
