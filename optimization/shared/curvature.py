"""How use of the limits falls as their prices rise: the second derivative of the bound."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from domain.terms import Flags, Floats, Integers
from optimization.compiling import Index, inner
from optimization.curves import Terms
from optimization.shared.layout import Prices
from optimization.shared.pieces import Pieces, passed
from optimization.shared.rows import Weights


@inner
def _density(at: Floats, below: Floats, i: Index, position: float) -> float:
    """Probability per unit of a piece's demand about a position, over the steps next to it."""
    j = passed(at, i, position) - 1
    if j < 0:
        return 0.0
    low = max(j - 1, 0)
    high = min(j + 1, at.shape[1] - 1)
    width = at[i, high] - at[i, low]
    return (below[high + 1] - below[low + 1]) / width if width > 0.0 else 0.0


class Pull(NamedTuple):
    """What one unit more takes of the limits: `amount` R, of the rows that `row` lists first."""

    amount: Floats  # R, all 0 between blocks
    row: Integers  # R
    listed: Flags  # R, all False between blocks


@inner
def no_pull(rows: int) -> Pull:
    """Room for R rows."""
    return Pull(np.zeros(rows), np.empty(rows, dtype=np.int64), np.zeros(rows, dtype=np.bool_))


@inner
def _add(pull: Pull, count: int, row: Index, amount: float) -> int:
    """Add to a row's amount; the number of rows that are listed now."""
    pull.amount[row] += amount
    if pull.listed[row]:
        return count
    pull.listed[row] = True
    pull.row[count] = row
    return count + 1


@inner
def _pull(weights: Weights, s: int, pieces: Pieces, first: Index, last: Index, pull: Pull) -> int:
    """What one unit more in the position of cycles first … last takes; the number of rows."""
    count = 0
    for e in range(weights.order_start[s], weights.order_start[s + 1]):
        if weights.order_decision[e] == first:
            count = _add(pull, count, weights.order_row[e], weights.order_weight[e])
        elif weights.order_decision[e] == last + 1:
            count = _add(pull, count, weights.order_row[e], -weights.order_weight[e])
    i = -1
    for e in range(weights.stock_start[s], weights.stock_start[s + 1]):
        u = weights.stock_decision[e]
        i = i + 1 if e > weights.stock_start[s] and weights.stock_decision[e - 1] == u else 0
        if first <= u <= last:
            piece = pieces.stock_at[u] + i
            share = pieces.below[passed(pieces.at, piece, pieces.level[u])]
            count = _add(pull, count, weights.stock_row[e], weights.stock_weight[e] * share)
    return count


@inner
def add_curvature(
    terms: Terms, weights: Weights, prices: Prices, s: int, stock: float, pieces: Pieces,
    pull: Pull, curvature: Floats,
) -> None:  # fmt: skip
    """Add how use falls as prices rise to `curvature` (R × R): Σ pull · pull / f, a block each.

    f is the slope's own rise about the block's position, with the density of demand there: the
    steps are taken for what they stand for. Positions at `stock` stay where they are.
    """
    t = prices.place[s]
    cycles = terms.cycles[t]
    first = 0
    while first < cycles:
        last = first
        while last + 1 < cycles and pieces.level[last + 1] == pieces.level[first]:
            last += 1
        position = pieces.level[first]
        rise = 0.0
        for i in range(pieces.start[first], pieces.start[last + 1]):
            if pieces.gain[i] > 0.0:
                rise += pieces.gain[i] * _density(pieces.at, pieces.below, i, position)
        if position > stock and rise > 0.0:
            count = _pull(weights, s, pieces, first, last, pull)
            for a in range(count):
                mine = pull.amount[pull.row[a]]
                for b in range(count):
                    change = mine * pull.amount[pull.row[b]] / rise
                    curvature[pull.row[a], pull.row[b]] += change
            for a in range(count):
                pull.amount[pull.row[a]] = 0.0
                pull.listed[pull.row[a]] = False
        first = last + 1
