"""The user's events of a panel, by place, laid on its buckets when asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.periods import Calendar, Days

Singles = NDArray[np.float32]
Integers = NDArray[np.int64]

EVERYWHERE = -1


@dataclass(frozen=True)
class Events:
    """N events, each of a name, at a place or everywhere; P places have events of their own."""

    names: tuple[str, ...]  # E, sorted
    name: Integers  # N, place in `names`
    place: Integers  # N, 0 to P - 1, or EVERYWHERE
    starts: Days  # N, first day
    ends: Days  # N, last day
    of_series: Integers  # S, the place each series is at: 0 to P - 1

    def shares(self, name: str, calendar: Calendar, low: int, high: int) -> Singles:
        """P × (high - low): share of the days of buckets low … high - 1 in events of a name."""
        width, places = high - low, int(self.of_series.max(initial=0)) + 1
        share = np.zeros((places + 1) * width, np.float32)  # the last row: EVERYWHERE
        wanted = self.names.index(name) if name in self.names else -1
        chosen = np.flatnonzero(self.name == wanted)
        first = np.maximum(calendar.index_of(self.starts[chosen]), low)
        last = np.minimum(calendar.index_of(self.ends[chosen]), high - 1)
        number = np.maximum(last - first + 1, 0)
        event = np.repeat(chosen, number)
        begun = np.repeat(np.cumsum(number) - number, number)
        bucket = np.repeat(first, number) + np.arange(event.size) - begun
        opens, closes = calendar.start_of(bucket), calendar.end_of(bucket)
        inside = np.minimum(closes, self.ends[event]) - np.maximum(opens, self.starts[event])
        days = inside.astype(np.int64) + 1
        length = (closes - opens).astype(np.int64) + 1
        row = np.where(self.place[event] == EVERYWHERE, places, self.place[event])
        np.add.at(share, row * width + bucket - low, days / length)
        by_place = share.reshape(places + 1, width)
        return np.minimum(by_place[:-1] + by_place[-1], np.float32(1))
