"""Exact orders of one series where price, pack and minimum depend on decision and quantity.

A dynamic programme over a lattice of positions, decision by decision, like `integer`, for what
that cannot price: all-units discounts (Snyder & Shen, 2nd ed., §3.4: the price of the reached
tier holds for every unit), and decisions taken together from suppliers with their own price,
pack and cost of an order, the faster first (each answers for the days until the next one's
goods come). At each decision every tier, and not ordering, is weighed with everything that
follows: O(decisions × tiers × positions) by running suffix minima.

Exact on the lattice of the packs' common divisor. Where any amount may be ordered, or the
lattice is longer than `MOST_POSITIONS`, positions are a grid; `slack` bounds what that costs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Floats, Integers
from optimization.compiling import Index, inner, kernel
from optimization.curves import AT, Curves, Terms, series_curves, slope_after, terms_of, value_after
from optimization.problem import Problem
from optimization.separable import Plans
from optimization.threads import in_blocks

MOST_POSITIONS = 50_000
GRID = 20_000
"""Positions where any amount may be ordered."""
SAME = 1e-9
PARTS = 1e6
"""Packs are told apart to a millionth of a unit."""


@dataclass(frozen=True)
class Offers:
    """What each decision can order; `price` is above (below 0: under) that of the curves."""

    pack: Floats  # S × U, units; 0: any amount
    smallest: Floats  # S × U, units
    fixed: Floats  # S × U, money per order
    starts: Floats  # S × U × T, units from which a tier's price holds; infinite: no tier
    price: Floats  # S × U × T, money per unit, not rising with `starts`


def common_step(pack: Floats) -> Floats:
    """The greatest common divisor of each row's packs [S], units; 0 where any amount goes.

    >>> import numpy as np
    >>> common_step(np.array([[6.0, 4.0], [2.5, 5.0], [3.0, 0.0]])).tolist()
    [2.0, 2.5, 0.0]
    """
    parts = np.round(pack * PARTS).astype(np.int64)
    step = np.gcd.reduce(parts, axis=1) / PARTS
    alike = (pack == pack[:, :1]).all(axis=1)
    step = np.where(alike, pack[:, 0], step)
    return np.asarray(np.where((pack > 0).all(axis=1), step, 0.0))


@inner
def highest_worth(curves: Curves, saving: float) -> float:
    """Above it no cycle's cost rises by less than `saving` a unit (or as far as costs are told)."""
    top = -np.inf
    for u in range(curves.size.size):
        k = 0
        while k < curves.size[u] and slope_after(curves, u, k) < saving:
            k += 1
        top = max(top, curves.kinks[AT, u, max(k - 1, 0)])
    return top


@inner
def _steepest(curves: Curves) -> float:
    """The sum over cycles of the steepest slope either way, money per unit."""
    total = 0.0
    for u in range(curves.size.size):
        total += max(abs(slope_after(curves, u, 0)), abs(slope_after(curves, u, curves.size[u])))
    return total


@inner
def _lattice(
    curves: Curves, stock: float, step: float, smallest: Floats, starts: Floats, price: Floats
) -> tuple[float, int]:
    """Step and number of positions that an optimal plan can pass through."""
    need = 0.0
    saving = 0.0
    for u in range(smallest.size):
        need = max(need, smallest[u])
        for t in range(starts.shape[1]):
            if starts[u, t] < np.inf:
                need = max(need, starts[u, t])
                saving = max(saving, -price[u, t])
    span = max(highest_worth(curves, saving) - stock, 0.0) + need
    if step == 0.0:
        step = max(span, 1e-6) / GRID
    step *= max(np.ceil(span / (step * MOST_POSITIONS)), 1.0)
    return step, int(np.ceil(span / step)) + 2


