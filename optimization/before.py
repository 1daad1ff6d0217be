"""Cost of the days before the first delivery, which no order decided now can change.

Expediting, postponing or cancelling an open order changes it: the value of an exception is the
difference of this cost and of the plan's, solved with the supply as it is and as it would be.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats
from optimization.expectation import expected_losses
from optimization.problem import Problem


def cost_before_delivery(problem: Problem, lost: bool) -> Floats:
    """Holding of each day and shortage once, S, money.

    Each bucket end before the first delivery stands for the days since the one before it. What
    is backordered is short at the end; what is `lost` is lost when the shelf is empty, whatever
    comes later: the largest shortage at any point.
    """
    days = problem.cycles.before_day
    if not days.shape[1]:
        return np.zeros(problem.series)
    over, short = expected_losses(
        problem.levels, np.zeros(days.shape), problem.before_knots, problem.before_supply
    )
    there = days >= 0
    length = np.diff(np.where(there, days, 0), axis=1, prepend=0)
    held = np.where(there, over * length, 0.0).sum(axis=1)
    last = np.argmax(days, axis=1)
    at_end = np.where(there.any(axis=1), short[np.arange(problem.series), last], 0.0)
    missed = np.where(there, short, 0.0).max(axis=1) if lost else at_end
    return np.asarray(problem.holding * held + problem.shortage * missed)
