"""A shortage at a source shared out among those it supplies, by what a unit is worth to each.

For each source, with at most `stock` units for the orders of a window of decisions,

    min Σ_i f_i(q_i)   subject to   Σ_i Σ_{u ≤ m_i} q_iu ≤ stock,

f_i the cost of a series by itself (`separable`). One price λ a source, found by bisection for all
sources at once, tilts each series at the last decision of its window. Of the plans at the price
just above and just below, y and z, every min(z, y + k packs) is as good at that price (the
minimizers of an L-natural-convex function, Murota 2003), so that what is left is handed out in
packs from y toward z. Exact where all packs of a source are alike; else what no pack fits into is
left, and the Lagrangian bound says how much that may cost.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from domain.terms import Floats, Integers
from optimization.problem import Problem
from optimization.separable import Plans, evaluate, solve_separable

HALVINGS = 50
ROUNDING = 1e-9
"""Units, as a share of a pack, that are but noise."""


class Shares(NamedTuple):
    """What each series gets."""

    quantity: Floats  # S × U, units
    stay: Floats  # S × U, units: the best that orders nothing at its first decision
    bound: Floats  # G, money: no shares of a source cost less
    price: Floats  # G, money per unit: what one more at the source is worth [λ]


def share_stock(
    problem: Problem, source: Integers, window: Integers, stock: Floats, threads: int = 0
) -> Shares:
    """The best orders of S series within the `stock` (G, units) of their sources.

    `problem`: prepared, without fixed costs, minimums and price breaks. `source` S: number of the
    series' source. `window` S: how many decisions of each draw on that stock.
    """
    drawing = window > 0
    last = np.maximum(window - 1, 0)

    def drawn(plan: Floats) -> Floats:
        through = np.cumsum(plan, axis=1)[np.arange(source.size), last]
        return np.asarray(through * drawing)

    def at(price: Floats) -> Plans:
        tilt = np.zeros(problem.floor.shape)
        tilt[np.arange(source.size), last] = price[source] * drawing
        return solve_separable(problem, problem.multiple, tilt, threads)[0]

    room = np.maximum(stock, 0.0)
    dear = np.zeros(stock.size)
    np.maximum.at(dear, source, problem.shortage * problem.cycles.count * 2.0 + 1.0)
    cheap = np.zeros(stock.size)
    for _ in range(HALVINGS):
        middle = (cheap + dear) / 2.0
        taken = np.bincount(source, drawn(at(middle).order), stock.size)
        fits = taken <= room * (1.0 + ROUNDING) + ROUNDING
        cheap, dear = np.where(fits, cheap, middle), np.where(fits, middle, dear)
    less, more = at(dear), at(cheap)
    used = drawn(less.order)
    left = np.asarray(room - np.bincount(source, used, stock.size), dtype=np.float64)
    quantity = _handed_out(problem, source, last, less.order, more.order, left)
    charged = evaluate(problem, less.order, threads) + dear[source] * used
    bound = np.bincount(source, charged, stock.size) - dear * room
    return Shares(quantity, less.stay, np.asarray(bound), dear)


def _handed_out(
    problem: Problem, source: Integers, last: Integers, less: Floats, more: Floats, left: Floats
) -> Floats:
    """Orders between `less` and `more` (S × U) that use up what is left at each source (G)."""
    low, high = np.cumsum(less, axis=1), np.cumsum(more, axis=1)
    left = left.copy()
    for s in range(source.size):
        gap = high[s, last[s]] - low[s, last[s]]
        pack = problem.multiple[s]
        room = min(gap, left[source[s]])
        if room <= 0.0:
            continue
        step = room if pack == 0.0 else np.floor(room / pack + ROUNDING) * pack
        if step > 0.0:
            low[s] = np.maximum(np.minimum(high[s], low[s] + step), low[s])
            left[source[s]] -= step
    return np.asarray(np.maximum(np.diff(low, axis=1, prepend=0.0), 0.0))
