"""Safety stock from a fill rate (type 2), the same for all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.errors import SettingsError
from domain.terms import Floats
from optimization.policies import POLICIES, Review
from optimization.stock_levels import StockLevels, protection_demand, quantiles
from optimization.targets import level_for_fill_rate
from optimization.whole_orders import orderable


@POLICIES.register("safety_stock_fill_rate")
@dataclass(frozen=True)
class SafetyStockFillRate:
    """Order up to the level that serves a share `fill_rate` of each cycle's demand from the shelf.

    E(D - S)⁺ through the cycle, less what was short before its delivery, is 1 - β of the cycle's
    mean demand (`targets.level_for_fill_rate`; Snyder & Shen, 2nd ed., §4.3). It knows no costs.
    """

    fill_rate: float = 0.98

    def __post_init__(self) -> None:
        """A share that cannot be one is refused."""
        if not 0.0 < self.fill_rate < 1.0:
            raise SettingsError(
                f"fill_rate cannot be {self.fill_rate:g}",
                "safety_stock_fill_rate",
                "Write a share above 0 and below 1, such as 0.95.",
            )

    def levels(self, review: Review) -> StockLevels:
        """See `KeepsLevels.levels`."""
        lead = protection_demand(review.ahead.problem)
        share = np.full(review.on_hand.size, self.fill_rate)
        level = quantiles(lead, level_for_fill_rate(review.ahead.problem, share))
        return StockLevels(level, level, level - review.means.protection, np.zeros_like(level))

    def order(self, review: Review) -> Floats:
        """See `Policy.order`."""
        wanted = self.levels(review).order_up_to_level - review.position
        return orderable(wanted, review.minimum, review.multiple)
