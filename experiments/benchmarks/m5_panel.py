"""A panel of the size of M5 (30,490 series, 1,941 days), resampled from walmart-daily.

Every series is a series of that set drawn anew: cut into blocks of four weeks of which each comes
from somewhat earlier or later, at a level of its own, in whole units. So no two are alike, while
weekdays, levels, zeros and bursts are those of real sales.
"""

from __future__ import annotations

import numpy as np

from domain.periods import Calendar
from domain.terms import NEVER, Known, Panel, SeriesKey

SERIES, DAYS = 30_490, 1_941
LOCATIONS, CATEGORIES = 10, 7
BLOCK_WEEKS, MOST_SHIFT_WEEKS = 4, 26
MEDIAN_LEVEL, SPREAD_OF_LEVELS = 0.15, 1.0
"""Median and logarithmic spread of the factor on a drawn series: M5's mean is 1.1 units a day."""
LATE_SHARE = 0.4
"""Series that were launched during the history."""
SEED = 11
AT_A_TIME = 1_024


def resampled(source: Panel, series: int = SERIES, days: int = DAYS) -> Panel:
    """A panel of `series` × `days` days drawn from a daily one; the same every time."""
    draw = np.random.default_rng(SEED)
    demand = np.zeros((series, days), np.float32)
    first = np.where(
        draw.random(series) < LATE_SHARE, draw.integers(0, 3 * days // 4, series), 0
    ).astype(np.int64)
    for low in range(0, series, AT_A_TIME):
        part = slice(low, min(low + AT_A_TIME, series))
        demand[part] = _drawn(source, part.stop - low, days, draw)
    known = np.full((series, days), Known.OBSERVED, np.uint8)
    before = np.arange(days) < first[:, None]
    known[before], demand[before] = Known.OUTSIDE, 0.0
    item, place = np.divmod(np.arange(series, dtype=np.int64), LOCATIONS)
    return Panel(
        keys=tuple(
            SeriesKey(f"item-{i:04d}", f"store-{j}")
            for i, j in zip(item.tolist(), place.tolist(), strict=True)
        ),
        calendar=Calendar(source.calendar.bucket, source.calendar.first, days),
        demand=demand,
        known=known,
        stockout_share=None,
        category=item * CATEGORIES // (int(item[-1]) + 1),
        product=item,
        whole_units=np.ones(series, np.bool_),
        first=first,
        starts_day=np.zeros(series, np.int64),
        ends_day=np.full(series, NEVER, np.int64),
    )


def _drawn(source: Panel, series: int, days: int, draw: np.random.Generator) -> np.ndarray:
    """Demand of some series (N × days), in whole units."""
    number = draw.integers(0, source.series, series)
    blocks = -(-days // (7 * BLOCK_WEEKS))
    shift = 7 * draw.integers(-MOST_SHIFT_WEEKS, MOST_SHIFT_WEEKS + 1, (series, blocks))
    moved = np.arange(days) + np.repeat(shift, 7 * BLOCK_WEEKS, axis=1)[:, :days]
    # Whole weeks of the source go round, so that weekdays stay where they are.
    sold = source.demand[number[:, None], moved % (source.buckets // 7 * 7)]
    level = MEDIAN_LEVEL * np.exp(SPREAD_OF_LEVELS * draw.standard_normal((series, 1)))
    return np.floor(sold * level + draw.random((series, days))).astype(np.float32)
