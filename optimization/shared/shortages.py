"""Demand and shortage of each cycle: what a promise to a group of items is measured on."""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers
from optimization.expectation import expected_demand, expected_losses
from optimization.problem import Problem


def end_points(problem: Problem) -> Integers:
    """The evaluation point at which each cycle ends, S × U."""
    return np.maximum((problem.cycles.point_day >= 0).sum(axis=2) - 1, 0)


def _at_end(values: np.ndarray, point: Integers) -> np.ndarray:
    """Values S × U × P (× K) at points S × U."""
    series, cycle = np.indices(point.shape)
    return np.asarray(values[series, cycle, point])


def cycle_demand(problem: Problem) -> tuple[Floats, Floats]:
    """Expected demand of each cycle's days, and through the end of each, S × U, units."""
    through = expected_demand(
        problem.levels, problem.floor, _at_end(problem.knots, end_points(problem))
    )
    before = np.zeros(problem.series)
    last = (problem.cycles.before_day >= 0).sum(axis=1) - 1
    early = np.flatnonzero(last >= 0)
    if early.size:
        knots = problem.before_knots[early, last[early]]
        before[early] = expected_demand(problem.levels[early], np.zeros(early.size), knots)
    cycle = np.diff(through, axis=1, prepend=before[:, None])
    if problem.order_up_to is not None and problem.cycle_knots is not None:
        # Where losses are left out, what is lost before the first delivery is not in `through`.
        cycle[:, 0] = expected_demand(problem.levels, np.zeros(problem.series), problem.cycle_knots)
    return np.maximum(cycle, 0.0), through


def shortages(problem: Problem, quantity: Floats) -> Floats:
    """Expected units short at the end of each cycle with these orders, S × U."""
    point = end_points(problem)
    supply = _at_end(problem.supply, point) + np.cumsum(quantity, axis=1)
    _, short = expected_losses(problem.levels, problem.floor, _at_end(problem.knots, point), supply)
    return short


def short_at_level(problem: Problem, level: float) -> Floats:
    """Expected units short at the end of each cycle with supply at the `level` quantile, S × U."""
    point = end_points(problem)
    knots = _at_end(problem.knots, point)
    place = np.array([float(np.interp(level, row, np.arange(row.size))) for row in problem.levels])
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, problem.levels.shape[1] - 1)
    series = np.arange(problem.series)
    share = (place - low)[:, None]
    supply = knots[series, :, low] * (1.0 - share) + knots[series, :, high] * share
    _, short = expected_losses(problem.levels, problem.floor, knots, supply)
    return short
