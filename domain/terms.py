"""The few things every floor speaks of: a series, what is known of its buckets, a panel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from domain.events import Events
from domain.periods import Calendar
from domain.promotions import Promotions

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class SeriesKey(NamedTuple):
    """A product at a place."""

    sku: str
    location: str


class Known(IntEnum):
    """What a bucket of history tells about demand."""

    OUTSIDE = 0  # before the series began or after it ended
    OBSERVED = 1  # recorded sales are demand
    LOWER_BOUND = 2  # sold out for a part of it: demand was at least this
    UNKNOWN = 3  # nothing is known


@dataclass(frozen=True)
class Panel:
    """Demand of S series over the T buckets of `calendar`, the last ending on `as_of`.

    Invariants: `demand` is finite and ≥ 0, and 0 where `known` is OUTSIDE or UNKNOWN; series
    are in the order of the plan (by sku, then location).
    """

    keys: tuple[SeriesKey, ...]  # S
    calendar: Calendar
    demand: Singles  # S × T, units recorded per bucket
    known: NDArray[np.uint8]  # S × T, a value of `Known`
    stockout_share: Singles | None  # S × T, share of the bucket without stock; None: all zero
    category: Integers  # S, code of the category, -1 where there is none
    product: Integers  # S, code of the sku: the same over locations
    whole_units: Flags  # S, whether all recorded demand is in whole units
    first: Integers  # S, first bucket of the series' life; T for a series without history
    starts_day: Integers  # S, last day it cannot be sold yet, in days from `as_of`; ≤ 0: on sale
    ends_day: Integers  # S, last day it can be sold, in days from `as_of`; NEVER where none
    promotions: Promotions | None = None  # past and announced; None: none is known
    like: Integers | None = None  # S, series whose history stands in for a short one; -1: none
    events: Events | None = None  # the user's own, past and coming; None: none is known
    price: Floats | None = None  # S, what a unit usually costs a customer; NaN: not known

    @property
    def series(self) -> int:
        """Number of series [S]."""
        return len(self.keys)

    @property
    def buckets(self) -> int:
        """Number of buckets of history [T]."""
        return self.calendar.count

    def first_buckets(self, count: int) -> Self:
        """A copy with the first `count` buckets alone; days still count from the old `as_of`."""
        share, calendar = self.stockout_share, replace(self.calendar, count=count)
        known = self.promotions
        return replace(
            self,
            calendar=calendar,
            demand=self.demand[:, :count].copy(),
            known=self.known[:, :count].copy(),
            stockout_share=None if share is None else share[:, :count].copy(),
            first=np.minimum(self.first, count),
            promotions=None if known is None else known.known_at(calendar.as_of),
        )


NEVER = 1_000_000
"""Days that no plan looks ahead: "it does not end"."""
