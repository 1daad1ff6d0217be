"""Series that any forecaster must live with, as panels."""

from __future__ import annotations

import numpy as np

from domain.periods import Bucket, Calendar
from domain.terms import NEVER, Known, Panel, SeriesKey

BUCKETS = 120


def _series() -> dict[str, np.ndarray]:
    """A demand history of BUCKETS buckets by name; NaN before life begins."""
    t, rng = np.arange(BUCKETS), np.random.default_rng(3)
    two = np.full(BUCKETS, np.nan)
    two[-2:] = (3, 5)
    return {
        "constant": np.full(BUCKETS, 7.0),
        "all_zero": np.zeros(BUCKETS),
        "one_sale": np.where(t == 60, 4.0, 0.0),
        "intermittent": rng.poisson(0.15, BUCKETS) * 3.0,
        "trending": np.round(2.0 + 0.5 * t),
        "seasonal": np.where(t % 7 == 5, 0.0, 10.0 + 5.0 * (t % 7 == 0)),
        "censored": np.full(BUCKETS, 6.0),
        "two_buckets": two,
        "no_history": np.full(BUCKETS, np.nan),
        "huge": 1e9 * rng.gamma(2.0, 0.5, BUCKETS),
        "tiny": 1e-6 * rng.gamma(2.0, 0.5, BUCKETS),
        "ended": np.full(BUCKETS, 5.0),
    }


def panel_of(
    series: dict[str, np.ndarray],
    bucket: Bucket = Bucket.DAY,
    known: dict[str, np.ndarray] | None = None,
    share: dict[str, np.ndarray] | None = None,
    ends: dict[str, int] | None = None,
    begins: dict[str, int] | None = None,
) -> Panel:
    """A panel of named series, every one at one place and without a category."""
    demand = np.array(list(series.values()), np.float32)
    inside = np.isfinite(demand)
    status = np.where(inside, Known.OBSERVED, Known.OUTSIDE).astype(np.uint8)
    empty = np.zeros(demand.shape, np.float32)
    for number, name in enumerate(series):
        if known and name in known:
            status[number] = known[name]
        if share and name in share:
            empty[number] = share[name]
    demand = np.where(inside & (status != Known.UNKNOWN), demand, 0).astype(np.float32)
    whole = np.all(demand == np.rint(demand), axis=1)
    width = demand.shape[1]
    first = np.where(inside.any(axis=1), inside.argmax(axis=1), width).astype(np.int64)
    return Panel(
        keys=tuple(SeriesKey(name, "main") for name in series),
        calendar=Calendar(bucket, np.datetime64("2023-01-02", "D"), width),
        demand=demand,
        known=status,
        stockout_share=empty if share else None,
        category=np.full(len(series), -1, np.int64),
        product=np.arange(len(series), dtype=np.int64),
        whole_units=whole,
        first=first,
        starts_day=np.array([(begins or {}).get(name, 0) for name in series], np.int64),
        ends_day=np.array([(ends or {}).get(name, NEVER) for name in series], np.int64),
    )


def situations(bucket: Bucket = Bucket.DAY) -> Panel:
    """All of them in one panel."""
    sold_out = np.full(BUCKETS, Known.OBSERVED, np.uint8)
    sold_out[::3] = Known.LOWER_BOUND
    sold_out[1::9] = Known.UNKNOWN
    share = np.where(sold_out == Known.LOWER_BOUND, 0.5, 0.0)
    share[sold_out == Known.UNKNOWN] = 1.0
    return panel_of(_series(), bucket, {"censored": sold_out}, {"censored": share}, {"ended": 3})
