"""The moves that whole orders are mended with.

Of a decision: a pack less, the order dropped, a pack (or the smallest order) more, a pack or
the whole order to the next decision, a pack from it. Of an order that breaks a limit the share
is taken by which it is broken, where that is more than a pack.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats
from optimization.compiling import inner
from optimization.shared.layout import Prices
from optimization.shared.rows import Weights

MOVES = 6
PART = 0.05
"""Share of the highest position that is moved where any amount may be ordered."""
DROP, LESS, MORE, LATER, ALL_LATER, SOONER = 0, 1, 2, 3, 4, 5
SAVING, MENDING, CUTTING, DROPPING = 0, 1, 2, 3
"""What moves are for: to save where limits hold; to mend by any move, by less, by no order."""


@inner
def _pack(prices: Prices, s: int) -> float:
    """What a move takes or gives: a pack; of any amount a small part of all demand there is."""
    if prices.multiple[s] > 0.0:
        return float(prices.multiple[s])
    return float(max(PART * prices.highest[s], 1e-9))


@inner
def moves_of(purpose: int) -> int:
    """How many of the moves there are for a purpose, from the first."""
    return (MOVES, MOVES, LESS + 1, DROP + 1)[purpose]


@inner
def size_of(
    prices: Prices, weights: Weights, s: int, u: int, here: float, left: Floats, scale: Floats,
    purpose: int,
) -> float:  # fmt: skip
    """What a move takes of an order of `here` units: a pack, or the share its limits lack."""
    pack = _pack(prices, s)
    if purpose == SAVING:
        return pack
    lack = 0.0
    for kind in range(3):
        start = weights.order_start if kind == 0 else weights.line_start
        row = weights.order_row if kind == 0 else weights.line_row
        decision = weights.order_decision if kind == 0 else weights.line_decision
        if kind == 2:
            start = weights.stock_start
            row = weights.stock_row
            decision = weights.stock_decision
        for e in range(start[s], start[s + 1]):
            if decision[e] == u or (kind == 2 and decision[e] > u):
                over = max(-left[row[e]], 0.0)
                lack = max(lack, over / (scale[row[e]] + over))
    units = lack * here
    if prices.multiple[s] > 0.0:
        return float(max(np.floor(units / pack), 1.0) * pack)
    return float(units if units > 0.0 else pack)


@inner
def _fits(quantity: float, smallest: float) -> bool:
    """Whether an order is nothing or large enough."""
    return quantity == 0.0 or quantity >= smallest * (1.0 - 1e-9)


@inner
def make_move(
    quantity: Floats, cycles: int, u: int, move: int, pack: float, smallest: float
) -> bool:
    """Make a move in place; False where it cannot be made."""
    near = 1e-9 * max(pack, smallest)
    here = quantity[u]
    if move == MORE:
        quantity[u] = here + pack if here > 0.0 else max(smallest, pack)
        return True
    if move == SOONER:
        if u + 1 >= cycles or quantity[u + 1] <= 0.0:
            return False
        take = pack if quantity[u + 1] - pack >= smallest - near else quantity[u + 1]
        quantity[u] = here + take
        quantity[u + 1] -= take
        return _fits(quantity[u], smallest)
    if here <= 0.0:
        return False
    take = here
    if move in (LESS, LATER):
        take = pack
        if here - pack < smallest - near:
            return False
    quantity[u] = here - take if here - take > near else 0.0
    if move in (LATER, ALL_LATER):
        if u + 1 >= cycles:
            return False
        quantity[u + 1] += take
        return _fits(quantity[u + 1], smallest)
    return True
