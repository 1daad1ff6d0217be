"""Safety stock from a cycle service level (type 1), the same for all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.errors import SettingsError
from domain.terms import Floats
from optimization.policies import POLICIES, Review
from optimization.stock_levels import StockLevels, protection_demand, quantiles
from optimization.whole_orders import orderable


@POLICIES.register("safety_stock_cycle_service_level")
@dataclass(frozen=True)
class SafetyStockCycleServiceLevel:
    """Order up to the quantile of demand of the protection period at `cycle_service_level`.

    Base stock at every review; safety stock is what the level holds above the mean, z·σ where
    demand is normal (Snyder & Shen, 2nd ed., §4.3). It knows no costs.
    """

    cycle_service_level: float = 0.95

    def __post_init__(self) -> None:
        """A share that cannot be one is refused."""
        if not 0.0 < self.cycle_service_level < 1.0:
            raise SettingsError(
                f"cycle_service_level cannot be {self.cycle_service_level:g}",
                "safety_stock_cycle_service_level",
                "Write a share above 0 and below 1, such as 0.95.",
            )

    def levels(self, review: Review) -> StockLevels:
        """See `KeepsLevels.levels`."""
        lead = protection_demand(review.ahead.problem)
        level = quantiles(lead, np.full(review.on_hand.size, self.cycle_service_level))
        return StockLevels(level, level, level - review.means.protection, np.zeros_like(level))

    def order(self, review: Review) -> Floats:
        """See `Policy.order`."""
        wanted = self.levels(review).order_up_to_level - review.position
        return orderable(wanted, review.minimum, review.multiple)
