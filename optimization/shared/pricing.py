"""The best plan of every series at given prices of the shared limits: what pricing asks for."""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers
from optimization.compiling import inner, kernel
from optimization.curves import Terms
from optimization.shared.curvature import add_curvature, no_pull
from optimization.shared.kept import Kept, add_kept_use, keep, stays
from optimization.shared.layout import (
    Prices,
    add_use,
    begin_series,
    cost_of_levels,
    lay_out,
    room_for,
)
from optimization.shared.pieces import TOLERATED, least_position, pool_pieces
from optimization.shared.rows import Weights


@kernel
def price_series(
    terms: Terms, weights: Weights, prices: Prices, kept: Kept, first: int, series: Integers,
    orders: Floats, cost: Floats, use: Floats, curvature: Floats,
) -> None:  # fmt: skip
    """Best plans of some series that begin to order at decision `first` (0 or 1).

    Writes their orders (S × U) where there is room, and their cost without prices (S); adds
    what they take of each limit to `use` (R), and how that falls as prices rise to `curvature`
    (R × R) unless it is empty. Plans that stay what they were are read from `kept`.
    """
    pieces = room_for(terms, prices)
    pull = no_pull(use.size)
    slope = np.empty((3, terms.knots.shape[1] + 1))
    plain = first == 0 and prices.money == 1.0
    for s in series:
        if plain and curvature.size == 0 and stays(weights, prices, kept, s, slope):
            cost[s] = kept.cost[s]
            add_kept_use(weights, kept, s, use)
            if orders.size > 0:
                write_orders(kept.level[s], kept.cycles[s], kept.stock[s], orders[s])
            continue
        begin_series(terms, prices, s, pieces)
        lay_out(terms, weights, prices, s, pieces)
        t = prices.place[s]
        stock = terms.supply[t, 0, 0]
        pieces.hint[:] = prices.hint[s]
        pool_pieces(pieces, terms.cycles[t], max(np.int64(first), prices.begin[s]), stock)
        prices.hint[s] = pieces.hint
        cost[s] = cost_of_levels(terms, t, pieces)
        if plain:
            keep(terms, weights, prices, kept, s, cost[s], pieces)
        if plain and kept.known[s]:
            add_kept_use(weights, kept, s, use)
        else:
            add_use(terms, weights, prices, s, pieces, use)
        if curvature.size > 0:
            add_curvature(terms, weights, prices, s, stock, pieces, pull, curvature)
        if orders.size > 0:
            write_orders(pieces.level, terms.cycles[t], stock, orders[s])


@inner
def write_orders(level: Floats, cycles: int, stock: float, orders: Floats) -> None:
    """The orders that lead from `stock` to the positions `level` (U each)."""
    before = stock
    for u in range(cycles):
        orders[u] = level[u] - before
        before = level[u]


@kernel
def use_of_series(
    terms: Terms, weights: Weights, prices: Prices, begin: int, end: int, orders: Floats,
    use: Floats,
) -> None:  # fmt: skip
    """Add what any orders (S × U) of series begin … end - 1 take of each limit to `use` (R)."""
    pieces = room_for(terms, prices)
    for s in range(begin, end):
        begin_series(terms, prices, s, pieces)
        lay_out(terms, weights, prices, s, pieces)
        t = prices.place[s]
        position = terms.supply[t, 0, 0]
        for u in range(terms.cycles[t]):
            position += orders[s, u]
            pieces.level[u] = position
        add_use(terms, weights, prices, s, pieces, use)


@kernel
def targets_and_tops(
    terms: Terms, weights: Weights, prices: Prices, target: Floats, highest: Floats
) -> None:
    """x_U of each series (S), and the highest position any of its costs knows of (S), units."""
    pieces = room_for(terms, prices)
    for s in range(target.size):
        begin_series(terms, prices, s, pieces)
        lay_out(terms, weights, prices, s, pieces)
        t = prices.place[s]
        last = terms.cycles[t] - 1
        count = pieces.start[last + 1]
        highest[s] = terms.supply[t, 0, 0]
        for i in range(count):
            highest[s] = max(highest[s], pieces.at[i, pieces.at.shape[1] - 1])
        target[s] = -np.inf
        if terms.surplus_above_target[t]:
            if terms.surplus[t] > 0.0:
                pieces.start[last + 1] = count - 1  # without κ, which is the last piece
            target[s] = least_position(
                pieces.start, pieces.at, pieces.gain, pieces.slope, pieces.below,
                pieces.number[TOLERATED], last, last, -np.inf, np.inf, -np.inf,
            )  # fmt: skip
