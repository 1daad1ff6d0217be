"""How use of the limits falls as their prices rise: the second derivative of the bound."""

from __future__ import annotations

from domain.terms import Floats, Integers
from optimization.compiling import Index, inner
from optimization.curves import Terms
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


@inner
def _pull(
    weights: Weights, s: int, pieces: Pieces, first: Index, last: Index, pull: Floats
) -> None:
    """What one unit more in the position of cycles first … last takes of each limit (R)."""
    for e in range(weights.order_start[s], weights.order_start[s + 1]):
        if weights.order_decision[e] == first:
            pull[weights.order_row[e]] += weights.order_weight[e]
        elif weights.order_decision[e] == last + 1:
            pull[weights.order_row[e]] -= weights.order_weight[e]
    i = -1
    for e in range(weights.stock_start[s], weights.stock_start[s + 1]):
        u = weights.stock_decision[e]
        i = i + 1 if e > weights.stock_start[s] and weights.stock_decision[e - 1] == u else 0
        if first <= u <= last:
            piece = pieces.stock_at[u] + i
            share = pieces.below[passed(pieces.at, piece, pieces.level[u])]
            pull[weights.stock_row[e]] += weights.stock_weight[e] * share


@inner
def add_curvature(
    terms: Terms, weights: Weights, s: int, pieces: Pieces, pull: Floats, rows: Integers,
    curvature: Floats,
) -> None:  # fmt: skip
    """Add how use falls as prices rise to `curvature` (R × R): Σ pull · pull / f, a block each.

    f is the slope's own rise about the block's position, with the density of demand there: the
    steps are taken for what they stand for. `pull` (R) is zero, before and after.
    """
    cycles = terms.cycles[s]
    stock = terms.supply[s, 0, 0]
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
            _pull(weights, s, pieces, first, last, pull)
            count = 0
            for r in range(pull.size):
                if pull[r] != 0.0:
                    rows[count] = r
                    count += 1
            for a in range(count):
                for b in range(count):
                    curvature[rows[a], rows[b]] += pull[rows[a]] * pull[rows[b]] / rise
            for a in range(count):
                pull[rows[a]] = 0.0
        first = last + 1
