"""The cost of every position of every series, laid out once, for plans in microseconds.

Where limits charge for units and orders only, prices tilt a series' curves and change nothing else
of them. So what each cycle costs at each position stock + n · step is written down once; the
programme of `optimization.integer` on these numbers takes a thirtieth of the time of laying the
curves out anew at every price. A long lattice is thinned: its plans can be ordered, but are
not always the best. For searching, not for proofs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from domain.terms import Floats, Integers
from optimization.compiling import Index, inner, kernel
from optimization.curves import Curves, Terms, kinks_until, value_after
from optimization.integer import smallest_order, top_level
from optimization.offers import highest_worth
from optimization.shared.layout import Prices, begin_series, lay_out, room_for
from optimization.shared.pricer import Pricer
from optimization.shared.rows import Weights
from optimization.shared.whole_pricing import curves_of

MOST_POSITIONS = 160
"""Positions of a series; of longer lattices every second, third … is kept."""
FAR = 2**40
"""Steps that are more than any order."""
ROOM = 2.0
"""Mean cycles of demand above the highest level of its own that a series may be raised by."""


class Tables(NamedTuple):
    """The positions of S series, all parts together, and what each costs after each decision."""

    start: Integers  # S + 1, first cell of each series: decision by decision, its positions
    size: Integers  # S, positions
    cycles: Integers  # S, decisions
    step: Floats  # S, units from a position to the next
    least: Integers  # S, smallest order, steps
    tier: Integers  # S × T, smallest order at each lower price, steps; FAR: there is none
    saving: Floats  # S × T, money per unit below the first price
    cost: Floats  # cells, money


def tables_of(pricer: Pricer, value: Floats) -> Tables:
    """The tables of all parts at prices `value` (R) of limits that are to keep their prices.

    What an order or its line is charged is not in them. Every series is ordered in packs.
    """
    steps, sizes, cycles, costs = [], [], [], []
    for number, part in enumerate(pricer.parts):
        terms, weights, prices = pricer.ground(number, value)
        size = np.empty(part.series, dtype=np.int64)
        step = np.empty(part.series)
        smallest = smallest_order(part.problem)[part.which]
        pricer.in_blocks(_sizer(terms, weights, prices, smallest, size, step), part.series)
        count = np.ascontiguousarray(part.problem.cycles.count[part.which])
        start = np.concatenate([[0], np.cumsum(size * count)])
        cost = np.empty(start[-1])
        pricer.in_blocks(_filler(terms, weights, prices, start, size, step, cost), part.series)
        steps.append(step)
        sizes.append(size)
        cycles.append(count)
        costs.append(cost)
    size, count, step = np.concatenate(sizes), np.concatenate(cycles), np.concatenate(steps)
    least = [smallest_order(part.problem)[part.which] for part in pricer.parts]
    starts, saving = _all_breaks(pricer)
    tier = np.where(np.isfinite(starts), np.ceil(starts / step[:, None] - 1e-9), FAR)
    return Tables(
        start=np.concatenate([[0], np.cumsum(size * count)]).astype(np.int64),
        size=size,
        cycles=count.astype(np.int64),
        step=step,
        least=np.ceil(np.concatenate(least) / step - 1e-9).astype(np.int64),
        tier=tier.astype(np.int64),
        saving=saving,
        cost=np.concatenate(costs),
    )


def _all_breaks(pricer: Pricer) -> tuple[Floats, Floats]:
    """Price breaks of all parts as of `Part.breaks`, S × T."""
    breaks = [part.breaks for part in pricer.parts]
    most = max((starts.shape[1] for starts, _ in breaks), default=0)
    wide = [((0, 0), (0, most - starts.shape[1])) for starts, _ in breaks]
    return (
        np.concatenate(
            [
                np.pad(starts, more, constant_values=np.inf)
                for (starts, _), more in zip(breaks, wide, strict=True)
            ]
        ),
        np.concatenate(
            [np.pad(saving, more) for (_, saving), more in zip(breaks, wide, strict=True)]
        ),
    )


def _sizer(
    terms: Terms, weights: Weights, prices: Prices, smallest: Floats, size: Integers, step: Floats
) -> Callable[[int, int], None]:
    return lambda begin, end: _sizes(terms, weights, prices, smallest, size, step, begin, end)


def _filler(
    terms: Terms, weights: Weights, prices: Prices, start: Integers, size: Integers, step: Floats,
    cost: Floats,
) -> Callable[[int, int], None]:  # fmt: skip
    return lambda begin, end: _fill(terms, weights, prices, start, size, step, cost, begin, end)


@inner
def _demand_a_cycle(terms: Terms, t: int) -> float:
    """Demand from the first order day to the end of the last cycle, a cycle, units."""
    last = terms.cycles[t] - 1
    middle = terms.levels.shape[1] // 2
    end = terms.knots[t, last, 0, middle]
    return float(max(end - terms.floor[t, 0], 0.0) / (last + 1))


@kernel
def _sizes(
    terms: Terms, weights: Weights, prices: Prices, smallest: Floats, size: Integers,
    step: Floats, begin: int, end: int,
) -> None:  # fmt: skip
    """How many positions each series has, and how far apart they are."""
    pieces = room_for(terms, prices)
    for s in range(begin, end):
        begin_series(terms, prices, s, pieces)
        lay_out(terms, weights, prices, s, pieces)
        t = prices.place[s]
        curves = curves_of(terms, prices, t, pieces)
        stock = terms.supply[t, 0, 0]
        top = max(top_level(curves, np.int64(0)) - stock, 0.0)
        saving, largest = 0.0, 0.0
        for tier in range(prices.break_from.shape[1]):
            if prices.break_from[s, tier] < np.inf:
                saving = max(saving, prices.break_saving[s, tier])
                largest = max(largest, prices.break_from[s, tier])
        if saving > 0.0:
            top = max(highest_worth(curves, saving) - stock, top) + largest
        top += ROOM * max(_demand_a_cycle(terms, t), smallest[s])
        pack = prices.multiple[s]
        apart = max(np.ceil(top / pack / MOST_POSITIONS), 1.0)
        step[s] = pack * apart
        size[s] = int(np.ceil(top / step[s])) + 2


@kernel
def _fill(
    terms: Terms, weights: Weights, prices: Prices, start: Integers, size: Integers, step: Floats,
    cost: Floats, begin: int, end: int,
) -> None:  # fmt: skip
    pieces = room_for(terms, prices)
    for s in range(begin, end):
        begin_series(terms, prices, s, pieces)
        lay_out(terms, weights, prices, s, pieces)
        t = prices.place[s]
        curves = curves_of(terms, prices, t, pieces)
        stock = terms.supply[t, 0, 0]
        for u in range(terms.cycles[t]):
            for n in range(size[s]):
                cost[start[s] + u * size[s] + n] = _value(curves, u, stock + n * step[s])


@inner
def _value(curves: Curves, u: Index, position: float) -> float:
    return value_after(curves, u, kinks_until(curves, u, position), position)


@kernel
def best_on_tables(
    tables: Tables, price: Floats, fixed: Floats, quantity: Floats, cost: Floats, begin: int,
    end: int,
) -> None:  # fmt: skip
    """The best orders (`quantity` S × U, units) of series begin … end - 1, and their cost (S).

    `price` S × U: money per unit ordered; `fixed` S × U: money per order, infinite where there
    must be none. The cost is with both.
    """
    most = tables.size[begin:end].max()
    after, staying = np.empty(most), np.empty(most)
    choice = np.empty((price.shape[1], most), dtype=np.int64)
    for s in range(begin, end):
        count, least, cycles = tables.size[s], tables.least[s], tables.cycles[s]
        for u in range(cycles - 1, -1, -1):
            cell = tables.start[s] + u * count
            for n in range(count):
                after[n] = tables.cost[cell + n] + (staying[n] if u < cycles - 1 else 0.0)
            for n in range(count):
                staying[n] = after[n]
                choice[u, n] = n
            for tier in range(tables.tier.shape[1] + 1):
                lot, charge = least, price[s, u] * tables.step[s]
                if tier > 0:
                    lot = max(lot, tables.tier[s, tier - 1])
                    charge -= tables.saving[s, tier - 1] * tables.step[s]
                lowest, at = np.inf, 0
                for n in range(count - 1 - lot, -1, -1):
                    if after[n + lot] + charge * (n + lot) <= lowest:
                        at = n + lot
                        lowest = after[at] + charge * at
                    if lowest - charge * n + fixed[s, u] < staying[n]:
                        staying[n] = lowest - charge * n + fixed[s, u]
                        choice[u, n] = at
        cost[s] = staying[0]
        n = 0
        for u in range(cycles):
            quantity[s, u] = (choice[u, n] - n) * tables.step[s]
            n = choice[u, n]
