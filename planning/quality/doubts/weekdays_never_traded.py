"""Weekdays on which nothing was ever sold."""

from __future__ import annotations

import numpy as np

from domain.periods import Bucket, weekday
from planning.quality.doubt import DOUBTS, Doubt, Gravity
from planning.quality.evidence import NOTHING, Evidence

NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LEAST_BUCKETS = 28


@DOUBTS.register("weekdays_never_traded")
def weekdays_never_traded(evidence: Evidence) -> list[Doubt]:
    """Weekdays without any sale in daily data of four weeks or more."""
    history = evidence.history
    if evidence.bucket is not Bucket.DAY or history.calendar.count < LEAST_BUCKETS:
        return []
    sold = np.bincount(weekday(history.calendar.starts()), history.per_bucket(), minlength=7)
    never = [NAMES[day] for day in np.flatnonzero(sold == 0)]
    if not never:
        return []
    return [
        Doubt(
            "weekdays_never_traded",
            "sales",
            Gravity.SLIGHT,
            f"nothing was ever sold on a {' or '.join(never)}: "
            f"read as {'a day' if len(never) == 1 else 'days'} without trade",
            "Nothing to do if that is so; else ask for the missing days.",
            len(never),
            0,
            NOTHING,
            tuple(never),
        )
    ]
