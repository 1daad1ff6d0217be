"""The plan of this moment: the optimizer's first order."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from domain.terms import Floats
from optimization.policies import POLICIES, Review
from optimization.solve import solve


@POLICIES.register("optimizer")
@dataclass(frozen=True)
class Optimizer:
    """What `restock plan` would order.

    `shortage_factor`: what the cost of a shortage is multiplied by, the same for all.
    """

    shortage_factor: float = 1.0

    def order(self, review: Review) -> Floats:
        """See `Policy.order`."""
        return first_orders(review, self.factor(review.calibrated_factor))

    def factor(self, calibrated: Floats) -> Floats:
        """See `Weighs.factor`."""
        return np.full(calibrated.shape, self.shortage_factor)


def first_orders(review: Review, shortage_factor: Floats) -> Floats:
    """Units of the first decision, shortage costs multiplied by a factor each [S each]."""
    ahead = review.ahead
    quantity = np.zeros(ahead.problem.series)
    rows = np.flatnonzero(ahead.has_use)
    if rows.size:
        problem = ahead.problem.take(rows)
        problem = replace(problem, shortage=shortage_factor[rows] * problem.shortage)
        quantity[rows] = solve(problem, review.settings).quantity[:, 0]
    return quantity
