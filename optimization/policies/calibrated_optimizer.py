"""The plan of this moment, with shortage costs as calibrated on the past."""

from __future__ import annotations

from dataclasses import dataclass

from domain.terms import Floats
from optimization.policies import POLICIES, Review
from optimization.policies.optimizer import first_orders


@POLICIES.register("calibrated_optimizer")
@dataclass(frozen=True)
class CalibratedOptimizer:
    """What `restock plan --workspace` would order; it has no settings of its own."""

    def order(self, review: Review) -> Floats:
        """See `Policy.order`."""
        return first_orders(review, self.factor(review.calibrated_factor))

    def factor(self, calibrated: Floats) -> Floats:
        """See `Weighs.factor`."""
        return calibrated
