"""Buckets missing inside series that are otherwise complete."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import Evidence

LEAST_BUCKETS = 20
COMPLETE_SHARE = 0.9
"""A series recorded in fewer of its buckets leaves its zeros out, and a gap says nothing."""


@DOUBTS.register("gaps")
def gaps(evidence: Evidence) -> list[Doubt]:
    """Series with nine in ten buckets recorded, and some missing between first and last.

    Only buckets in which anything was sold anywhere count: a day of rest is no gap.
    """
    history = evidence.history
    first, last = history.first[:-1], history.first[1:] - 1
    trading = history.per_bucket() > 0
    passed: NDArray[np.int64] = np.cumsum(trading, dtype=np.int64)
    recorded = history.total(trading[history.bucket].astype(np.float64))
    before = passed - trading.astype(np.int64)
    span: NDArray[np.int64] = passed[history.bucket[last]] - before[history.bucket[first]]
    holed = np.flatnonzero(
        (recorded < span) & (recorded >= COMPLETE_SHARE * span) & (span >= LEAST_BUCKETS)
    )
    if not holed.size:
        return []
    missing = (span - recorded)[holed]
    usual = history.total(history.units)[holed] / recorded[holed]
    count = int(missing.sum())
    read_as = evidence.dataset.settings.missing_buckets
    return [
        Doubt(
            "gaps",
            "sales",
            # Data that never says 0 leaves its zeros out: a gap is most likely one of them.
            Gravity.PLAIN if (history.units == 0).any() else Gravity.SLIGHT,
            f"{counted(count, evidence.bucket.value)} missing inside "
            f"{counted(holed.size, 'series', 'series')} that are otherwise complete: "
            f"read as {'no demand' if read_as == 'zero' else 'unknown'}",
            "If nothing was sold then, write a row of 0; if the data is lost, "
            'set missing_buckets = "unknown".',
            count,
            count,
            evidence.at_price(history.sku[holed], missing * usual),
            examples(history.name(s) for s in holed[np.argsort(-missing, kind="stable")]),
        )
    ]
