"""How far stock at the opening of a day may lie from what is expected of it.

Units left over vary no more than demand does: Var (C - D)⁺ ≤ Var D, whatever C. So the deviation
of demand bounds that of stock before anything is decided.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers
from optimization.shared.ground import Ground
from optimization.shared.openings import opening


def left_over_deviation(levels: Floats, floor: Floats, knots: Floats, at: Floats) -> Floats:
    """Standard deviation of units left over, (at - D)⁺, N: of the step distribution of each row.

    `levels`, `knots` N × K; `floor`, `at` N, units; where `at` is infinite, that of demand itself.
    """
    values = np.concatenate([floor[:, None], knots], axis=1)
    bounds = np.concatenate([levels[:, :1] / 2, (levels[:, :-1] + levels[:, 1:]) / 2], axis=1)
    bounds = np.concatenate([bounds, np.ones((len(levels), 1))], axis=1)
    masses = np.diff(bounds, axis=1, prepend=0.0)
    highest = np.minimum(at, values.max(axis=1))[:, None]
    over = np.maximum(highest - values, 0.0)
    mean = (masses * over).sum(axis=1)
    return np.asarray(np.sqrt(np.maximum((masses * over**2).sum(axis=1) - mean**2, 0.0)))


def opening_deviation(ground: Ground, day: int) -> Floats:
    """The most by which each series' stock at the opening of `day` may deviate, units, S."""
    problem = ground.problem
    count = ground.place.size
    every = np.ones(count, dtype=np.bool_)
    stock = opening(ground, every, day, np.ones(count)).stock
    cycle, point = np.divmod(np.maximum(stock.point, 0), problem.knots.shape[2])
    knots = problem.knots[stock.series, cycle, point]
    floor = problem.floor[stock.series, cycle]
    early = stock.point < 0
    if early.any():
        knots[early] = problem.before_knots[stock.series[early], -1 - stock.point[early]]
        floor = np.where(early, 0.0, floor)
    found = np.zeros(count)
    whatever = np.full(stock.series.size, np.inf)
    alone = left_over_deviation(problem.levels[stock.series], floor, knots, whatever)
    np.add.at(found, stock.series, stock.weight * alone)
    charged = np.zeros(count, dtype=np.bool_)
    charged[stock.series] = True
    return np.where(charged, found, _undecided(ground, day))


def _undecided(ground: Ground, day: int) -> Floats:
    """Deviation of stock that comes before any order or that no order changes, S.

    Where unmet demand is lost, goods that come after the last demand are there whole: they add
    nothing to it.
    """
    problem = ground.problem
    days = problem.cycles.before_day
    row = np.arange(problem.series)
    if not days.shape[1]:
        return np.zeros(problem.series)
    last: Integers = ((days <= day - 1) & (days >= 0)).sum(axis=1) - 1
    at = np.maximum(last, 0)
    there = problem.before_supply[row, at] if ground.lost else ground.supply_on(day)
    knots = problem.before_knots[row, at]
    found = left_over_deviation(problem.levels, np.zeros(row.size), knots, there)
    return np.where(last >= 0, found, 0.0)


def pooled(deviation: Floats, likeness: float) -> float:
    """Deviation of a sum whose parts are correlated alike [ρ]: √((1 - ρ) Σ σ² + ρ (Σ σ)²).

    >>> import numpy as np
    >>> pooled(np.array([3.0, 4.0]), 0.0), pooled(np.array([3.0, 4.0]), 1.0)
    (5.0, 7.0)
    """
    apart, together = float((deviation**2).sum()), float(deviation.sum()) ** 2
    return float(np.sqrt((1.0 - likeness) * apart + likeness * together))
