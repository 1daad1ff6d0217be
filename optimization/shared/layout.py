"""From a problem, its limits and their prices to a series' pieces; what its positions cost."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from domain.terms import Floats, Integers, Singles
from optimization.compiling import Index, inlined, inner
from optimization.curves import TOLERANCE, Terms, last_point
from optimization.shared.pieces import HIGHEST, PACK, TOLERATED, Pieces, over
from optimization.shared.rows import Weights

REACHED = 1e-9
"""Share of a quantity by which an order may miss its price in floating point."""


class Prices(NamedTuple):
    """What pricing reads beside the problem's terms and the weights of the limits."""

    value: Floats  # R, money per unit of each limit, 0 or above
    place: Integers  # S, which of the problem's series each is
    target: Floats  # S, units: x_U where κ counts above it only, else minus infinity
    multiple: Floats  # S, units; 0: any amount
    highest: Floats  # S, units: no position above it
    knots: Floats  # S · U · P × K, units: the problem's
    before: Floats  # S · Q × K, units: knots of demand before the first delivery
    queries: int  # Q
    most: int  # stock entries of a series at most
    hint: Singles  # S × 2 × U, units: written and read again, to search less; changes no result
    money: float  # 1; 0 where only the limits count
    begin: Integers  # S, the first decision that may order: 1 where today's order is given
    break_from: Floats  # S × T, units from which a lower price holds; infinite: none
    break_saving: Floats  # S × T, money per unit below the first price; no T: no price breaks


@inlined
def _put_steps(
    at: Floats, i: Index, floor: float, knots: Floats, row: Index, shift: float, least: float
) -> None:
    """The steps of a demand as positions, none below `least`, into row i of `at`."""
    at[i, 0] = max(floor - shift, least)
    for k in range(knots.shape[1]):
        at[i, k + 1] = max(knots[row, k] - shift, least)


@inner
def lay_out(terms: Terms, weights: Weights, prices: Prices, s: int, pieces: Pieces) -> None:
    """A series' cost at prices: demand of its cycles, then stock that is charged, then κ."""
    t = prices.place[s]
    cycles = terms.cycles[t]
    base = terms.supply[t, 0, 0]
    money = prices.money
    most, points = terms.weight.shape[1:]
    queries = prices.queries
    knots, before = prices.knots, prices.before
    at, gain, own, slope = pieces.at, pieces.gain, pieces.own, pieces.slope
    supply, floor, value = terms.supply, terms.floor, prices.value
    holding, shortage, weight = terms.holding[t], terms.shortage[t], terms.weight
    for u in range(cycles + 1):
        slope[u] = 0.0
    for e in range(weights.order_start[s], weights.order_start[s + 1]):
        price = value[weights.order_row[e]] * weights.order_weight[e]
        slope[weights.order_decision[e]] += price
    i = 0
    e = weights.stock_start[s]
    for u in range(cycles):
        pieces.start[u] = i
        slope[u] -= slope[u + 1] + money * shortage
        end = last_point(weight, t, u)
        for p in range(end + 1):
            shift = supply[t, u, p] - base
            row = (t * most + u) * points + p
            _put_steps(at, i, floor[t, u], knots, row, shift, -np.inf)
            own[i] = holding * weight[t, u, p]
            if p == end:
                own[i] += shortage
                if u == cycles - 1:
                    own[i] -= terms.saved[t]
            gain[i] = money * own[i]
            i += 1
        pieces.stock_at[u] = i
        while e < weights.stock_start[s + 1] and weights.stock_decision[e] == u:
            code = weights.stock_point[e]
            shift = weights.stock_shift[e]
            if code < 0:
                _put_steps(at, i, 0.0, before, t * queries - 1 - code, shift, -np.inf)
            else:
                cycle = u
                while cycle * points > code:  # a division would take longer than all the rest
                    cycle -= 1
                row = t * most * points + code
                _put_steps(at, i, floor[t, cycle], knots, row, shift, -np.inf)
            gain[i] = value[weights.stock_row[e]] * weights.stock_weight[e]
            own[i] = 0.0
            i += 1
            e += 1
        if u == cycles - 1 and terms.surplus[t] > 0.0:
            shift = supply[t, u, end] - base
            target = prices.target[s]
            _put_steps(at, i, terms.late_floor[t], terms.late_knots, t, shift, target)
            own[i] = terms.surplus[t]
            gain[i] = money * terms.surplus[t]
            i += 1
    pieces.start[cycles] = i


