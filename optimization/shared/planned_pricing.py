"""Pricing of series whose first order an earlier plan had: as planned, or otherwise at a cost.

The costs of such a series are not convex: a change costs as much however small it is. Of its best
plan and its best plan with the order that was planned, each exact at the prices, the cheaper one
is taken, the change counted. A mix of the two is none of them, so each series has one of them
(`mixing`).
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers
from optimization.compiling import Index, inner, kernel
from optimization.curves import Terms, kinks_until, value_after
from optimization.integer import best_plans
from optimization.shared.curvature import add_curvature, no_pull
from optimization.shared.layout import (
    Prices,
    add_use,
    begin_series,
    cost_of_levels,
    lay_out,
    room_for,
)
from optimization.shared.pieces import PACK, Pieces, over, pool_pieces
from optimization.shared.pricing import write_orders
from optimization.shared.rows import Weights
from optimization.shared.whole_pricing import charge_orders, curves_of, place_orders


@inner
def _charged_cost(cycles: int, pieces: Pieces) -> float:
    """Cost of the positions with all prices, but for what is the same at any positions, money."""
    total = 0.0
    for u in range(cycles):
        total += pieces.slope[u] * pieces.level[u]
        for i in range(pieces.start[u], pieces.start[u + 1]):
            if pieces.gain[i] != 0.0:
                total += pieces.gain[i] * over(pieces.at, pieces.mass, i, pieces.level[u])
    return total


@kernel
def price_planned_series(
    terms: Terms, weights: Weights, prices: Prices, planned: Floats, change_cost: float,
    series: Integers, orders: Floats, cost: Floats, use: Floats, curvature: Floats,
) -> None:  # fmt: skip
    """As `price_series`, of series that may be ordered as `planned` (S, units).

    Any other first order costs `change_cost`, which is in the cost (S).
    """
    pieces = room_for(terms, prices)
    pull = no_pull(use.size)
    free = np.empty(terms.knots.shape[1])
    now, later = np.int64(0), np.int64(1)
    for s in series:
        begin_series(terms, prices, s, pieces)
        lay_out(terms, weights, prices, s, pieces)
        t = prices.place[s]
        cycles = terms.cycles[t]
        stock = terms.supply[t, 0, 0]
        pieces.hint[:] = prices.hint[s]
        pool_pieces(pieces, cycles, now, stock)
        changed_cost = _charged_cost(cycles, pieces) + prices.money * change_cost
        free[:cycles] = pieces.level[:cycles]
        from_stock = stock + planned[s]
        pool_pieces(pieces, cycles, later, from_stock)
        prices.hint[s] = pieces.hint
        kept = _charged_cost(cycles, pieces) <= changed_cost
        if not kept:
            pieces.level[:cycles] = free[:cycles]
            from_stock = stock
        cost[s] = cost_of_levels(terms, t, pieces) + (0.0 if kept else change_cost)
        add_use(terms, weights, prices, s, pieces, use)
        if curvature.size > 0:
            add_curvature(terms, weights, prices, s, from_stock, pieces, pull, curvature)
        if orders.size > 0:
            write_orders(pieces.level, cycles, stock, orders[s])
            if kept:
                orders[s, 0] = planned[s]


@kernel
def price_planned_whole_series(
    terms: Terms, weights: Weights, prices: Prices, smallest: Floats, fixed: Floats,
    planned: Floats, change_cost: float, series: Integers, orders: Floats, cost: Floats,
    use: Floats,
) -> None:  # fmt: skip
    """As `price_whole_series`, of series that may be ordered as `planned` (S, units).

    Any other first order costs `change_cost`, which is in the cost (S).
    """
    pieces = room_for(terms, prices)
    most = terms.knots.shape[1]
    plans, charged = np.empty((4, most)), np.empty(most)
    now, later = np.int64(0), np.int64(1)
    for s in series:
        begin_series(terms, prices, s, pieces)
        lay_out(terms, weights, prices, s, pieces)
        t = prices.place[s]
        cycles = terms.cycles[t]
        stock = terms.supply[t, 0, 0]
        pack = pieces.number[PACK]
        charge_orders(weights, prices, fixed, s, cycles, charged)
        plans[:] = 0.0
        curves = curves_of(terms, prices, t, pieces)
        charges = charged[:cycles]
        ordering, staying = best_plans(
            curves, stock, now, smallest[s], pack, charges, plans[0], plans[1]
        )
        changed_cost = min(ordering + charged[0], staying) + prices.money * change_cost
        chosen: Index = 0 if ordering + charged[0] < staying - 1e-12 * abs(staying) else 1
        position = stock + planned[s]
        kept_cost = value_after(curves, now, kinks_until(curves, now, position), position)
        if planned[s] > 0.0:
            kept_cost += charged[0]
        kept_choice: Index = 3
        if cycles > 1:
            ordering, staying = best_plans(
                curves, position, later, smallest[s], pack, charges, plans[2], plans[3]
            )
            kept_cost += min(ordering + charged[1], staying)
            if ordering + charged[1] < staying - 1e-12 * abs(staying):
                kept_choice = 2
        kept = kept_cost <= changed_cost
        begin = now
        cost[s] = change_cost
        if kept:
            chosen = kept_choice
            begin = later
            plans[chosen, 0] = planned[s]
            pieces.level[0] = position
            cost[s] = fixed[s, 0] if planned[s] > 0.0 else 0.0
            stock = position
        cost[s] += place_orders(fixed, s, stock, smallest[s], begin, cycles, plans[chosen], pieces)
        cost[s] += cost_of_levels(terms, t, pieces)
        add_use(terms, weights, prices, s, pieces, use)
        if orders.size > 0:
            orders[s, :cycles] = plans[chosen, :cycles]
