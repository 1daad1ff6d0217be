"""Series that sold steadily and then stopped."""

from __future__ import annotations

import numpy as np

from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import Evidence

LEAST_SALES = 10
LONGER_THAN_USUAL = 10
"""A silence so many times the usual interval between sales is sudden."""


@DOUBTS.register("sudden_silence")
def sudden_silence(evidence: Evidence) -> list[Doubt]:
    """Series with ten buckets of sales or more, silent for ten times their usual interval."""
    history = evidence.history
    sold = history.units > 0
    series, bucket = history.series[sold], history.bucket[sold]
    sales = np.bincount(series, minlength=history.sku.size)
    enough = np.flatnonzero(sales >= LEAST_SALES)
    ends = np.cumsum(sales) - 1
    last = bucket[ends[enough]]
    first = bucket[ends[enough] - sales[enough] + 1]
    usual = (last - first) / (sales[enough] - 1)
    silent = history.calendar.count - 1 - last
    stopped = silent >= LONGER_THAN_USUAL * np.maximum(usual, 1.0)
    stopped &= ~np.isin(history.sku[enough], _discontinued(evidence))
    found = enough[stopped]
    if not found.size:
        return []
    rate = history.total(history.units)[found] / (last - first + 1)[stopped]
    lost = rate * silent[stopped]
    return [
        Doubt(
            "sudden_silence",
            "sales",
            Gravity.PLAIN,
            f"{counted(found.size, 'series', 'series')} sold steadily and then stopped: "
            "read as no demand since",
            "Say discontinued_on in items, or mark the time without stock by stockout_share = 1.",
            int(found.size),
            int(silent[stopped].sum()),
            evidence.at_price(history.sku[found], lost),
            examples(history.name(s) for s in found[np.argsort(-lost, kind="stable")]),
        )
    ]


def _discontinued(evidence: Evidence) -> list[str]:
    """Skus that are known to have ended: their silence is no surprise."""
    items = evidence.table("items")
    if items is None:
        return []
    return list(items.loc[items["discontinued_on"].notna(), "sku"])
