"""Single buckets with many times the usual sales."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples, shown
from planning.quality.evidence import Evidence, History

TIMES_THE_USUAL = 20
LEAST_SALES = 8
RARE_SHARE = 0.01


@DOUBTS.register("outlier_sales")
def outlier_sales(evidence: Evidence) -> list[Doubt]:
    """Buckets with twenty times the median of a series' buckets with sales, where that is rare."""
    history = evidence.history
    rows, usual = _towering(history)
    if not rows.size:
        return []
    series, units = history.series[rows], history.units[rows]
    excess = units - usual
    starts = history.calendar.start_of(history.bucket[rows])
    order = np.argsort(-excess, kind="stable")
    return [
        Doubt(
            "outlier_sales",
            "sales",
            Gravity.PLAIN,
            f"{counted(rows.size, evidence.bucket.value)} with {TIMES_THE_USUAL} times "
            "the usual sales of a series, or more",
            "Check for typing errors and bulk orders that will not come again.",
            int(rows.size),
            int(rows.size),
            evidence.at_price(history.sku[series], excess),
            examples(f"{history.name(series[i])} on {starts[i]}: {shown(units[i])}" for i in order),
        )
    ]


def _towering(history: History) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows that tower over their series, and the series' usual sales in each of them."""
    sold = np.flatnonzero(history.units > 0)
    series, units = history.series[sold], history.units[sold]
    high = np.zeros(history.sku.size)
    np.maximum.at(high, series, units)
    count = np.bincount(series, minlength=history.sku.size)
    mean = np.bincount(series, units, history.sku.size) / np.maximum(count, 1)
    # Medians are dear; only a series whose highest bucket towers over its mean is looked at.
    hopeful = ((count >= LEAST_SALES) & (high > 2 * mean))[series]
    sold, series, units = sold[hopeful], series[hopeful], units[hopeful]
    median = pd.Series(units).groupby(series).median()
    usual = median.reindex(series).to_numpy(dtype=np.float64)
    found = units >= TIMES_THE_USUAL * usual
    # Where it happens again and again, it is the way the product sells.
    times = np.bincount(series[found], minlength=history.sku.size)
    found &= ~(times > np.maximum(1, RARE_SHARE * count))[series]
    return sold[found], usual[found]
