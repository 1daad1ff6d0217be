"""First orders that somebody else decided, and the best later ones after them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domain.terms import Floats
from optimization.order_costs import paid_order_costs
from optimization.problem import Problem, Solution
from optimization.solve import OPTIMAL_GAP, cost_of, staying_orders

ON_TRIAL = "policy on trial"
"""What binds a line that another policy decided."""
SAME = 1e-9
"""Units, as a share of an order, that are no change."""


def with_given_orders(
    problem: Problem, found: Solution, given: Floats, threads: int = 0
) -> Solution:
    """The solution of a prepared problem with the first orders given, NaN: as they were found.

    `given`: S, units. `wanted` stays what the optimizer wanted. The bound is that of the best plan
    that has these orders: what they cost more than those found is no gap.
    """
    rows = np.flatnonzero(np.isfinite(given))
    if not rows.size:
        return found
    part, units = problem.take(rows), given[rows]
    accepted = replace(part, supply=part.supply + units[:, None, None])
    later = staying_orders(accepted, threads).copy()
    later[:, 0] = units
    cost = cost_of(part, later, threads)
    quantity, costs, without = found.quantity.copy(), found.cost.copy(), found.cost_without.copy()
    binding, before = found.binding.copy(), found.quantity[rows, 0]
    quantity[rows], costs[rows] = later, cost
    idle = rows[units == 0]
    without[idle] = costs[idle]
    changed = np.abs(units - before) > SAME * np.maximum(units, 1.0)
    binding[rows[changed]] = ON_TRIAL
    objective = float(costs.sum()) + paid_order_costs(problem, quantity)
    bound = min(found.bound + float((cost - found.cost[rows]).sum()), objective)
    gap = (objective - bound) / max(abs(objective), 1e-300)
    return replace(
        found, quantity=quantity, cost=costs, cost_without=without, binding=binding,
        bound=bound, objective=objective,
        status="optimal" if gap <= OPTIMAL_GAP else "feasible",
    )  # fmt: skip
