"""So many days of the recent mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Floats
from optimization.policies import POLICIES, Review
from optimization.whole_orders import orderable


@POLICIES.register("days_of_cover")
@dataclass(frozen=True)
class DaysOfCover:
    """Order up to `cover_days` days of mean demand of the last `mean_days` days."""

    cover_days: float = 28.0
    mean_days: float = 91.0

    def order(self, review: Review) -> Floats:
        """See `Policy.order`."""
        wanted = self.cover_days * recent_rate(review, self.mean_days) - review.position
        return orderable(wanted, review.minimum, review.multiple)


def recent_rate(review: Review, days: float) -> Floats:
    """Mean demand per day of the last `days` days, whole buckets, units [S].

    Buckets that say nothing are left out; a lower bound counts as it is.
    """
    ages = np.cumsum(review.bucket_days[::-1])[::-1]
    recent = ages <= max(days, review.bucket_days[-1]) + 0.5
    units = review.history[:, recent]
    known = np.isfinite(units)
    spent = (known * review.bucket_days[recent]).sum(axis=1)
    total = np.where(known, units, 0.0).sum(axis=1)
    return np.divide(total, spent, out=np.zeros(len(units)), where=spent > 0)
