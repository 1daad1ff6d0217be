"""The exact plan of one series with a minimum, a pack size and fixed costs per order.

A dynamic programme over positions and cycles: at each decision either stay or order at least
the smallest order, whichever costs less with everything that follows, so not ordering until
the next review is always weighed. Running suffix minima make it O(cycles × positions).
Positions are the lattice stock + n · multiple; where any amount may be ordered, or the lattice
is longer than that, the finitely many that can be optimal: a run of smallest orders moves as
one, so some cycle of it sits on a kink of its cost, or the run starts at today's stock. With
neither a minimum above the pack nor fixed costs, pooling on the lattice is exact and faster.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Flags, Floats, Integers
from optimization.compiling import Index, inner, kernel
from optimization.curves import (
    AT,
    Curves,
    Terms,
    least_minimizer,
    series_curves,
    terms_of,
    value_after,
)
from optimization.monotone import monotone_order
from optimization.offers import solve_offers
from optimization.price_breaks import has_breaks, own_offers
from optimization.problem import Problem
from optimization.separable import Plans, plan_value
from optimization.threads import in_blocks

LONG_LATTICE = 20_000
"""Positions from which the candidate positions are tried instead of the whole lattice."""
SAME = 1e-9
"""Share of the smallest order by which it may be missed in floating point."""


def smallest_order(problem: Problem) -> Floats:
    """The smallest order that keeps minimum and multiple: ⌈minimum / multiple⌉ · multiple, S."""
    packs = np.where(problem.multiple > 0, problem.multiple, 1.0)
    whole = np.maximum(np.ceil(problem.minimum / packs - SAME), 1.0) * packs
    return np.asarray(np.where(problem.multiple > 0, whole, problem.minimum))


@inner
def top_level(curves: Curves, first: Index) -> float:
    """The highest of the own optima of cycles first … U: above it every cost rises."""
    top = -np.inf
    for u in range(first, curves.size.size):
        top = max(top, least_minimizer(curves, u, u))
    return top


@inner
def _lattice(stock: float, multiple: float, count: int) -> Floats:
    positions = np.empty(count)
    for n in range(count):
        positions[n] = stock + n * multiple
    return positions


@inner
def _positions(
    curves: Curves, stock: float, first: Index, smallest: float, multiple: float
) -> Floats:
    """Every position an optimal plan from `stock` can pass through, ascending from `stock`."""
    top = top_level(curves, first)
    if top <= stock:
        return _lattice(stock, 0.0, 1)
    if multiple > 0.0:
        count = int(np.ceil((top - stock) / multiple) + np.ceil(smallest / multiple)) + 2
        if count <= LONG_LATTICE:
            return _lattice(stock, multiple, count)
    runs = 0
    if smallest > 0.0:
        runs = min(curves.size.size, int((top - stock) / smallest) + 1)
    kinks = 0
    for u in range(first, curves.size.size):
        kinks += curves.size[u]
    found = np.empty(2 * (2 * runs + 1) * kinks + runs + 1)
    found[0] = stock
    size = 1
    for j in range(1, runs + 1):
        found[size] = stock + j * smallest
        size += 1
    for u in range(first, curves.size.size):
        for k in range(curves.size[u]):
            for j in range(-runs, runs + 1):
                at = curves.kinks[AT, u, k] + j * smallest
                if multiple > 0.0:
                    at = stock + np.floor((at - stock) / multiple) * multiple
                for _ in range(2):
                    if stock < at <= top + smallest + 2.0 * multiple:
                        found[size] = at
                        size += 1
                    if multiple == 0.0:
                        break
                    at += multiple
    return _distinct(found, size)


@inner
def _distinct(found: Floats, size: int) -> Floats:
    """The first `size` numbers, ascending, each once."""
    ordered = np.sort(found[:size])
    kept = 0
    for i in range(1, size):
        if ordered[i] > ordered[kept]:
            kept += 1
            ordered[kept] = ordered[i]
    return ordered[: kept + 1]


@inner
def _reach(positions: Floats, smallest: float) -> Integers:
    """For each position the first one that the smallest order reaches; their number: none."""
    reach = np.empty(positions.size, dtype=np.int64)
    least = smallest * (1.0 - SAME)
    j = 0
    for i in range(positions.size):
        j = max(j, i + 1)  # an order is more than nothing
        while j < positions.size and positions[j] - positions[i] < least:
            j += 1
        reach[i] = j
    return reach


@inner
def _choose(
    curves: Curves, positions: Floats, first: Index, smallest: float, fixed: Floats, tie: float,
    cost: Floats,
) -> Integers:  # fmt: skip
    """Cheapest position to go to from each position at each decision (U × positions).

    At decision `first`: the cheapest to order up to, itself where no order can be useful.
    `cost` ends as the cost of staying at decision `first`, money.
    """
    count = positions.size
    reach = _reach(positions, smallest)
    choice = np.empty((curves.size.size, count), dtype=np.int64)
    best = np.empty(count, dtype=np.int64)
    for u in range(curves.size.size - 1, first - 1, -1):
        k = 0
        for i in range(count):
            while k < curves.size[u] and curves.kinks[AT, u, k] <= positions[i]:
                k += 1
            later = 0.0
            if u < curves.size.size - 1:
                # Targets lie above, and are not written yet: their cost is still of u + 1.
                to = choice[u + 1, i]
                later = cost[to] + (fixed[u + 1] if to > i else 0.0)
            cost[i] = value_after(curves, u, k, positions[i]) + later
        least = np.inf
        for i in range(count - 1, -1, -1):
            least = min(least, cost[i])
            best[i] = i if i == count - 1 or cost[i] <= least + tie else best[i + 1]
        for i in range(count):
            choice[u, i] = i
            if reach[i] < count:
                to = best[reach[i]]
                if u == first or cost[to] + fixed[u] < cost[i] - tie:
                    choice[u, i] = to
    return choice


@inner
def best_plans(
    curves: Curves, stock: float, first: Index, smallest: float, multiple: float, fixed: Floats,
    order: Floats, stay: Floats,
) -> tuple[float, float]:  # fmt: skip
    """Cheapest plans of cycles first … U that order, and that do not order, at decision `first`.

    Written into `order` and `stay`; returns their costs, with `fixed` (U, money per order) for
    every order after decision `first`. Without a useful order the first cost is infinite.
    """
    positions = _positions(curves, stock, first, smallest, multiple)
    cost = np.empty(positions.size)
    tie = curves.tolerance * max(multiple, smallest, 1e-3)
    choice = _choose(curves, positions, first, smallest, fixed, tie, cost)
    target = choice[first, 0]
    _trace(positions, choice, first, np.int64(0), smallest, stay)
    _trace(positions, choice, first, target, smallest, order)
    return (np.inf if target == 0 else cost[target]), cost[0]


@inner
def _trace(
    positions: Floats,
    choice: Integers,
    first: Index,
    target: Index,
    smallest: float,
    orders: Floats,
) -> None:
    """Orders of the plan that goes to `target` at decision `first` and on by `choice`."""
    at: Index = 0
    for u in range(first, choice.shape[0]):
        to: Index = target if u == first else choice[u, at]
        orders[u] = max(positions[to] - positions[at], smallest) if to > at else 0.0
        at = to


@inner
def _solve_series(
    terms: Terms, s: int, multiple: float, smallest: float, fixed: Floats, monotone: bool,
    plans: Floats, cost: Floats,
) -> None:  # fmt: skip
    """Plans that order and that stay (2 × S × U), their costs and the least (3 × S)."""
    curves = series_curves(terms, s)
    stock = terms.supply[s, 0, 0]
    order = plans[0, s]
    now, later = np.int64(0), np.int64(1)  # literals would be compiled for themselves
    ordering, staying = best_plans(
        curves, stock, now, smallest, multiple, fixed, order, plans[1, s]
    )
    cost[0, s] = ordering
    cost[1, s] = staying
    cost[2, s] = min(ordering, staying)
    if np.max(fixed) > 0.0:
        return
    tie = curves.tolerance * max(multiple, smallest, 1e-3)
    best = order[0] if ordering < staying - tie else 0.0
    today = best
    if monotone and smallest > 0.0:  # where any amount may be ordered the best obeys the law
        today = monotone_order(curves, stock, smallest, multiple, top_level(curves, now))
    if best > 0.0 and abs(today - best) <= SAME * best:
        return
    for u in range(order.size):
        order[u] = plans[1, s, u]
    if today > 0.0:
        other = np.zeros(order.size)
        if curves.size.size > 1:
            ordering, staying = best_plans(
                curves, stock + today, later, smallest, multiple, fixed, order, other
            )
            if staying <= ordering + tie:
                for u in range(order.size):
                    order[u] = other[u]
        order[0] = today
    cost[0, s] = plan_value(curves, stock, order)


@kernel
def _solve(
    terms: Terms, multiple: Floats, smallest: Floats, fixed: Floats, monotone: Flags,
    plans: Floats, cost: Floats, begin: int, end: int,
) -> None:  # fmt: skip
    for s in range(begin, end):
        _solve_series(terms, s, multiple[s], smallest[s], fixed[s], monotone[s], plans, cost)


def solve_integer(
    problem: Problem, fixed: Floats, monotone: Flags, threads: int = 0
) -> tuple[Plans, Floats]:
    """Exact plans of each series with minimum, multiple and fixed costs; and the optimal costs.

    `fixed` S × U, money per order at each decision (line cost and a share of the order cost).
    Without any of them the best plan is `order`, be today's order 0; there `monotone` (S)
    replaces today's order by the monotone rule's. Costs are with the fixed costs of later
    decisions and without today's. The optimal cost (S) is the least without today's fixed cost
    and without the rule (with price breaks where any amount may be ordered: no more than it).
    """
    plans = np.zeros((2, *problem.floor.shape))
    cost = np.empty((3, problem.series))
    terms = terms_of(problem)
    multiple = np.ascontiguousarray(problem.multiple, dtype=np.float64)
    smallest = smallest_order(problem)
    costs = np.ascontiguousarray(fixed, dtype=np.float64)
    ruled = np.ascontiguousarray(monotone, dtype=np.bool_)
    in_blocks(
        lambda begin, end: _solve(terms, multiple, smallest, costs, ruled, plans, cost, begin, end),
        problem.series,
        threads,
    )
    found = Plans(plans[0], plans[1], cost[0], cost[1])
    index = np.flatnonzero(has_breaks(problem))
    if index.size:
        _with_breaks(
            problem.take(index), index, smallest[index], costs[index], threads, found, cost[2]
        )
    return found, cost[2]


def _with_breaks(
    problem: Problem, index: Integers, smallest: Floats, fixed: Floats, threads: int,
    found: Plans, optimum: Floats,
) -> None:  # fmt: skip
    """Write the plans of the series in `index`, which have price breaks."""
    plans, slack = solve_offers(problem, own_offers(problem, smallest, fixed), threads)
    optimum[index] = np.minimum(plans.order_cost, plans.stay_cost) - slack
    free = (fixed <= 0).all(axis=1) & (plans.stay_cost <= plans.order_cost)
    plans.order[free] = plans.stay[free]
    plans.order_cost[free] = plans.stay_cost[free]
    for mine, theirs in zip(found, plans, strict=True):
        mine[index] = theirs
