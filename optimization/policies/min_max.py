"""Minimum and maximum as the ERP keeps them: at or below the one, order up to the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Floats
from optimization.policies import POLICIES, Review
from optimization.whole_orders import orderable


@POLICIES.register("min_max")
@dataclass(frozen=True)
class MinMax:
    """(s, S): `reorder_point` and `order_up_to_level`, else `minimum_stock`, `maximum_stock`.

    Where the items table keeps none, s is mean demand of the protection period and S that of
    one review period more (Snyder & Shen, 2nd ed., §4.4).
    """

    def order(self, review: Review) -> Floats:
        """See `Policy.order`."""
        low, high = levels(review)
        position = review.position
        wanted = np.where(position <= low, high - position, 0.0)
        return orderable(wanted, review.minimum, review.multiple)


def levels(review: Review) -> tuple[Floats, Floats]:
    """Minimum s and maximum S ≥ s, units [S each]."""
    low = _first_known(review.reorder_point, review.minimum_stock)
    high = _first_known(review.order_up_to_level, review.maximum_stock)
    if np.isnan(low).any() or np.isnan(high).any():
        means = review.means
        least = np.where(np.isnan(high), means.protection, np.minimum(means.protection, high))
        low = np.where(np.isnan(low), least, low)
        high = np.where(np.isnan(high), low + means.review, high)
    return low, np.maximum(high, low)


def _first_known(one: Floats, other: Floats) -> Floats:
    return np.where(np.isnan(one), other, one)
