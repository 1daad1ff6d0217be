"""At or below the reorder point, a lot: as many as bring the position above it again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Floats
from optimization.policies import POLICIES, Review
from optimization.stock_levels import StockLevels, lot_levels
from optimization.whole_orders import orderable


@POLICIES.register("reorder_point_quantity")
@dataclass(frozen=True)
class ReorderPointQuantity:
    """(s, Q): the economic lot, quantity discounts weighed, and the point that suits it.

    See `stock_levels.reorder_point_and_lot`; the point answers for lead time and review period.
    The lot lasts at least one review period, in whole packs and not below the minimum.
    """

    def levels(self, review: Review) -> StockLevels:
        """See `KeepsLevels.levels`."""
        point, lot = lot_levels(review)
        lot = orderable(lot, review.minimum, review.multiple)
        return StockLevels(point, point + lot, point - review.means.protection, lot)

    def order(self, review: Review) -> Floats:
        """See `Policy.order`."""
        kept = self.levels(review)
        lot = np.where(kept.order_quantity > 0, kept.order_quantity, 1.0)
        lots = np.floor((kept.reorder_point - review.position) / lot) + 1.0
        due = (review.position <= kept.reorder_point) & (kept.order_quantity > 0)
        return np.where(due, lots * lot, 0.0)
