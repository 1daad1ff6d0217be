"""Weekly or monthly sales with a few dates out of step, which make them look daily."""

from __future__ import annotations

import numpy as np

from domain.periods import Bucket, as_days, weekday
from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import NOTHING, Evidence

NEARLY_ALL = 0.95
LEAST_DAYS = 8


@DOUBTS.register("stray_dates")
def stray_dates(evidence: Evidence) -> list[Doubt]:
    """Sales read as daily although nearly all rows fall on one weekday or on firsts of months."""
    if evidence.bucket is not Bucket.DAY or evidence.dataset.settings.bucket is not None:
        return []
    days = as_days(evidence.dataset.tables["sales"]["date"].to_numpy())
    if np.unique(days).size < LEAST_DAYS:
        return []
    weekdays = weekday(days)
    usual = np.bincount(weekdays, minlength=7).argmax()
    first_of_month = days == days.astype("datetime64[M]").astype("datetime64[D]")
    for fits, bucket in ((first_of_month, "month"), (weekdays == usual, "week")):
        stray = days[~fits]
        if stray.size and stray.size <= (1 - NEARLY_ALL) * days.size:
            return [
                Doubt(
                    "stray_dates",
                    "sales",
                    Gravity.GRAVE,
                    f"nearly all sales are dated by the {bucket}, but "
                    f"{counted(stray.size, 'row is', 'rows are')} not: read as daily sales",
                    f'Mend these dates, and set bucket = "{bucket}".',
                    int(stray.size),
                    int(days.size),
                    NOTHING,
                    examples(np.unique(stray)),
                )
            ]
    return []