@inner
def cost_of_levels(terms: Terms, t: int, pieces: Pieces) -> float:
    """Holding, shortage and slow-moving cost of the positions, without prices, money.

    `t`: the problem's series, whose pieces these are.
    """
    total = 0.0
    start, at, own, mass, level = (
        pieces.start, pieces.at, pieces.own, pieces.mass, pieces.level
    )  # fmt: skip
    weight, shortage = terms.weight, terms.shortage[t]
    for u in range(terms.cycles[t]):
        for i in range(start[u], start[u + 1]):
            if own[i] > 0.0:
                total += own[i] * over(at, mass, i, level[u])
        i = start[u] + last_point(weight, t, u)
        mean = 0.0
        for k in range(at.shape[1]):
            mean += mass[k] * at[i, k]
        total += shortage * (mean - level[u])
    return total


@inner
def saved_by_breaks(prices: Prices, s: int, quantity: float) -> float:
    """What an order of a series costs less than at its supplier's first price, money."""
    saving = 0.0
    for t in range(prices.break_from.shape[1]):
        if quantity > 0.0 and quantity >= prices.break_from[s, t] * (1.0 - REACHED):
            saving = max(saving, prices.break_saving[s, t])
    return saving * quantity


@inner
def add_use(
    terms: Terms, weights: Weights, prices: Prices, s: int, pieces: Pieces, use: Floats
) -> None:
    """Add what a series' positions take of each limit to `use` (R)."""
    t = prices.place[s]
    base = terms.supply[t, 0, 0]
    at, mass, level, stock_at = pieces.at, pieces.mass, pieces.level, pieces.stock_at
    rows, decisions, taken = weights.stock_row, weights.stock_decision, weights.stock_weight
    for e in range(weights.order_start[s], weights.order_start[s + 1]):
        u = weights.order_decision[e]
        ordered = level[u] - (level[u - 1] if u > 0 else base)
        use[weights.order_row[e]] += weights.order_weight[e] * ordered
    for e in range(weights.line_start[s], weights.line_start[s + 1]):
        u = weights.line_decision[e]
        if level[u] > (level[u - 1] if u > 0 else base):
            use[weights.line_row[e]] += weights.line_weight[e]
    e = weights.stock_start[s]
    for u in range(terms.cycles[t]):
        i = stock_at[u]
        while e < weights.stock_start[s + 1] and decisions[e] == u:
            there = over(at, mass, i, level[u])
            use[rows[e]] += taken[e] * there
            i += 1
            e += 1


@inner
def room_for(terms: Terms, prices: Prices) -> Pieces:
    """Room for the pieces of any one series."""
    cycles, points, levels = terms.knots.shape[1:]
    size = cycles * points + prices.most + 1
    return Pieces(
        np.empty(cycles + 1, dtype=np.int64),
        np.empty((size, levels + 1)),
        np.empty(size),
        np.empty(size),
        np.empty(cycles + 1),
        np.empty(levels + 2),
        np.empty(levels + 1),
        np.empty(cycles),
        np.empty(cycles, dtype=np.int64),
        np.empty(cycles, dtype=np.int64),
        np.full((2, cycles), -np.inf),
        np.empty(3),
    )


@inner
def begin_series(terms: Terms, prices: Prices, s: int, pieces: Pieces) -> None:
    """Probabilities of the steps, tolerance, pack and highest position of a series."""
    t = prices.place[s]
    levels = terms.levels.shape[1]
    pieces.below[0] = 0.0
    pieces.below[1] = terms.levels[t, 0] / 2.0
    for k in range(1, levels):
        pieces.below[k + 1] = (terms.levels[t, k - 1] + terms.levels[t, k]) / 2.0
    pieces.below[levels + 1] = 1.0
    for k in range(levels + 1):
        pieces.mass[k] = pieces.below[k + 1] - pieces.below[k]
    pieces.number[TOLERATED] = TOLERANCE * (terms.shortage[t] + terms.holding[t])
    pieces.number[PACK] = prices.multiple[s]
    pieces.number[HIGHEST] = prices.highest[s]
