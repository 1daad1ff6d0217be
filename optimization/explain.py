"""Why this quantity: its parts, which add up to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Floats
from optimization.expectation import expected_demand
from optimization.problem import Problem, Solution


@dataclass(frozen=True)
class Breakdown:
    """The first order of each series in parts, each S, units; their sum is the quantity."""

    expected_demand: Floats  # through the protection period [E D_{L+R}]
    safety: Floats  # order-up-to level above expected demand; may be below 0
    supply: Floats  # ≤ 0 where there is any: what is there or coming by the cycle's end [-B]
    excess: Floats  # ≥ 0: supply above the level, which cannot be sent back
    later: Floats  # what supply inside the cycle, later cycles and κ change
    whole: Floats  # minimum, packs, line and order costs

    def total(self) -> Floats:
        """The quantity, S, units."""
        wanted = self.expected_demand + self.safety + self.supply + self.excess + self.later
        return np.asarray(wanted + self.whole)


def break_down(problem: Problem, solution: Solution) -> Breakdown:
    """The parts of each first order, in a prepared problem."""
    rows = np.arange(problem.series)
    end = np.argmax(problem.cycles.point_day[:, 0], axis=1)
    demand = expected_demand(problem.levels, problem.floor[:, 0], problem.knots[rows, 0, end])
    supply = problem.supply[rows, 0, end]
    short = solution.order_up_to_level - supply
    return Breakdown(
        expected_demand=demand,
        safety=solution.order_up_to_level - demand,
        supply=-supply,
        excess=np.maximum(-short, 0.0),
        later=solution.wanted - np.maximum(short, 0.0),
        whole=solution.quantity[:, 0] - solution.wanted,
    )
