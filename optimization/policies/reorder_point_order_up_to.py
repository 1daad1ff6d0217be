"""At or below the reorder point, order up to the level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Floats
from optimization.policies import POLICIES, Review
from optimization.stock_levels import StockLevels, lot_levels
from optimization.whole_orders import orderable


@POLICIES.register("reorder_point_order_up_to")
@dataclass(frozen=True)
class ReorderPointOrderUpTo:
    """(s, S) from forecast and costs: s of the (s, Q) policy, S = s + Q less what s is undershot.

    When a review finds the position below s it is, on average, half a review's demand below; so
    an order is Q on average (Snyder & Shen, 2nd ed., §4.4: S near r + Q). A lot that lasts no
    longer than one review makes S = s: an order at every review.
    """

    def levels(self, review: Review) -> StockLevels:
        """See `KeepsLevels.levels`."""
        point, lot = lot_levels(review)
        each = review.means.review
        above = np.where(lot > each, np.maximum(lot - each / 2.0, 0.0), 0.0)
        return StockLevels(point, point + above, point - review.means.protection, above)

    def order(self, review: Review) -> Floats:
        """See `Policy.order`."""
        kept = self.levels(review)
        wanted = np.where(
            review.position <= kept.reorder_point, kept.order_up_to_level - review.position, 0.0
        )
        return orderable(wanted, review.minimum, review.multiple)
