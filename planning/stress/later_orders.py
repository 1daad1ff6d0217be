"""The best orders of later decisions where today's are settled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domain.terms import Floats
from optimization.integer import smallest_order, solve_integer
from optimization.order_costs import has_order_cost, share_out
from optimization.problem import Problem
from optimization.separable import solve_separable
from optimization.solve import solve_prepared


def later_orders(problem: Problem, today: Floats, threads: int) -> Floats:
    """Orders after today's (S × U, units; 0 where that is today's place) of a prepared problem.

    `today` S, units, comes with the first delivery: supply is raised by it, and the plan that
    orders nothing at its first decision is then the best that can follow. Where the first
    decision is not today's (the supplier takes no orders, or a later order is there as soon), it
    is free. Exact as `optimization.solve` is.
    """
    raised = with_today(problem, today)
    orders = _staying(raised, threads)
    free = np.flatnonzero(~problem.cycles.orders_today)
    if free.size:
        orders[free] = solve_prepared(raised.take(free), threads).quantity
    return orders


def with_today(problem: Problem, today: Floats) -> Problem:
    """The problem with `today` (S, units) among the supply of every cycle."""
    return replace(problem, supply=problem.supply + today[:, None, None])


def _staying(problem: Problem, threads: int) -> Floats:
    """The best plan of each series that orders nothing at its first decision, S × U."""
    free, level = solve_separable(problem, threads=threads)
    orders = free.stay.copy()
    demanded = np.broadcast_to((level > 0)[:, None], problem.floor.shape)
    shares = share_out(problem, demanded.astype(np.float64))
    fixed = (problem.line_cost > 0) | has_order_cost(problem)
    pooled = ~fixed & (smallest_order(problem) <= problem.multiple)
    index = np.flatnonzero(pooled)
    if index.size:
        found, _ = solve_separable(problem.take(index), problem.multiple[index], threads=threads)
        orders[index] = found.stay
    index = np.flatnonzero(~pooled & (fixed | (problem.minimum > 0)))
    if index.size:
        costs = (problem.line_cost[:, None] + shares)[index]
        found, _ = solve_integer(problem.take(index), costs, ~fixed[index], threads)
        orders[index] = found.stay
    return orders
