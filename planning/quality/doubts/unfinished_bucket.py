"""A last bucket that looks as if it was not over when the data was drawn."""

from __future__ import annotations

import numpy as np

from domain.periods import Bucket
from planning.quality.doubt import DOUBTS, Doubt, Gravity
from planning.quality.evidence import NOTHING, Evidence

COMPARED = 8
LEAST_SHARE = 0.6


@DOUBTS.register("unfinished_bucket")
def unfinished_bucket(evidence: Evidence) -> list[Doubt]:
    """The last bucket sold less than 60 % of the least of eight like it before.

    Like it: the same weekday in daily data, else simply the buckets before.
    """
    history = evidence.history
    lines = np.bincount(history.bucket[history.units > 0], minlength=history.calendar.count)
    step = 7 if evidence.bucket is Bucket.DAY else 1
    before = lines[:-1][::-1][step - 1 :: step][:COMPARED]
    before = before[before > 0]
    if before.size < COMPARED // 2 or lines[-1] >= LEAST_SHARE * before.min():
        return []
    last = history.calendar.starts()[-1]
    return [
        Doubt(
            "unfinished_bucket",
            "sales",
            Gravity.GRAVE,
            f"the last {evidence.bucket.value}, from {last}, has {lines[-1]:,} sales lines where "
            f"those before had {before.min():,} or more: it may not be over",
            f"Plan with --as-of {last - np.timedelta64(1, 'D')}, or draw the data again.",
            1,
            int((history.bucket == history.calendar.count - 1).sum()),
            NOTHING,
            (str(last),),
        )
    ]
