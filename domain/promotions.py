"""Promotions of a panel's series, past and announced, laid on its buckets when asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from domain.periods import Calendar, Day, Days

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """M pairs of a promotion and a bucket that it reaches into."""

    row: Integers  # M, number of the promotion
    bucket: Integers  # M, number of the bucket
    share: Floats  # M, share of the bucket's days on promotion, above 0


@dataclass(frozen=True)
class Promotions:
    """N pairs of a series and a promotion of it. Cutting at a day drops what was not known then."""

    series: Integers  # N, number of the series
    starts: Days  # N, first day
    ends: Days  # N, last day
    announced: Days  # N, day from which it is known; NaT: always
    relative_price: Floats  # N, share of the usual price; NaN: not known
    expected_uplift: Floats  # N, factor on demand that the user expects; NaN: none given

    @property
    def count(self) -> int:
        """Number of pairs [N]."""
        return int(self.series.size)

    def known_at(self, day: Day) -> Self:
        """Those that were known at the close of a day."""
        later = self.announced > day  # NaT is later than nothing
        return self if not later.any() else self.take(np.flatnonzero(~later))

    def take(self, rows: Integers) -> Self:
        """Some of them."""
        return replace(self, **{name: getattr(self, name)[rows] for name in vars(self)})

    def cells(self, calendar: Calendar, low: int, high: int) -> Cells:
        """The buckets low … high - 1 that they reach into."""
        first = np.maximum(calendar.index_of(self.starts), low)
        last = np.minimum(calendar.index_of(self.ends), high - 1)
        number = np.maximum(last - first + 1, 0)
        row = np.repeat(np.arange(self.count), number)
        begun = np.repeat(np.cumsum(number) - number, number)
        bucket = first[row] + np.arange(row.size) - begun
        opens, closes = calendar.start_of(bucket), calendar.end_of(bucket)
        inside = np.minimum(closes, self.ends[row]) - np.maximum(opens, self.starts[row])
        days = inside.astype(np.int64) + 1
        length = (closes - opens).astype(np.int64) + 1
        return Cells(row, bucket, days / length)

    def shares(self, calendar: Calendar, series: int, low: int, high: int) -> Singles:
        """S × (high - low): share of each bucket's days on promotion, 0 to 1."""
        cells, width = self.cells(calendar, low, high), high - low
        share = np.zeros(series * width, np.float32)
        np.add.at(share, self.series[cells.row] * width + cells.bucket - low, cells.share)
        return np.minimum(share, np.float32(1)).reshape(series, width)

    def prices(self, calendar: Calendar, series: int, low: int, high: int) -> Singles:
        """S × (high - low): mean price of a bucket's days over the usual one; 1 where unknown."""
        cells, width = self.cells(calendar, low, high), high - low
        cut = np.nan_to_num(1.0 - self.relative_price[cells.row], nan=0.0) * cells.share
        price = np.ones(series * width, np.float32)
        np.subtract.at(price, self.series[cells.row] * width + cells.bucket - low, cut)
        return np.maximum(price, np.float32(0)).reshape(series, width)
