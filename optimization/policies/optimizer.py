"""The plan of this moment: the optimizer's first order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Floats
from optimization.policies import POLICIES, Review
from optimization.solve import solve


@POLICIES.register("optimizer")
@dataclass(frozen=True)
class Optimizer:
    """What `restock plan` would order; it has no settings of its own."""

    def order(self, review: Review) -> Floats:
        """See `Policy.order`."""
        quantity = np.zeros(review.problem.series)
        rows = np.flatnonzero(review.has_use)
        if rows.size:
            quantity[rows] = solve(review.problem.take(rows), review.settings).quantity[:, 0]
        return quantity
