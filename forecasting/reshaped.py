"""Demand ahead that is not a plain stretch of what was modelled: phased in, or as planners say.

Ahead, time is cut into cells. In each, demand is that of a stretch expected to bring `length`
units as modelled, every unit counting `scale` times: its mean is scale · length and, as a
stretch's variance grows with its mean, its variance is that of the stretch times scale². Over a
window with mean A = Σ scale · length and B = Σ scale² · length that is the law of a stretch of
A² / B modelled units, each counting B / A times: exact in mean, and in variance wherever variance
grows with the mean; with one scale k throughout, every quantile is k times the modelled one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from domain.terms import NEVER, Floats, Integers
from forecasting.heads import Head
from forecasting.threads import kernel
from forecasting.windows import window_means


@dataclass(frozen=True)
class HeadOf:
    """A head asked of other series: the n-th stands for series `source[n]`."""

    head: Head
    source: Integers  # N

    def quantiles(self, series: Integers, lengths: Floats, mean: Floats, levels: Floats) -> Floats:
        """See `Head.quantiles`."""
        return self.head.quantiles(self.source[series], lengths, mean, levels)


@dataclass(frozen=True)
class Reshaped:
    """R of a forecast's series, with their demand ahead in E cells."""

    series: Integers  # R, which series they are, ascending
    source: Integers  # R, the series whose errors and ordinary bucket they have
    days: Floats  # E + 1, days from `as_of`, ascending, 0 first
    mean: Floats  # R × (E + 1), units through each day [A]
    square: Floats  # R × (E + 1), the same with every unit weighed by its scale [B]

    def places(self, series: Integers) -> tuple[Integers, Integers]:
        """Which of `series` are among the R, and where."""
        at = np.minimum(np.searchsorted(self.series, series), self.series.size - 1)
        found = np.flatnonzero(self.series[at] == series)
        return found, at[found]

    def modelled(
        self, place: Integers, start: Integers, end: Integers, threads: int
    ) -> tuple[Floats, Floats, Floats]:
        """Mean, modelled mean A² / B and scale B / A of windows, each N × W (1 where A is 0)."""
        mean, square = np.zeros(start.shape), np.zeros(start.shape)
        begins, ends = np.zeros(place.size, np.int64), np.full(place.size, NEVER)
        with kernel(threads):
            window_means(self.mean[place], self.days, begins, ends, start, end, mean)
            window_means(self.square[place], self.days, begins, ends, start, end, square)
        scale = np.divide(square, mean, out=np.ones_like(mean), where=(mean > 0) & (square > 0))
        return mean, mean / scale, scale

    def buckets(self, mean: Floats, ends: Floats, threads: int) -> tuple[Integers, Floats, Floats]:
        """Of all S series the source (S), and modelled mean and scale of each bucket (S × H).

        `mean` S × H: as the forecast has it; `ends`: H + 1 days at which buckets end, 0 first.
        """
        days = np.broadcast_to(ends.astype(np.int64), (self.series.size, ends.size))
        everyone = np.arange(self.series.size)
        _, modelled, scale = self.modelled(
            everyone, days[:, :-1].copy(), days[:, 1:].copy(), threads
        )
        source, means, scales = np.arange(mean.shape[0]), mean.copy(), np.ones_like(mean)
        source[self.series], means[self.series], scales[self.series] = self.source, modelled, scale
        return source, means, scales

    def times(self, factor: float) -> Self:
        """The same for series that sell `factor` times as much."""
        return replace(self, mean=self.mean * factor, square=self.square * factor)
