"""A moving average with the season of all series, times a cover in weeks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Floats
from optimization.policies import POLICIES, Review
from optimization.policies.days_of_cover import recent_rate
from optimization.whole_orders import orderable

DAYS_PER_WEEK = 7.0


@POLICIES.register("seasonal_average_cover")
@dataclass(frozen=True)
class SeasonalAverageCover:
    """Order up to `cover_weeks` weeks of the mean of the last `average_weeks`, seasonal.

    The season is one for all series: what they sold in all in the same weeks a year ago over
    what they sold in the weeks that the mean is of, a year ago. It is 1 where that year is
    not there.
    """

    cover_weeks: float = 4.0
    average_weeks: float = 13.0

    def order(self, review: Review) -> Floats:
        """See `Policy.order`."""
        rate = recent_rate(review, self.average_weeks * DAYS_PER_WEEK)
        level = self.cover_weeks * DAYS_PER_WEEK * rate * self._season(review)
        return orderable(level - review.position, review.minimum, review.multiple)

    def _season(self, review: Review) -> float:
        """Demand per day of the weeks ahead over that of the weeks behind, both a year ago."""
        year, mean_days = review.bucket.per_year, review.bucket.mean_days
        ahead = max(1, round(self.cover_weeks * DAYS_PER_WEEK / mean_days))
        behind = max(1, round(self.average_weeks * DAYS_PER_WEEK / mean_days))
        now = review.history.shape[1]
        if now - year - behind < 0 or ahead > year:
            return 1.0
        # The same series on both sides: those that were alive throughout.
        span = slice(now - year - behind, now - year + ahead)
        there = np.isfinite(review.history[:, span]).all(axis=1)
        return _ratio(review.history[there, span].sum(axis=0), review.bucket_days[span], behind)


def _ratio(units: Floats, days: Floats, behind: int) -> float:
    """Units per day after the first `behind` buckets over those of these, between 1/4 and 4."""
    before, after = units[:behind].sum(), units[behind:].sum()
    if before <= 0.0 or after <= 0.0:
        return 1.0
    ratio = (after / days[behind:].sum()) / (before / days[:behind].sum())
    return float(np.clip(ratio, 0.25, 4.0))
