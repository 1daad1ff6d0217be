"""How much more stock would make an order 0, how much less would make it a case larger.

Each change of whole units is solved again for that series, from the stock as it would be: the
nearest one between which and the next the answer changes. So applying it gives exactly what is
told. It is told of series that are decided alone: not where limits, a source's stock or a faster
supplier tie them to others. Of lines that share the cost of an order it is told with all others
as they are, of those with most at stake.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from domain.terms import Flags, Floats, Integers
from optimization.problem import Problem
from optimization.solve import prepare, solve_prepared
from planning.decision import portions
from planning.distributions import distributions
from planning.plan import Decision
from planning.problem import build_problem, order_groups, starting_stock, with_open_orders
from planning.situation import Situation
from planning.trial import reordered

SAME = 1e-9
"""Units that make no difference."""
FARTHEST = 2.0**40
MOST_JOINT = 300
"""Lines that share the cost of an order of which it is told, those with most at stake: each takes
some forty solves."""


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
            others = _others(situation, decision, rows)
            quantity = decision.solution.quantity[rows, 0]
            for whole, values in zip(
                found, _of(situation.take(rows), quantity, others), strict=True
            ):
                whole[rows] = values
    return found


def decided_alone(situation: Situation, decision: Decision) -> Flags:
    """Which of today's orders depend on nothing but their own series, S."""
    frame = situation.terms.frame
    ordered = (decision.solution.quantity[:, 0] > 0) & situation.cycles.orders_today
    alone = ordered & situation.planned_for_stock & ~reordered(situation)
    joint = frame["order_cost"].to_numpy() > 0
    if decision.solution.share is None or situation.planned_before is not None:
        alone &= ~joint
    for other in situation.others:
        alone &= (other.frame["supplier"] == situation.others[0].frame["supplier"]).to_numpy()
    shared = decision.limits is not None or situation.network is not None
    return np.zeros_like(alone) if shared else alone & ~_of_less_stake(decision, alone & joint)


def _of_less_stake(decision: Decision, joint: Flags) -> Flags:
    """All but those MOST_JOINT of the series `joint` (S) whose orders save most, S."""
    solution = decision.solution
    saving = np.where(joint, solution.cost_without - solution.cost, -np.inf)
    less = joint.copy()
    less[np.argsort(-saving, kind="stable")[:MOST_JOINT]] = False
    return less


class Others(NamedTuple):
    """What the other lines of the orders of S series leave each, as they are."""

    group: Integers  # S, -1: its order costs nothing
    cost: Floats  # S, money per order
    share: Floats  # S × U, money of the costs of orders
    saved: Floats  # S, money that the others save today, without the order's cost


def saved_by_others(situation: Situation, decision: Decision) -> Floats:
    """What the other lines of each series' order save today without its cost, S, money."""
    saving, cycles = decision.solution.saving, situation.cycles
    groups, costs = order_groups(situation.terms.frame)
    if saving is None or not costs.size:
        return np.zeros(groups.size)
    today = (groups >= 0) & cycles.orders_today
    own = np.where(today, saving, 0.0)
    total = np.bincount(groups[today], weights=own[today], minlength=costs.size)
    return np.where(today, total[np.maximum(groups, 0)] - own, 0.0)


def _others(situation: Situation, decision: Decision, rows: Integers) -> Others | None:
    """What others leave the series `rows`; None where no order is shared."""
    groups, costs = order_groups(situation.terms.frame)
    share = decision.solution.share
    if share is None or not (groups[rows] >= 0).any():
        return None
    cost = np.where(groups >= 0, costs[np.maximum(groups, 0)], 0.0)
    saved = saved_by_others(situation, decision)
    return Others(groups[rows], cost[rows], share[rows], saved[rows])


def _with_others(problem: Problem, others: Others, rows: Integers) -> Problem:
    """The problem of some series, each with an order of its own that others have a say in."""
    decisions = problem.floor.shape[1]
    share = np.zeros(problem.floor.shape)
    known = min(decisions, others.share.shape[1])
    share[:, :known] = others.share[rows, :known]
    return replace(
        problem,
        order_group=np.where(others.group[rows] >= 0, np.arange(rows.size), -1),
        order_cost=others.cost[rows],
        share=share,
        saved_by_others=others.saved[rows],
    )


def _of(part: Situation, quantity: Floats, others: Others | None) -> tuple[Floats, Floats, Floats]:
    """The three figures of series that were ordered `quantity` each."""
    base = build_problem(part, distributions(part))
    multiple = base.multiple
    case = np.where(multiple > 0, multiple, 1.0)

    def ordered(rows: Integers, more: Floats) -> Floats:
        return ordered_with(part, base, rows, more, others)

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


def ordered_with(
    part: Situation, base: Problem, rows: Integers, more: Floats, others: Others | None = None
) -> Floats:
    """What some series order today with so much more on hand, units; `base` is of all of them."""
    settings = part.dataset.settings
    orders = part.open_orders.take(rows, part.series)
    problem = with_open_orders(base.take(rows), starting_stock(part)[rows] + more, orders)
    problem = prepare(problem, settings)
    if others is not None:
        problem = _with_others(problem, others, rows)
    return solve_prepared(problem, settings.solver.threads).quantity[:, 0]


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
