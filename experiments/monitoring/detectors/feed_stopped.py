"""Sales that no longer come: silence longer than the item's own rhythm explains."""

from __future__ import annotations

import numpy as np

from experiments.monitoring.conformal import upper
from experiments.monitoring.detectors import DETECTORS, Detector, Found, Watchable

MOST_MOMENTS = 26
"""Earlier moments that silences are compared with."""


def feed_stopped(seen: Watchable) -> Found:
    """Buckets since the last sale, times the share of buckets with sales before.

    Series that are out of stock are silent for another reason, and not tested.
    """
    demand = seen.demand
    buckets = demand.shape[1]
    base = buckets // 2
    sold = np.nan_to_num(demand) > 0
    last = np.maximum.accumulate(np.where(sold, np.arange(buckets), -1), axis=1)
    silent = np.arange(buckets) - last
    count = np.concatenate([np.zeros((len(demand), 1)), np.cumsum(sold, axis=1)], axis=1)
    ends = np.arange(buckets - 1, base - 1, -max(1, base // MOST_MOMENTS))
    # The rate is that of the buckets until the last sale, which silence itself is no part of.
    begin = np.maximum(last[:, ends] + 1 - base, 0)
    inside = np.take_along_axis(count, last[:, ends] + 1, axis=1)
    inside = inside - np.take_along_axis(count, begin, axis=1)
    rate = inside / base
    alive = np.isfinite(demand[:, ends]) & (last[:, ends] >= base // 2)
    statistic = np.where(alive, silent[:, ends] * rate, np.nan)
    now = statistic[:, 0].copy()
    now[_empty(seen)] = np.nan
    level = np.nansum(demand[:, -base - 1 :], axis=1) / max(base, 1)
    return Found(upper(now, statistic[:, 1:], seen.like), -level * silent[:, -1], lasts=False)


def _empty(seen: Watchable) -> np.ndarray:
    """Series whose newest count found nothing [S]."""
    if seen.counts is None:
        return np.zeros(len(seen.demand), np.bool_)
    known = np.isfinite(seen.counts)
    newest = seen.counts.shape[1] - 1 - known[:, ::-1].argmax(axis=1)
    return known.any(axis=1) & (seen.counts[np.arange(len(newest)), newest] <= 0)


DETECTORS.register("feed_stopped")(
    Detector(
        "Silence",
        "no sales for longer than ever before, with stock",
        "silent for longer than its rhythm explains: {units} missing",
        0.5,
        feed_stopped,
    )
)
