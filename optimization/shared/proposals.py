"""What moves cost and take of the limits: the best one of each series, made where it helps."""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers
from optimization.compiling import inner, kernel
from optimization.curves import Terms
from optimization.shared.layout import (
    Prices,
    add_use,
    begin_series,
    cost_of_levels,
    lay_out,
    room_for,
    saved_by_breaks,
)
from optimization.shared.moves import MOVES, SAVING, make_move, moves_of, size_of
from optimization.shared.pieces import Pieces
from optimization.shared.rows import Weights


@inner
def _set_levels(terms: Terms, t: int, quantity: Floats, pieces: Pieces) -> None:
    position = terms.supply[t, 0, 0]
    for u in range(terms.cycles[t]):
        position += quantity[u]
        pieces.level[u] = position


@inner
def _costs(
    terms: Terms, prices: Prices, s: int, fixed: Floats, quantity: Floats, pieces: Pieces
) -> float:
    """Cost of a series' orders, with what each costs and its price saves; sets the positions."""
    t = prices.place[s]
    _set_levels(terms, t, quantity, pieces)
    total = cost_of_levels(terms, t, pieces)
    for u in range(terms.cycles[t]):
        if quantity[u] > 0.0:
            total += fixed[s, u] - saved_by_breaks(prices, s, quantity[u])
    return total


@inner
def _touched(weights: Weights, s: int, rows: Integers, seen: Integers) -> int:
    """The rows a series takes of, each once; their number."""
    count = 0
    for kind in range(3):
        start = weights.order_start if kind == 0 else weights.line_start
        row = weights.order_row if kind == 0 else weights.line_row
        if kind == 2:
            start = weights.stock_start
            row = weights.stock_row
        for e in range(start[s], start[s + 1]):
            if seen[row[e]] != s:
                seen[row[e]] = s
                rows[count] = row[e]
                count += 1
    return count


@inner
def _change(
    terms: Terms, weights: Weights, prices: Prices, s: int, fixed: Floats, quantity: Floats,
    before: Floats, pieces: Pieces, rows: Integers, count: int, use: Floats,
) -> float:  # fmt: skip
    """What going from `before` to `quantity` costs, money; `use` (R) is what it takes."""
    cost = -_costs(terms, prices, s, fixed, before, pieces)
    for n in range(count):
        use[rows[n]] = 0.0
    add_use(terms, weights, prices, s, pieces, use)
    for n in range(count):
        use[rows[n]] = -use[rows[n]]
    cost += _costs(terms, prices, s, fixed, quantity, pieces)
    add_use(terms, weights, prices, s, pieces, use)
    return cost


@kernel
def propose(
    terms: Terms, weights: Weights, prices: Prices, smallest: Floats, fixed: Floats,
    orders: Floats, left: Floats, scale: Floats, purpose: int, score: Floats, choice: Integers,
    begin: int, end: int,
) -> None:  # fmt: skip
    """The best move of each series: its score (S, less is better, inf: none) and which (S).

    `left` R: what the limits leave, in their units; `purpose`: SAVING where all hold.
    """
    pieces = room_for(terms, prices)
    mending = purpose != SAVING
    most = terms.knots.shape[1]
    after = np.empty(most)
    use = np.zeros(left.size)
    rows = np.empty(left.size, dtype=np.int64)
    seen = np.full(left.size, -1)
    for s in range(begin, end):
        score[s] = np.inf
        count = _touched(weights, s, rows, seen)
        broken = False
        for n in range(count):
            broken = broken or left[rows[n]] < -1e-9 * scale[rows[n]]
        if mending and not broken:
            continue
        begin_series(terms, prices, s, pieces)
        lay_out(terms, weights, prices, s, pieces)
        cycles = terms.cycles[prices.place[s]]
        for u in range(cycles):
            pack = size_of(prices, weights, s, u, orders[s, u], left, scale, purpose)
            for move in range(moves_of(purpose)):
                after[:] = orders[s]
                if not make_move(after, cycles, u, move, pack, smallest[s]):
                    continue
                cost = _change(
                    terms, weights, prices, s, fixed, after, orders[s], pieces, rows, count, use
                )
                value = _score(cost, use, left, scale, prices.value, rows, count, mending)
                if value < score[s]:
                    score[s] = value
                    choice[s] = u * MOVES + move


@inner
def _score(
    cost: float, use: Floats, left: Floats, scale: Floats, price: Floats, rows: Integers,
    count: int, mending: bool,
) -> float:  # fmt: skip
    """Less is better; infinite where the move does not help."""
    relief = 0.0
    worth = cost
    for n in range(count):
        r = rows[n]
        lack = max(-left[r], 0.0)
        relief += (lack - max(-(left[r] - use[r]), 0.0)) / scale[r]
        worth += price[r] * use[r]
    if mending:
        if relief <= 1e-12:
            return np.inf
        return float(worth / relief if worth > 0.0 else worth)
    return float(worth) if cost < 0.0 and relief >= -1e-12 else np.inf


@kernel
def apply_moves(
    terms: Terms, weights: Weights, prices: Prices, smallest: Floats, fixed: Floats,
    orders: Floats, left: Floats, scale: Floats, purpose: int, turn: Integers, choice: Integers,
) -> int:  # fmt: skip
    """Make the proposed moves in the order of `turn` while they still help; how many were made.

    `left` (R) is brought up to date.
    """
    pieces = room_for(terms, prices)
    mending = purpose != SAVING
    after = np.empty(terms.knots.shape[1])
    use = np.zeros(left.size)
    rows = np.empty(left.size, dtype=np.int64)
    seen = np.full(left.size, -1)
    made = 0
    for s in turn:
        count = _touched(weights, s, rows, seen)
        begin_series(terms, prices, s, pieces)
        lay_out(terms, weights, prices, s, pieces)
        after[:] = orders[s]
        u = choice[s] // MOVES
        pack = size_of(prices, weights, s, u, orders[s, u], left, scale, purpose)
        make_move(after, terms.cycles[prices.place[s]], u, choice[s] - u * MOVES, pack, smallest[s])
        cost = _change(terms, weights, prices, s, fixed, after, orders[s], pieces, rows, count, use)
        if _score(cost, use, left, scale, prices.value, rows, count, mending) == np.inf:
            continue
        if not mending and not _keeps(use, left, scale, rows, count):
            continue
        orders[s] = after
        for n in range(count):
            left[rows[n]] -= use[rows[n]]
        made += 1
    return made


@inner
def _keeps(use: Floats, left: Floats, scale: Floats, rows: Integers, count: int) -> bool:
    """Whether a move takes of no limit more than it leaves."""
    for n in range(count):
        r = rows[n]
        if use[r] > 0.0 and use[r] > left[r] + 1e-12 * scale[r]:
            return False
    return True
