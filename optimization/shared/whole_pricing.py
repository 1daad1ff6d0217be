"""Pricing of series whose orders have a minimum, a line cost or a limit on lines: exact, whole.

The dynamic programme of `optimization.integer` on curves that hold the prices of the limits.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers
from optimization.compiling import Index, inner, kernel
from optimization.curves import AT, SLOPE, VALUE, Curves, Terms, last_point
from optimization.integer import best_plans
from optimization.shared.layout import (
    Prices,
    add_use,
    begin_series,
    cost_of_levels,
    lay_out,
    room_for,
)
from optimization.shared.pieces import HIGHEST, PACK, TOLERATED, Pieces
from optimization.shared.rows import Weights


@inner
def _curve(pieces: Pieces, u: Index, constant: float, curves: Curves) -> None:
    """The pieces of one cycle merged; `constant`: money at position 0 left of every step."""
    count = 0
    for i in range(pieces.start[u], pieces.start[u + 1]):
        if pieces.gain[i] > 0.0:
            for k in range(pieces.at.shape[1]):
                curves.kinks[AT, u, count] = pieces.at[i, k]
                curves.kinks[SLOPE, u, count] = pieces.gain[i] * pieces.mass[k]
                count += 1
    if count == 0:  # nothing is charged but the slope
        curves.kinks[AT, u, 0] = pieces.at[pieces.start[u], 0]
        curves.kinks[SLOPE, u, 0] = 0.0
        count = 1
    order = np.argsort(curves.kinks[AT, u, :count], kind="mergesort")
    at = curves.kinks[AT, u, :count][order]
    gain = curves.kinks[SLOPE, u, :count][order]
    slope = pieces.slope[u]
    value = constant + slope * at[0]
    for k in range(count):
        if k > 0:
            value += slope * (at[k] - at[k - 1])
        slope += gain[k]
        curves.kinks[AT, u, k] = at[k]
        curves.kinks[SLOPE, u, k] = slope
        curves.kinks[VALUE, u, k] = value
    curves.size[u] = count
    curves.first_slope[u] = pieces.slope[u]


@inner
def curves_of(terms: Terms, prices: Prices, t: int, pieces: Pieces) -> Curves:
    """The curves of one of the problem's series at prices, from its pieces."""
    cycles = terms.cycles[t]
    widest = 1
    for u in range(cycles):
        widest = max(widest, (pieces.start[u + 1] - pieces.start[u]) * pieces.at.shape[1])
    curves = Curves(
        np.empty((3, cycles, widest + 1)),
        np.empty(cycles, dtype=np.int64),
        np.empty(cycles),
        pieces.number[TOLERATED],
    )
    for u in range(cycles):
        i = pieces.start[u] + last_point(terms.weight, t, u)
        mean = 0.0
        for k in range(pieces.at.shape[1]):
            mean += pieces.mass[k] * pieces.at[i, k]
        _curve(pieces, u, prices.money * terms.shortage[t] * mean, curves)
    _end_at_highest(pieces, curves)
    return curves


@inner
def _end_at_highest(pieces: Pieces, curves: Curves) -> None:
    """Where more would pay without end, being asked for, let no cost fall above HIGHEST."""
    beyond = 0.0
    for u in range(curves.size.size - 1, -1, -1):
        beyond += curves.kinks[SLOPE, u, curves.size[u] - 1]
        if beyond < -curves.tolerance:
            break
    if beyond >= -curves.tolerance:
        return
    for u in range(curves.size.size):
        last = curves.size[u] - 1
        slope = curves.kinks[SLOPE, u, last]
        if slope < 0.0:
            at = max(pieces.number[HIGHEST], curves.kinks[AT, u, last])
            value = curves.kinks[VALUE, u, last] + slope * (at - curves.kinks[AT, u, last])
            curves.kinks[AT, u, last + 1] = at
            curves.kinks[SLOPE, u, last + 1] = 0.0
            curves.kinks[VALUE, u, last + 1] = value
            curves.size[u] += 1


@inner
def charge_orders(
    weights: Weights, prices: Prices, fixed: Floats, s: int, cycles: int, charged: Floats
) -> None:
    """What an order of a series costs at each decision, whatever its size, into `charged` (U)."""
    for u in range(cycles):
        charged[u] = prices.money * fixed[s, u]
    for e in range(weights.line_start[s], weights.line_start[s + 1]):
        price = prices.value[weights.line_row[e]] * weights.line_weight[e]
        charged[weights.line_decision[e]] += price


@inner
def place_orders(
    fixed: Floats, s: int, stock: float, smallest: float, first: Index, cycles: int,
    quantity: Floats, pieces: Pieces,
) -> float:  # fmt: skip
    """Positions after the orders of decisions `first` … U from `stock` on; their fixed costs.

    Orders that lead above the highest position are taken out of `quantity` (U).
    """
    position = stock
    total = 0.0
    for u in range(first, cycles):
        if position + quantity[u] > pieces.number[HIGHEST] + smallest + pieces.number[PACK]:
            quantity[u] = 0.0
        position += quantity[u]
        pieces.level[u] = position
        if quantity[u] > 0.0:
            total += fixed[s, u]
    return total


@kernel
def price_whole_series(
    terms: Terms, weights: Weights, prices: Prices, smallest: Floats, fixed: Floats, stay: bool,
    series: Integers, orders: Floats, cost: Floats, use: Floats,
) -> None:  # fmt: skip
    """Exact plans of some series with a smallest order (S) and fixed costs (S × U).

    `stay`: none that order at the first decision. Writes and adds as `price_series`; the cost
    (S) is with fixed costs, without prices.
    """
    pieces = room_for(terms, prices)
    most = terms.knots.shape[1]
    ordering, staying, charged = np.empty(most), np.empty(most), np.empty(most)
    now = np.int64(0)
    for s in series:
        begin_series(terms, prices, s, pieces)
        lay_out(terms, weights, prices, s, pieces)
        t = prices.place[s]
        cycles = terms.cycles[t]
        stock = terms.supply[t, 0, 0]
        charge_orders(weights, prices, fixed, s, cycles, charged)
        ordering[:] = 0.0
        staying[:] = 0.0
        curves = curves_of(terms, prices, t, pieces)
        first, none = best_plans(
            curves, stock, now, smallest[s], pieces.number[PACK], charged[:cycles], ordering,
            staying,
        )  # fmt: skip
        orders_now = not (stay or prices.begin[s] > 0)
        orders_now = orders_now and first + charged[0] < none - 1e-12 * abs(none)
        quantity = ordering if orders_now else staying
        cost[s] = place_orders(fixed, s, stock, smallest[s], now, cycles, quantity, pieces)
        cost[s] += cost_of_levels(terms, t, pieces)
        add_use(terms, weights, prices, s, pieces, use)
        if orders.size > 0:
            orders[s, :cycles] = quantity[:cycles]
