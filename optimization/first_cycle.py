"""The first cycle by itself: the level to order up to if nothing came after."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domain.terms import Floats
from optimization.problem import Problem
from optimization.refine import refine, tidy
from optimization.separable import solve_separable


def first_cycle_only(problem: Problem) -> Problem:
    """The problem with its first decision alone, and no charge for what is left after it."""
    cycles = problem.cycles
    alone = replace(
        cycles,
        count=np.minimum(cycles.count, 1),
        order_day=cycles.order_day[:, :1],
        arrival_day=cycles.arrival_day[:, :1],
        end_day=cycles.end_day[:, :1],
        point_day=cycles.point_day[:, :1],
        point_weight=cycles.point_weight[:, :1],
    )
    return replace(
        problem,
        cycles=alone,
        floor=problem.floor[:, :1],
        knots=problem.knots[:, :1],
        supply=problem.supply[:, :1],
        surplus=np.zeros(problem.series),
        saved=None,
    )


def first_cycle_level(problem: Problem) -> Floats:
    """`order_up_to_level` of the first cycle decided alone, units [S]; demand may be lost twice.

    Holding of every day of the cycle against shortage at its end (DESIGN §6, without what is
    lost before the delivery).
    """
    _, level = solve_separable(refine(tidy(first_cycle_only(problem))))
    return level
