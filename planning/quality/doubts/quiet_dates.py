"""Buckets in which nothing was sold anywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from domain.periods import Bucket, Days, weekday
from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import Evidence

LEAST_SERIES_SOLD = 5.0
"""With fewer sales a bucket, on average over all series, a quiet bucket is chance."""


@DOUBTS.register("quiet_dates")
def quiet_dates(evidence: Evidence) -> list[Doubt]:
    """Buckets without any sale, on weekdays that trade, where some sale was to be expected."""
    history = evidence.history
    sold = history.units > 0
    lines = np.bincount(history.bucket[sold], minlength=history.calendar.count)
    if lines.mean() < LEAST_SERIES_SOLD:
        return []
    quiet = lines == 0
    starts = history.calendar.starts()
    if evidence.bucket is Bucket.DAY:
        days = weekday(starts)
        trading = np.bincount(days, lines, minlength=7) > 0
        quiet &= trading[days]
    found = np.flatnonzero(quiet & ~_expected(evidence, starts))
    if not found.size:
        return []
    units = history.total(history.units)
    share = found.size / max(1, int((lines > 0).sum()))
    return [
        Doubt(
            "quiet_dates",
            "sales",
            Gravity.PLAIN,
            f"nothing at all was sold in {counted(found.size, evidence.bucket.value)}",
            "If the shop was closed, add events; if the data is lost, ask for it again.",
            int(found.size),
            round(share * len(history.units)),
            evidence.at_price(history.sku, units * share),
            examples(starts[found]),
        )
    ]


def _expected(evidence: Evidence, starts: Days) -> NDArray[np.bool_]:
    """Buckets that begin within an event or a closure of a location: silence is no surprise."""
    expected = np.zeros(starts.size, dtype=bool)
    for name in ("events", "closures"):
        frame = evidence.table(name)
        if frame is None:
            continue
        if name == "closures":
            frame = frame[frame["supplier"].isna()]
        begins = frame["starts_on"].to_numpy().astype("datetime64[D]")
        ends = frame["ends_on"].to_numpy().astype("datetime64[D]")
        for begin, end in set(zip(begins, ends, strict=True)):
            expected |= (starts >= begin) & (starts <= end)
    return expected
