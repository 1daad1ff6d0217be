"""The best orders of later decisions where today's are settled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domain.terms import Floats
from optimization.problem import Problem
from optimization.solve import solve_prepared, staying_orders


def later_orders(problem: Problem, today: Floats, threads: int) -> Floats:
    """Orders after today's (S × U, units; 0 where that is today's place) of a prepared problem.

    `today` S, units, comes with the first delivery: supply is raised by it, and the plan that
    orders nothing at its first decision is then the best that can follow. Where the first
    decision is not today's (the supplier takes no orders, or a later order is there as soon), it
    is free. Exact as `optimization.solve` is.
    """
    raised = with_today(problem, today)
    orders = staying_orders(raised, threads)
    free = np.flatnonzero(~problem.cycles.orders_today)
    if free.size:
        orders[free] = solve_prepared(raised.take(free), threads).quantity
    return orders


def with_today(problem: Problem, today: Floats) -> Problem:
    """The problem with `today` (S, units) among the supply of every cycle."""
    return replace(problem, supply=problem.supply + today[:, None, None])
