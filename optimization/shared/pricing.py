"""The best plan of every series at given prices of the shared limits: what pricing asks for."""

from __future__ import annotations

import numpy as np

from domain.terms import Floats
from optimization.compiling import kernel
from optimization.curves import Terms
from optimization.shared.curvature import add_curvature
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
    terms: Terms, weights: Weights, prices: Prices, first: int, begin: int, end: int,
    orders: Floats, cost: Floats, use: Floats, curvature: Floats,
) -> None:  # fmt: skip
    """Best plans of series begin … end - 1 that begin to order at decision `first` (0 or 1).

    Writes their orders (S × U) where there is room, and their cost without prices (S); adds
    what they take of each limit to `use` (R), and how that falls as prices rise to `curvature`
    (R × R) unless it is empty.
    """
    pieces = room_for(terms, prices)
    pull = np.zeros(use.size)
    rows = np.empty(use.size, dtype=np.int64)
    start = np.int64(first)
    for s in range(begin, end):
        begin_series(terms, prices, s, pieces)
        lay_out(terms, weights, prices, s, pieces)
        stock = terms.supply[s, 0, 0]
        pieces.hint[:] = prices.hint[s]
        pool_pieces(pieces, terms.cycles[s], start, stock)
        prices.hint[s] = pieces.hint
        cost[s] = cost_of_levels(terms, s, pieces)
        add_use(terms, weights, s, pieces, use)
        if curvature.size > 0:
            add_curvature(terms, weights, s, pieces, pull, rows, curvature)
        if orders.size > 0:
            before = stock
            for u in range(terms.cycles[s]):
                orders[s, u] = pieces.level[u] - before
                before = pieces.level[u]


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
        position = terms.supply[s, 0, 0]
        for u in range(terms.cycles[s]):
            position += orders[s, u]
            pieces.level[u] = position
        add_use(terms, weights, s, pieces, use)


@kernel
def targets_and_tops(
    terms: Terms, weights: Weights, prices: Prices, target: Floats, highest: Floats
) -> None:
    """x_U of each series (S), and the highest position any of its costs knows of (S), units."""
    pieces = room_for(terms, prices)
    for s in range(target.size):
        begin_series(terms, prices, s, pieces)
        lay_out(terms, weights, prices, s, pieces)
        last = terms.cycles[s] - 1
        count = pieces.start[last + 1]
        highest[s] = terms.supply[s, 0, 0]
        for i in range(count):
            highest[s] = max(highest[s], pieces.at[i, pieces.at.shape[1] - 1])
        target[s] = -np.inf
        if terms.surplus_above_target[s]:
            if terms.surplus[s] > 0.0:
                pieces.start[last + 1] = count - 1  # without κ, which is the last piece
            target[s] = least_position(
                pieces.start, pieces.at, pieces.gain, pieces.slope, pieces.below,
                pieces.number[TOLERATED], last, last, -np.inf, np.inf, -np.inf,
            )  # fmt: skip
