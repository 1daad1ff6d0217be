"""Stock counts that sales and deliveries cannot explain."""

from __future__ import annotations

import numpy as np

from experiments.monitoring.conformal import upper
from experiments.monitoring.detectors import DETECTORS, Detector, Found, Watchable

NEWEST_STEPS = 4
"""Steps within which the newest count must lie."""


def stock_contradicts(seen: Watchable) -> Found:
    """Units between two counts that were neither sold nor delivered.

    Without recorded deliveries only units that went missing can be told: what came is unknown.
    """
    nothing = np.full(len(seen.demand), np.nan)
    if seen.counts is None:
        return Found(nothing, nothing, lasts=False)
    counts, buckets = seen.counts, seen.counts.shape[1]
    there = np.isfinite(counts)
    place = np.maximum.accumulate(np.where(there, np.arange(buckets), -1), axis=1)
    before = np.concatenate([np.full((len(counts), 1), -1), place[:, :-1]], axis=1)
    flow = np.nan_to_num(seen.demand)
    if seen.received is not None:
        flow = flow - seen.received
    gone = np.cumsum(flow, axis=1)
    earlier = np.maximum(before, 0)
    expected = np.take_along_axis(counts, earlier, axis=1)
    expected = expected - gone + np.take_along_axis(gone, earlier, axis=1)
    pair = there & (before >= 0)
    missing = np.where(pair, expected - counts, np.nan)
    scale = np.sqrt(1.0 + np.nan_to_num(seen.demand).mean(axis=1))
    statistic = missing / scale[:, None]
    statistic = np.abs(statistic) if seen.received is not None else np.maximum(statistic, 0.0)
    row, newest = np.arange(len(counts)), np.maximum(place[:, -1], 0)
    recent = place[:, -1] >= buckets - NEWEST_STEPS * seen.apart
    now = np.where(recent, statistic[row, newest], np.nan)
    past = statistic.copy()
    past[row, newest] = np.nan
    units = np.where(np.isfinite(now), missing[row, newest], np.nan)
    return Found(upper(now, past, seen.like), units, lasts=False)


DETECTORS.register("stock_contradicts")(
    Detector(
        "Stock contradicts sales",
        "the last two counts differ by more than was sold and delivered",
        "{units} {gone} between its last two counts that nothing explains",
        1.0,
        stock_contradicts,
    )
)
