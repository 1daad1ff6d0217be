"""Where each series was best at the prices before, and how surely: most need no new look.

A plan is the only best one where every run of equal positions [a … b] of it would cost more
both ways: with l_u and r_u the slopes of cycle u left and right of its position, the sums
l_a + … + l_j (j ≤ b) are negative, or the run may not fall, being today's stock; and the sums
r_j + … + r_b (a ≤ j) are positive. Slopes are sums over the steps of demand that a position has
passed, which prices do not change: at other prices they are added up again without the steps.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from domain.terms import Flags, Floats, Integers, Singles
from optimization.compiling import inner
from optimization.curves import Terms
from optimization.shared.layout import Prices
from optimization.shared.pieces import Pieces, slopes_about
from optimization.shared.rows import Weights

LEFT, RIGHT = 0, 1
SURE = 1e-5
"""Share of the costs of a unit by which a slope must differ from 0: well above rounding."""


class Kept(NamedTuple):
    """The plans of the round before, S series, N entries of stock; written and read again."""

    known: Flags  # S, whether the rest is there
    cycles: Integers  # S
    stock: Floats  # S, units, the position before any order
    margin: Floats  # S, money per unit: slopes nearer to 0 count as 0
    cost: Floats  # S, money, without prices
    level: Floats  # S × U, position after each decision
    slope: Singles  # S × U × 2, money per unit left and right of it, without prices
    below: Singles  # N × 2, probability that demand lies below the position, left and right
    over: Floats  # N, expected units in stock


def nothing_kept(series: int, cycles: int, entries: int) -> Kept:
    """Room for the plans of some series, none of which is known yet."""
    return Kept(
        known=np.zeros(series, dtype=np.bool_),
        cycles=np.zeros(series, dtype=np.int64),
        stock=np.zeros(series),
        margin=np.zeros(series),
        cost=np.zeros(series),
        level=np.zeros((series, cycles)),
        slope=np.zeros((series, cycles, 2), dtype=np.float32),
        below=np.zeros((entries, 2), dtype=np.float32),
        over=np.zeros(entries),
    )


@inner
def keep(
    terms: Terms, weights: Weights, prices: Prices, kept: Kept, s: int, cost: float, pieces: Pieces
) -> None:
    """Keep the plan of a series that was just priced, with money; not one in packs."""
    t = prices.place[s]
    cycles = terms.cycles[t]
    stock = terms.supply[t, 0, 0]
    kept.known[s] = prices.multiple[s] == 0.0 and pieces.level[cycles - 1] < prices.highest[s]
    if not kept.known[s]:
        return
    kept.cycles[s] = cycles
    kept.stock[s] = stock
    kept.margin[s] = SURE * (terms.shortage[t] + terms.surplus[t] + 100.0 * terms.holding[t])
    kept.cost[s] = cost
    e = weights.stock_start[s]
    for u in range(cycles):
        level = pieces.level[u]
        kept.level[s, u] = level
        left = -terms.shortage[t]
        right = left
        for i in range(pieces.start[u], pieces.start[u + 1]):
            if pieces.own[i] > 0.0:
                before, after = slopes_about(pieces.at, pieces.own, pieces.below, i, i + 1, level)
                left += before
                right += after
        kept.slope[s, u, LEFT] = left
        kept.slope[s, u, RIGHT] = right
        i = pieces.stock_at[u]
        while e < weights.stock_start[s + 1] and weights.stock_decision[e] == u:
            before = 0
            after = 0
            total = 0.0
            for k in range(pieces.at.shape[1]):
                gap = level - pieces.at[i, k]
                before += gap > 0.0
                after += gap >= 0.0
                total += pieces.mass[k] * max(gap, 0.0)
            kept.below[e, LEFT] = pieces.below[before]
            kept.below[e, RIGHT] = pieces.below[after]
            kept.over[e] = total
            i += 1
            e += 1


@inner
def stays(weights: Weights, prices: Prices, kept: Kept, s: int, slope: Floats) -> bool:
    """Whether the kept plan of a series is surely its only best one; `slope` is room, 3 × U + 1."""
    if not kept.known[s]:
        return False
    cycles = kept.cycles[s]
    margin = kept.margin[s]
    value = prices.value
    ordered = slope[2]
    for u in range(cycles + 1):
        ordered[u] = 0.0
    for e in range(weights.order_start[s], weights.order_start[s + 1]):
        charge = value[weights.order_row[e]] * weights.order_weight[e]
        ordered[weights.order_decision[e]] += charge
    for u in range(cycles):
        charge = ordered[u] - ordered[u + 1]
        slope[LEFT, u] = kept.slope[s, u, LEFT] + charge
        slope[RIGHT, u] = kept.slope[s, u, RIGHT] + charge
    for e in range(weights.stock_start[s], weights.stock_start[s + 1]):
        gain = value[weights.stock_row[e]] * weights.stock_weight[e]
        if gain < 0.0:
            return False
        u = weights.stock_decision[e]
        slope[LEFT, u] += gain * kept.below[e, LEFT]
        slope[RIGHT, u] += gain * kept.below[e, RIGHT]
        margin += SURE * gain
    return _is_only_best(kept.level[s], kept.stock[s], cycles, margin, slope)


@inner
def _is_only_best(level: Floats, stock: float, cycles: int, margin: float, slope: Floats) -> bool:
    """Whether every run of equal positions would cost more both ways."""
    first = 0
    while first < cycles:
        end = first + 1
        while end < cycles and level[end] == level[first]:
            end += 1
        if level[first] > stock:
            total = 0.0
            for u in range(first, end):
                total += slope[LEFT, u]
                if total > -margin:
                    return False
        total = 0.0
        for u in range(end - 1, first - 1, -1):
            total += slope[RIGHT, u]
            if total < margin:
                return False
        first = end
    return True


@inner
def add_kept_use(weights: Weights, kept: Kept, s: int, use: Floats) -> None:
    """Add what the kept positions of a series take of each limit to `use` (R)."""
    stock = kept.stock[s]
    for e in range(weights.order_start[s], weights.order_start[s + 1]):
        u = weights.order_decision[e]
        before = kept.level[s, u - 1] if u > 0 else stock
        use[weights.order_row[e]] += weights.order_weight[e] * (kept.level[s, u] - before)
    for e in range(weights.stock_start[s], weights.stock_start[s + 1]):
        use[weights.stock_row[e]] += weights.stock_weight[e] * kept.over[e]
