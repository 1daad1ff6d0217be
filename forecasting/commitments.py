"""What customers have already ordered for days ahead: a floor on demand, in every window alike.

In a bucket of f units ordered and m expected, the expected demand is max(f, m): what the orders
add, max(f - m, 0), shifts the distribution of every window that holds their days, and no quantile
of a window lies below the units ordered for it. So buckets and sums agree. Units that history
holds already (`added`) are needed on top of what is expected.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.periods import Calendar
from domain.terms import Flags, Floats, Integers

LINES_AT_ONCE = 4096


@dataclass(frozen=True)
class Ordered:
    """N lines of what customers have ordered and is to leave the shelf on a day ahead."""

    series: Integers  # N, number of the series
    day: Integers  # N, days from `as_of`, 1 or more
    units: Floats  # N, above 0
    added: Flags  # N, whether they come on top of expected demand
    presale: Flags  # N, whether customers only signed up for them


@dataclass(frozen=True)
class Commitments:
    """Orders of customers beside the demand that was expected without them."""

    ordered: Ordered
    more: Floats  # N, units by which each line raises expected demand

    def within(
        self, start: Integers, end: Integers, series: Integers, count: int
    ) -> tuple[Floats, Floats]:
        """Units added to the mean, and units ordered, of days start + 1 … end: N × W each.

        `series`: the N of `count` series that are meant.
        """
        shift, floor = np.zeros(start.shape), np.zeros(start.shape)
        place = np.full(count, -1)
        place[series] = np.arange(series.size)
        at = place[self.ordered.series]
        lines = np.flatnonzero(at >= 0)
        for low in range(0, lines.size, LINES_AT_ONCE):
            part = lines[low : low + LINES_AT_ONCE]
            row, day = at[part], self.ordered.day[part, None]
            inside = (day > start[row]) & (day <= end[row])
            np.add.at(shift, row, inside * self.more[part, None])
            np.add.at(floor, row, inside * self.ordered.units[part, None])
        return shift, floor


def commitments(
    ordered: Ordered, calendar: Calendar, cumulative: Floats, mean: Floats
) -> Commitments:
    """The lines with what each adds to expected demand.

    `mean` S × H: expected by bucket; beyond it the differences of `cumulative` S × (D + 1),
    whose last bucket stands for all later ones.
    """
    as_of = calendar.as_of
    bucket = calendar.index_of(as_of + ordered.day.astype("timedelta64[D]")) - calendar.count
    far = np.minimum(bucket, cumulative.shape[1] - 2)
    expected = cumulative[ordered.series, far + 1] - cumulative[ordered.series, far]
    near = bucket < mean.shape[1]
    expected[near] = mean[ordered.series[near], bucket[near]]
    floors = ~ordered.added
    cell = np.stack([ordered.series, bucket], axis=1)
    _, which = np.unique(cell, axis=0, return_inverse=True)
    which = which.reshape(-1)
    total = np.bincount(which, ordered.units * floors, which.max(initial=-1) + 1)[which]
    share = np.maximum(1.0 - expected / np.maximum(total, 1e-300), 0.0)
    return Commitments(ordered, ordered.units * np.where(floors, share, 1.0))
