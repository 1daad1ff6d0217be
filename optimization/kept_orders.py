"""Orders that were planned before and are kept, where changing them saves less than it costs.

Of each series whose order of today differs from the one that an earlier plan had for it, both are
weighed: with the earlier order today and the best later ones after it, expected cost may rise by
`change_cost` at most. So a change that nobody would notice is not made.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domain.terms import Flags, Floats
from optimization.integer import smallest_order
from optimization.order_costs import has_order_cost, paid_order_costs
from optimization.problem import Problem, Solution
from optimization.solve import OPTIMAL_GAP, cost_of, staying_orders

CHANGE_COST = "change cost"
"""What binds a line that is as it was planned before."""
SAME = 1e-9
"""Units, as a share of an order, that are no change."""


def keep_planned(
    problem: Problem, found: Solution, planned: Floats, change_cost: float, threads: int = 0
) -> Solution:
    """The solution of a prepared problem with the earlier orders that are worth keeping.

    `planned` S: units that an earlier plan had for today, NaN where it had no say; `change_cost`:
    money per order line that is changed. An earlier order that is no whole packs, or below the
    minimum, is not kept; nor is one that would make or spare an order whose cost lines share.
    """
    today = found.quantity[:, 0]
    index = np.flatnonzero(could_be_kept(problem, today, planned) & otherwise(today, planned))
    if not index.size:
        return found
    part = problem.take(index)
    before = planned[index]
    accepted = replace(part, supply=part.supply + before[:, None, None])
    quantity = staying_orders(accepted, threads).copy()
    quantity[:, 0] = before
    cost = cost_of(part, quantity, threads)
    kept = cost - found.cost[index] <= change_cost
    rows = index[kept]
    orders, costs, without = found.quantity.copy(), found.cost.copy(), found.cost_without.copy()
    binding = found.binding.copy()
    orders[rows], costs[rows], binding[rows] = quantity[kept], cost[kept], CHANGE_COST
    idle = rows[orders[rows, 0] == 0]
    without[idle] = costs[idle]
    objective = float(costs.sum()) + paid_order_costs(problem, orders)
    gap = (objective - found.bound) / max(abs(objective), 1e-300)
    return replace(
        found, quantity=orders, cost=costs, cost_without=without, binding=binding,
        bound=min(found.bound, objective), objective=objective,
        status=found.status if gap <= OPTIMAL_GAP else "feasible",
    )  # fmt: skip


def could_be_kept(problem: Problem, today: Floats, planned: Floats) -> Flags:
    """Series that could be ordered as planned (S, units; NaN: nothing was), S.

    None whose order (`today` S, units) would make or spare one whose cost lines share.
    """
    known = np.isfinite(planned)
    before = np.where(known, planned, 0.0)
    pack = np.where(problem.multiple > 0, problem.multiple, 1.0)
    whole = (problem.multiple <= 0) | (np.abs(before / pack - np.round(before / pack)) <= SAME)
    large = (before == 0) | (before >= smallest_order(problem) * (1 - SAME))
    joint = has_order_cost(problem) & ((before > 0) != (today > 0))
    return np.asarray(known & problem.cycles.orders_today & whole & large & ~joint)


def otherwise(today: Floats, planned: Floats) -> Flags:
    """Series whose order (S, units) is another than planned (S, units; NaN: nothing was), S."""
    return np.asarray(np.abs(today - planned) > SAME * np.maximum(today, 1.0))
