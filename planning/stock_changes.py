"""How much more stock would make an order 0, how much less would make it a case larger.

Each change of whole units is solved again for that series, from the stock as it would be: the
nearest one between which and the next the answer changes. So applying it gives exactly what is
told. It is told of series that are decided alone: not where limits, a source's stock, the
cost of an order or a faster supplier tie them to others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from domain.terms import Flags, Floats, Integers
from optimization.problem import Problem
from optimization.solve import prepare, solve_prepared
from planning.decision import portions
from planning.distributions import distributions
from planning.plan import Decision
from planning.problem import build_problem, starting_stock, with_open_orders
from planning.situation import Situation
from planning.trial import reordered

SAME = 1e-9
"""Units that make no difference."""
FARTHEST = 2.0**40


class StockChanges(NamedTuple):
    """Per series [S], units; NaN where it is not told."""

    more_for_none: Floats  # more on hand, from which on nothing is ordered
    less_for_more: Floats  # fewer on hand, from which on a case more is ordered
    quantity_then: Floats  # what is ordered then


def stock_changes(situation: Situation, decision: Decision) -> StockChanges:
    """What it would take, for every series that is ordered today and decided alone."""
    unknown = np.full(situation.series, np.nan)
    found = StockChanges(unknown, unknown.copy(), unknown.copy())
    alone = decided_alone(situation, decision)
    for portion in portions(situation):
        rows = portion[alone[portion]]
        if rows.size:
            part = situation.take(rows)
            quantity = decision.solution.quantity[rows, 0]
            for whole, values in zip(found, _of(part, quantity), strict=True):
                whole[rows] = values
    return found


def decided_alone(situation: Situation, decision: Decision) -> Flags:
    """Which of today's orders depend on nothing but their own series, S."""
    frame = situation.terms.frame
    ordered = (decision.solution.quantity[:, 0] > 0) & situation.cycles.orders_today
    alone = ordered & situation.planned_for_stock & (frame["order_cost"].to_numpy() <= 0)
    alone &= ~reordered(situation)
    for other in situation.others:
        alone &= (other.frame["supplier"] == situation.others[0].frame["supplier"]).to_numpy()
    shared = decision.limits is not None or situation.network is not None
    return np.zeros_like(alone) if shared else alone


def _of(part: Situation, quantity: Floats) -> tuple[Floats, Floats, Floats]:
    """The three figures of series that were ordered `quantity` each."""
    base = build_problem(part, distributions(part))
    multiple = base.multiple
    case = np.where(multiple > 0, multiple, 1.0)

    def ordered(rows: Integers, more: Floats) -> Floats:
        return ordered_with(part, base, rows, more)

    more = _nearest(
        lambda rows, change: ordered(rows, change) <= SAME,
        np.ceil(quantity),
        np.full(quantity.size, FARTHEST),
    )
    less = _nearest(
        lambda rows, change: ordered(rows, -change) >= (quantity + case)[rows] - SAME,
        np.ceil(case),
        np.floor(np.maximum(part.stock.usable, 0.0)),
    )
    then = np.full(quantity.size, np.nan)
    rows = np.flatnonzero(np.isfinite(less))
    if rows.size:
        then[rows] = ordered(rows, -less[rows])
    return more, less, then


def ordered_with(part: Situation, base: Problem, rows: Integers, more: Floats) -> Floats:
    """What some series order today with so much more on hand, units; `base` is of all of them."""
    settings = part.dataset.settings
    orders = part.open_orders.take(rows, part.series)
    problem = with_open_orders(base.take(rows), starting_stock(part)[rows] + more, orders)
    return solve_prepared(prepare(problem, settings), settings.solver.threads).quantity[:, 0]


def _nearest(holds: Callable[[Integers, Floats], Flags], guess: Floats, farthest: Floats) -> Floats:
    """A change of 1 or more whole units that holds where one unit less does not, S.

    `holds(rows, change)` is false at 0. Steps away from the guess double until the change is
    between two, then the middle is tried. NaN where not even `farthest` holds.
    """
    low, high = np.zeros(guess.size), np.full(guess.size, np.inf)
    step = np.ones(guess.size)
    at = np.clip(guess, 1.0, np.maximum(farthest, 1.0))
    open_ = farthest >= 1.0
    while open_.any():
        rows = np.flatnonzero(open_)
        yes = holds(rows, at[rows])
        high[rows[yes]] = at[rows[yes]]
        low[rows[~yes]] = at[rows[~yes]]
        open_ = (farthest >= 1.0) & (high - low > 1.0) & (low < farthest)
        known = np.isfinite(high) & (low > 0)
        down = np.isfinite(high) & ~known
        at = np.where(known, np.floor((low + high) / 2.0), low + step)
        at = np.where(down, np.maximum(high - step, 1.0), at)
        at = np.minimum(at, np.maximum(farthest, 1.0))
        step = step * 2.0
    return np.where(np.isfinite(high), high, np.nan)
