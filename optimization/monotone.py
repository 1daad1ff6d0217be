"""Today's order as a rule that more stock never raises, with a minimum above the pack size.

The exact optimum breaks that law: with a minimum of 10, empty stock may take 10 now and 10
later, and a stock of 5 take 15 now and none later. The rule gives every stock the smallest
order that is optimal for it or for any lower stock, from none upward. It is a function of
stock alone (nothing in it knows today's), falls as stock rises, and once its order has come it
orders no more: the stock that set the order wants nothing after it. Its cost is at least the
optimum, which stays the plan's bound. Measured in docs/decisions/0002.
"""

from __future__ import annotations

import numpy as np

from optimization.compiling import inner
from optimization.curves import AT, Curves, value_after

GRID = 16_384
"""Positions at most between none and the highest level."""
PARTS = 4
"""Grid positions per unit (per pack where packs are not whole), where GRID allows."""
PARTS_OF_MINIMUM = 64
"""Grid positions per smallest order, where any amount may be ordered."""


@inner
def grid_of(smallest: float, multiple: float, top: float) -> tuple[float, int, int]:
    """Grid step, and grid steps per order step and per smallest order.

    Depends on terms and levels only, never on stock. Very long ranges order in several packs.
    """
    if multiple == 0.0:
        parts = PARTS_OF_MINIMUM
        while parts > 1 and top / smallest * parts > GRID:
            parts //= 2
        return smallest / parts, 1, parts
    pack = multiple * max(np.ceil(top / (multiple * GRID)), 1.0)
    least = np.ceil(smallest / pack - 1e-9) * pack
    most = int(max(GRID * pack / (top + least), 1.0))
    parts = min(PARTS, most)
    if pack == np.floor(pack) and pack <= most:
        parts = int(pack) * max(min(PARTS, most // int(pack)), 1)
    return pack / parts, parts, round(least / pack) * parts


@inner
def monotone_order(
    curves: Curves, stock: float, smallest: float, multiple: float, top: float
) -> float:
    """Today's order, units: the least optimal one of all stocks from none to `stock`.

    `top` is the highest level any cycle wants. Below no stock, orders bring it to where an
    empty one would go. Stock between two grid positions counts as the lower.
    """
    if stock >= top or top <= 0.0:
        # Above every level nobody orders; a level below none is reached from below only.
        return _backlog(stock, max(top, 0.0), smallest, multiple) if stock < top else 0.0
    step, stride, jump = grid_of(smallest, multiple, top)
    count = int(np.ceil(top / step)) + jump + stride + 2
    later = np.zeros(count)
    cost = np.empty(count)
    best = np.empty(count, dtype=np.int64)
    tie = curves.tolerance * max(multiple, smallest, 1e-3)
    for u in range(curves.size.size - 1, -1, -1):
        k = 0
        size = curves.size[u]
        for i in range(count):
            at = i * step
            while k < size and curves.kinks[AT, u, k] <= at:
                k += 1
            cost[i] = value_after(curves, u, k, at) + later[i]
        for i in range(count - 1, -1, -1):
            keep = i + stride >= count or cost[i] <= cost[best[i + stride]] + tie
            best[i] = i if keep else best[i + stride]
        for i in range(count):
            later[i] = cost[i]
            if i + jump < count:
                later[i] = min(later[i], cost[best[i + jump]])
    last = min(int(np.floor(max(stock, 0.0) / step + 1e-9)), count - 1)
    steps = count
    for i in range(last + 1):
        wanted = 0
        if i + jump < count and cost[best[i + jump]] < cost[i] - tie:
            wanted = best[i + jump] - i
        steps = min(steps, wanted)
        if steps == 0:
            break
    order = float(steps * step)
    if multiple > 0.0:
        order = float(round(order / multiple) * multiple)
    if stock < 0.0:
        order = _backlog(stock, order, smallest, multiple)
    return order


@inner
def _backlog(stock: float, goal: float, smallest: float, multiple: float) -> float:
    """The order of a stock below none: what an empty one is given, and the packs that lack."""
    lack = -stock
    if multiple > 0.0:
        lack = np.ceil(lack / multiple - 1e-9) * multiple
    return float(max(goal + lack, smallest))
