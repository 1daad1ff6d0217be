"""The exact plan of every series by itself: quantile look-up and pooled adjacent violators.

Without shared limits, minimums, multiples and fixed costs, a series' problem is to choose
positions y_1 ≤ y_2 ≤ … ≤ y_U (supply through each cycle), each cycle's cost convex in its
position: an isotonic regression. Each cycle's own optimum is a quantile of its demand; where
a later cycle wants less than an earlier one, the two are pooled and share one position (Best &
Chakravarti 1990, doi 10.1007/BF01580873). Stock there is already cuts from below: orders are
never negative. Exact, and in positions counted from zero stock the levels do not depend on
stock at all: more of it never raises an order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from domain.terms import Floats, Integers
from optimization.compiling import Index, inner, kernel
from optimization.curves import (
    Curves,
    Terms,
    cycle_curve,
    kinks_until,
    least_minimizer,
    rise,
    series_curves,
    terms_of,
    value_after,
)
from optimization.problem import Problem
from optimization.threads import in_blocks


class Plans(NamedTuple):
    """The best plan of each series, and the best that orders nothing at the first decision."""

    order: Floats  # S × U, units
    stay: Floats  # S × U, units
    order_cost: Floats  # S, money, without line and order costs
    stay_cost: Floats  # S, money, without line and order costs


@inner
def pool(
    curves: Curves, stock: float, multiple: float, first: Index, end: Index, levels: Floats,
    block_end: Integers,
) -> None:  # fmt: skip
    """Best positions of cycles first … U, nondecreasing, at least `stock`, into `levels`.

    `multiple` 0: any position; else stock + n · multiple, n = 0, 1, …: curves restricted to a
    lattice stay convex, so pooling is exact there too. Cycles from `end` on are pooled already,
    into blocks that end at `block_end` (U).
    """
    cycles = curves.size.size
    for u in range(end - 1, first - 1, -1):
        last = u
        level = _block(curves, stock, multiple, u, last)
        while last + 1 < cycles and level > levels[last + 1]:
            last = block_end[last + 1]
            level = _block(curves, stock, multiple, u, last)
        block_end[u] = last
        levels[u] = level
    begin: Index = first
    while begin < cycles:
        for u in range(begin + 1, block_end[begin] + 1):
            levels[u] = levels[begin]
        begin = block_end[begin] + 1


@inner
def _block(curves: Curves, stock: float, multiple: float, first: Index, last: Index) -> float:
    """The smallest best common position of cycles first … last, `stock` or above."""
    level = least_minimizer(curves, first, last)
    if level <= stock:
        return stock
    if multiple == 0.0:
        return level
    packs = np.floor((level - stock) / multiple)
    low = stock + packs * multiple
    high = stock + (packs + 1.0) * multiple
    gain = 0.0
    for u in range(first, last + 1):
        gain += rise(curves, u, low, high)
    return high if gain < -curves.tolerance * multiple else low


@inner
def plan_value(curves: Curves, stock: float, orders: Floats) -> float:
    """Expected holding, shortage and slow-moving cost of the orders, money."""
    total = 0.0
    position = stock
    for u in range(curves.size.size):
        position += orders[u]
        total += value_after(curves, u, kinks_until(curves, u, position), position)
    return total


@inner
def _write(curves: Curves, stock: float, levels: Floats, orders: Floats) -> float:
    """Write the orders that lead to positions `levels` (U); their cost."""
    before = stock
    for u in range(levels.size):
        orders[u] = levels[u] - before
        before = levels[u]
    return plan_value(curves, stock, orders)


@inner
def _solve_series(terms: Terms, s: int, multiple: float, plans: Floats, cost: Floats) -> None:
    """Plans that order and that stay (2 × S × U), their costs and the first level (3 × S)."""
    curves = series_curves(terms, s)
    stock = terms.supply[s, 0, 0]
    cycles = terms.cycles[s]
    levels = np.full(cycles, stock)
    block_end = np.empty(cycles, dtype=np.int64)
    now, later = np.int64(0), np.int64(1)  # literals would be compiled for themselves
    pool(curves, stock, multiple, later, cycles, levels, block_end)
    cost[1, s] = _write(curves, stock, levels, plans[1, s])
    pool(curves, stock, multiple, now, min(later, cycles), levels, block_end)
    cost[0, s] = _write(curves, stock, levels, plans[0, s])
    cycle_curve(terms, s, now, True, curves)
    cost[2, s] = least_minimizer(curves, now, now)


@kernel
def _solve(
    terms: Terms, multiple: Floats, plans: Floats, cost: Floats, begin: int, end: int
) -> None:
    for s in range(begin, end):
        _solve_series(terms, s, multiple[s], plans, cost)


@kernel
def _evaluate(terms: Terms, orders: Floats, cost: Floats, begin: int, end: int) -> None:
    for s in range(begin, end):
        cost[s] = plan_value(series_curves(terms, s), terms.supply[s, 0, 0], orders[s])


def solve_separable(
    problem: Problem, multiple: Floats | None = None, tilt: Floats | None = None, threads: int = 0
) -> tuple[Plans, Floats]:
    """Best plans of each series without minimums and fixed costs, and first-cycle levels.

    `multiple` S, units: orders are multiples of it (0: any amount); none without. `tilt`
    S × U, money per unit of position: what shared limits charge (0 without), which is how a
    decomposition prices with this same solve. Returns the plans and the order-up-to level of
    each first cycle decided alone [S], S, units.
    """
    series, cycles = problem.floor.shape
    packs = np.zeros(series) if multiple is None else np.ascontiguousarray(multiple, dtype=float)
    plans = np.zeros((2, series, cycles))
    cost = np.empty((3, series))
    terms = terms_of(problem, tilt)
    in_blocks(lambda begin, end: _solve(terms, packs, plans, cost, begin, end), series, threads)
    return Plans(plans[0], plans[1], cost[0], cost[1]), cost[2]


def evaluate(problem: Problem, quantity: Floats, threads: int = 0) -> Floats:
    """Expected holding, shortage and slow-moving cost of any orders, S, money.

    `quantity` S × U, units; what is beyond a series' count is ignored.
    """
    cost = np.empty(problem.series)
    terms = terms_of(problem)
    orders = np.ascontiguousarray(quantity, dtype=np.float64)
    in_blocks(
        lambda begin, end: _evaluate(terms, orders, cost, begin, end), problem.series, threads
    )
    return cost


def line_costs(problem: Problem, quantity: Floats) -> Floats:
    """Line costs of the orders, S, money."""
    lines: Integers = (quantity > 0).sum(axis=1)
    return np.asarray(problem.line_cost * lines)