@inner
def _stride(pack: float, own: float, step: float) -> int:
    """Positions between two whole packs where the lattice of `own` was widened to `step`."""
    if pack == 0.0:
        return 1
    packs = int(np.round(pack / own)) if own > 0.0 else 1
    wide = int(np.round(step / own)) if own > 0.0 else 1
    a, b = packs, wide
    while b > 0:
        a, b = b, a % b
    return max(packs // a, 1)


@inner
def _suffix_best(held: Floats, stride: int, charge: float, tie: float, best: Integers) -> None:
    """For each position the cheapest of it and those whole packs above, `charge` a position."""
    for i in range(held.size - 1, -1, -1):
        best[i] = i
        above = i + stride
        if above < held.size:
            to = best[above]
            if held[to] + charge * (to - i) < held[i] - tie:
                best[i] = to


@inner
def offered_plans(
    curves: Curves, stock: float, first: Index, step: float, count: int, stride: Integers,
    smallest: Floats, fixed: Floats, starts: Floats, price: Floats, order: Floats, stay: Floats,
) -> tuple[float, float]:  # fmt: skip
    """Cheapest plans of cycles first … U that order, and that do not, at decision `first`; and
    their costs.

    The first is without the fixed cost of that order, as `integer.best_plans`; infinite where
    none reaches the lattice.
    """
    cycles = curves.size.size
    choice = np.empty((cycles, count), dtype=np.int64)
    after = np.zeros(count)
    held = np.empty(count)
    best = np.empty(count, dtype=np.int64)
    tie = curves.tolerance * step
    ordering, target = np.inf, np.int64(0)
    for u in range(cycles - 1, first - 1, -1):
        k = 0
        for i in range(count):
            at = stock + i * step
            while k < curves.size[u] and curves.kinks[AT, u, k] <= at:
                k += 1
            held[i] = value_after(curves, u, k, at) + after[i]
        for i in range(count):
            after[i] = held[i]
            choice[u, i] = i
        for t in range(starts.shape[1]):
            if starts[u, t] == np.inf:
                continue
            pack = stride[u] * step
            need = max(smallest[u], starts[u, t])
            jump = int(max(np.ceil(need / pack - SAME), 1.0)) * stride[u]
            _suffix_best(held, stride[u], price[u, t] * step, tie, best)
            for i in range(count - jump if u > first else min(1, count - jump)):
                to = best[i + jump]
                cost = held[to] + price[u, t] * (to - i) * step
                if u == first:
                    if cost < ordering - tie:
                        ordering, target = cost, to
                elif cost + fixed[u] < after[i] - tie:
                    after[i] = cost + fixed[u]
                    choice[u, i] = to
    _trace(choice, first, np.int64(0), step, stay)
    _trace(choice, first, target, step, order)
    return ordering, held[0]


@inner
def _trace(choice: Integers, first: Index, target: Index, step: float, orders: Floats) -> None:
    at: Index = 0
    for u in range(first, choice.shape[0]):
        to: Index = target if u == first else choice[u, at]
        orders[u] = (to - at) * step
        at = to


@inner
def plans_on_lattice(
    curves: Curves, stock: float, first: Index, own: float, pack: Floats, smallest: Floats,
    fixed: Floats, starts: Floats, price: Floats, order: Floats, stay: Floats,
) -> tuple[float, float, float]:  # fmt: skip
    """As `offered_plans`, on the lattice of `own`, the packs' common divisor (0: any amount).

    The last is what the lattice may miss, money: 0 unless it is a grid.
    """
    cycles = curves.size.size
    step, count = _lattice(curves, stock, own, smallest[:cycles], starts[:cycles], price[:cycles])
    stride = np.ones(cycles, dtype=np.int64)
    for u in range(cycles):
        stride[u] = _stride(pack[u], own, step)
    count += 2 * int(np.max(stride))
    ordering, staying = offered_plans(
        curves, stock, first, step, count, stride, smallest, fixed, starts, price,
        order[:cycles], stay[:cycles],
    )  # fmt: skip
    return ordering, staying, _steepest(curves) * step if step != own else 0.0


@kernel
def _solve(
    terms: Terms, steps: Floats, pack: Floats, smallest: Floats, fixed: Floats, starts: Floats,
    price: Floats, plans: Floats, cost: Floats, begin: int, end: int,
) -> None:  # fmt: skip
    now = np.int64(0)  # a literal would be compiled for itself
    for s in range(begin, end):
        curves = series_curves(terms, s)
        ordering, staying, slack = plans_on_lattice(
            curves, terms.supply[s, 0, 0], now, steps[s], pack[s], smallest[s], fixed[s],
            starts[s], price[s], plans[0, s], plans[1, s],
        )  # fmt: skip
        cost[0, s] = ordering
        cost[1, s] = staying
        cost[2, s] = slack


def solve_offers(problem: Problem, offers: Offers, threads: int = 0) -> tuple[Plans, Floats]:
    """Best plans that order, and that do not, at the first decision; and each series' slack.

    Costs as of `integer.solve_integer`, with what prices differ. No plan costs less than the
    better of the two by more than the slack [S, money].
    """
    plans = np.zeros((2, *problem.floor.shape))
    cost = np.empty((3, problem.series))
    terms = terms_of(problem)
    steps = common_step(_of_decisions(problem, offers.pack))
    pack, smallest, fixed, starts, price = (
        np.ascontiguousarray(values, dtype=np.float64)
        for values in (offers.pack, offers.smallest, offers.fixed, offers.starts, offers.price)
    )
    in_blocks(
        lambda begin, end: _solve(
            terms, steps, pack, smallest, fixed, starts, price, plans, cost, begin, end
        ),
        problem.series,
        threads,
    )
    return Plans(plans[0], plans[1], cost[0], cost[1]), cost[2]


def _of_decisions(problem: Problem, pack: Floats) -> Floats:
    """Each row's packs, that of its first decision where there is no decision."""
    alive = np.arange(pack.shape[1]) < problem.cycles.count[:, None]
    return np.asarray(np.where(alive, pack, pack[:, :1]))
