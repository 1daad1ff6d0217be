"""A forecast: means ahead, and the distribution of demand over any window of days.

Everything comes from one function of the mean: the distribution of a sum that is expected to
bring m units is that of the sum of ν = m / (mean of an ordinary bucket) ordinary buckets. So a
window's spread depends on its own length and mean, a closed day adds nothing, and a sum and a
window that are the same stretch of days have the same quantiles.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from domain.periods import Calendar
from domain.terms import Flags, Floats, Integers, SeriesKey
from forecasting.commitments import Commitments, Ordered, commitments
from forecasting.heads import Head
from forecasting.local import LocalFit
from forecasting.reshaped import Reshaped
from forecasting.reshaped_windows import reshaped_windows
from forecasting.threads import kernel
from forecasting.windows import mix_ends, read_off, rise_and_round, window_means

_LENGTHS = "0.25 0.5 1 1.5 2 3 4 6 8 11 15 20 28 40 56 80 113 160 226 320 452 640 905 1280 1810"
GRID = np.array(_LENGTHS.split(), np.float64)
"""Lengths ν, in ordinary buckets, between which quantiles are interpolated."""
BLOCK = 4096
"""Series handled at a time."""


KEPT_LOGITS = np.linspace(-7.6, 7.6, 61)
KEPT = 1.0 / (1.0 + np.exp(-KEPT_LOGITS))
"""Levels at which a distribution is kept where several are mixed."""


@dataclass(frozen=True)
class Grounds:
    """What the means of a forecast were made of, for who asks why."""

    fit: LocalFit  # without its record of errors
    own_level: Floats  # S, units per ordinary bucket, before like series had a say
    later: tuple[tuple[str, Floats], ...] = ()  # what was done since: its name, means after it


def share_on_sale(days: Floats, starts_day: Integers, ends_day: Integers) -> Floats:
    """S × H: share of each bucket between the first day of sale and the last.

    `days`: H + 1, from `as_of` to bucket ends, 0 first; the others as of `Forecast`.
    """
    width = days[1:] - days[:-1]
    ended = np.clip((ends_day[:, None] - days[:-1]) / width, 0.0, 1.0)
    started = np.clip((starts_day[:, None] - days[:-1]) / width, 0.0, 1.0)
    return np.asarray(np.maximum(ended - started, 0.0))


@dataclass(frozen=True)
class Forecast:
    """The demand forecast of S series, H buckets ahead, as known at `calendar.as_of`."""

    keys: tuple[SeriesKey, ...]  # S
    calendar: Calendar
    mean: Floats  # S × H, units per bucket but for commitments; nothing while not on sale
    cumulative: Floats  # S × (D + 1), units from `as_of`, as if all were on sale throughout
    days: Floats  # D + 1, days from `as_of` to bucket ends, 0 first; D ≥ H
    starts_day: Integers  # S, last day before the first of sale, in days from `as_of`; ≤ 0: on sale
    ends_day: Integers  # S, last day of sale, in days from `as_of`
    ordinary: Floats  # S, units in an ordinary bucket
    whole_units: Flags  # S
    sum_head: Head  # of sums of ordinary buckets
    bucket_head: Head  # of single buckets, by how far ahead they are
    diagnostics: pd.DataFrame  # a row per series: see `forecasting.run.forecast`
    judged_buckets: int  # buckets ahead that the backtest has judged
    error_correlation: float = 0.0  # of two series' sums, 0 to 1: see `forecasting.shared_errors`
    threads: int = 0
    mode: str = "local"  # local, or full: with the global model
    reconciled: str = ""  # what was done with the forecast of the total; "": not asked for
    mode_reason: str = ""  # why it is local where it could be full, or kept trees were not asked
    commitments: Commitments | None = None  # what customers ordered ahead; None: nothing
    reshaped: Reshaped | None = None  # series whose demand ahead is not as modelled
    unadjusted_mean: Floats | None = None  # S × H, as it was before planners' adjustments
    grounds: Grounds | None = None  # None: of a past day, which nobody asks about

    @property
    def horizon(self) -> int:
        """Buckets ahead [H]."""
        return int(self.mean.shape[1])

    @property
    def expected(self) -> Floats:
        """S × H: units expected in each bucket, what customers ordered ahead included."""
        known = self.commitments
        return self.mean if known is None else self.mean + self._by_bucket(known)[0]

    def noting(self, step: str) -> Forecast:
        """The forecast that remembers its means as what they are after a step of that name."""
        if self.grounds is None:
            return self
        later = (*self.grounds.later, (step, self.mean))
        return replace(self, grounds=replace(self.grounds, later=later))

    def committed_to(self, ordered: Ordered) -> Forecast:
        """The forecast that knows what customers have ordered for days ahead."""
        known = commitments(ordered, self.calendar, self.cumulative, self.mean)
        return replace(self, commitments=known)

    def _by_bucket(self, known: Commitments) -> tuple[Floats, Floats]:
        """S × H: what commitments add to each bucket's mean, and units ordered for it."""
        ends = np.broadcast_to(self.days[: self.horizon + 1], (len(self.keys), self.horizon + 1))
        days, everyone = ends.astype(np.int64), np.arange(len(self.keys))
        return known.within(days[:, :-1], days[:, 1:], everyone, everyone.size)

    def windows(
        self,
        start_day: Integers,
        end_day: Integers,
        levels: ArrayLike,
        series: Integers | None = None,
        spread_days: Floats | None = None,
    ) -> tuple[Floats, Floats]:
        """Mean (N × W) and quantiles (N × W × K) of demand over days start + 1 … end.

        `start_day`, `end_day`: N × W, days from `as_of`; an end of -1 is padding and gives
        zeros. `levels`: K, or N × K, in (0, 1). `series`: the N series meant, by number; all
        when None. `spread_days`: N, standard deviation of the window's end in days: lead times
        that vary mix the distributions of the windows they may end.
        """
        chosen = np.arange(len(self.keys)) if series is None else np.asarray(series, np.int64)
        levels = self._levels(levels, chosen.size)
        start = np.ascontiguousarray(start_day, np.int64)
        end = np.ascontiguousarray(end_day, np.int64)
        spread = np.zeros(chosen.size) if spread_days is None else np.asarray(spread_days)
        mean = np.zeros(start.shape)
        quantiles = np.zeros((*start.shape, levels.shape[1]))
        for low in range(0, chosen.size, BLOCK):
            part = slice(low, low + BLOCK)
            self._block(
                chosen[part], start[part], end[part], spread[part].astype(np.float64),
                levels[part], mean[part], quantiles[part],
            )  # fmt: skip
        if self.reshaped is not None:
            rows, place = self.reshaped.places(chosen)
            mean[rows], quantiles[rows] = reshaped_windows(
                self, self.reshaped, place, start[rows], end[rows], levels[rows], spread[rows]
            )
        if self.commitments is None:
            return mean, quantiles
        more, floor = self.commitments.within(start, end, chosen, len(self.keys))
        return mean + more, self._raised(quantiles, more, floor, chosen)

    def _raised(self, quantiles: Floats, more: Floats, floor: Floats, series: Integers) -> Floats:
        """Quantiles (N × W × K) of windows with what customers ordered for them."""
        raised = quantiles + more[:, :, None]
        whole = self.whole_units[series, None, None]
        raised = np.where(whole, np.floor(raised + 0.5), raised)
        return np.asarray(np.maximum(raised, floor[:, :, None]))

    def read(self, series: Integers, mean: Floats, levels: Floats, out: Floats) -> None:
        """Quantiles of stretches expected to bring `mean` (N × W) units, into `out`."""
        order = np.argsort(levels, axis=1, kind="stable")
        found = _room(order, out)
        with kernel(self.threads):
            table, grid = self._table(series, mean, np.take_along_axis(levels, order, axis=1))
            read_off(mean, self.ordinary[series], grid, table, self.whole_units[series], found)
        _put(found, order, out)

    def _levels(self, levels: ArrayLike, count: int) -> Floats:
        """`levels` as a row per series."""
        asked = np.asarray(levels, np.float64)
        return np.ascontiguousarray(np.broadcast_to(asked, (count, asked.shape[-1])))

    def _block(
        self, series: Integers, start: Integers, end: Integers, spread: Floats, levels: Floats,
        mean: Floats, out: Floats,
    ) -> None:  # fmt: skip
        """`windows` for a block of series, into `mean` and `out`."""
        n, order = series.size, np.argsort(levels, axis=1, kind="stable")
        rising = np.take_along_axis(levels, order, axis=1)
        ordinary, whole = self.ordinary[series], self.whole_units[series]
        days, cumulative = self.days, self.cumulative[series]
        opens, last = self.starts_day[series], self.ends_day[series]
        with kernel(self.threads):
            window_means(cumulative, days, opens, last, start, end, mean)
            table, grid = self._table(series, mean, rising)
            found = _room(order, out)
            read_off(mean, ordinary, grid, table, whole, found)
            if spread.any():
                # The grid reaches to the latest end that may be drawn.
                late, kept = np.ceil(4.0 * spread + 1.0).astype(np.int64), np.tile(KEPT, (n, 1))
                most = np.empty_like(mean)
                window_means(cumulative, days, opens, last, start, end + late[:, None], most)
                table, grid = self._table(series, most, kept)
                read_off(mean[:, :0], ordinary, grid, table, whole, found[:, :0])
                mix_ends(
                    cumulative, days, opens, last, start, end, spread, ordinary, grid, table, KEPT,
                    whole, rising, mean, found,
                )  # fmt: skip
        _put(found, order, out)

    def _table(self, series: Integers, mean: Floats, levels: Floats) -> tuple[Floats, Floats]:
        """Quantiles on the grid of lengths, N × J × K, as far as `mean` needs it; the grid."""
        ordinary = self.ordinary[series, None]
        longest = (mean / np.maximum(ordinary, 1e-300)).max(initial=0.0)
        grid = GRID[: int(np.searchsorted(GRID, longest)) + 1]
        return self.sum_head.quantiles(series, grid, ordinary * grid, levels), grid

    def buckets(self, levels: ArrayLike, sums: Floats | None = None) -> tuple[Floats, Floats]:
        """Mean (S × H) and quantiles (S × H × K) of each bucket ahead, as known at `as_of`.

        The first bucket is the first sum; later ones are the less certain the farther they are.
        `sums`: S × H × K, what `sums` says at these levels, where that is known already.
        """
        asked = self._levels(levels, len(self.keys))
        if sums is None:
            first, ends = np.zeros((len(self.keys), 1), np.int64), int(self.days[1])
            _, sums = self.windows(first, first + ends, asked)
        order = np.argsort(asked, axis=1, kind="stable")
        ahead = np.arange(1.0, self.horizon + 1)
        source, modelled, scale = np.arange(len(self.keys)), self.mean, None
        if self.reshaped is not None:
            edges = self.days[: self.horizon + 1]
            source, modelled, scale = self.reshaped.buckets(self.mean, edges, self.threads)
        out = np.empty((*self.mean.shape, asked.shape[1]))
        for low in range(0, len(self.keys), BLOCK):
            part = slice(low, low + BLOCK)
            rising = np.take_along_axis(asked[part], order[part], axis=1)
            whole = self.whole_units[source[part]]
            with kernel(self.threads):
                likely = self.bucket_head.quantiles(source[part], ahead, modelled[part], rising)
                found = _room(order[part], out[part])
                rise_and_round(likely, whole, found)
                if scale is not None:
                    found *= scale[part, :, None]
                    rise_and_round(found, whole, found)
            _put(found, order[part], out[part])
        if self.commitments is not None:
            out = self._raised(out, *self._by_bucket(self.commitments), np.arange(len(self.keys)))
        out[:, :1] = sums[:, :1]
        return self.expected, out

    def sums(self, levels: ArrayLike) -> tuple[Floats, Floats]:
        """Mean (S × H) and quantiles (S × H × K) of demand from `as_of` to each bucket end."""
        ends = self.days[1 : self.horizon + 1]
        end = np.broadcast_to(ends, self.mean.shape).astype(np.int64)
        mean, quantiles = self.windows(np.zeros_like(end), end, levels)
        if self.reshaped is not None:
            # Each window is a law of its own, of another scale, and rounded by itself.
            np.maximum.accumulate(quantiles, axis=1, out=quantiles)
        return mean, quantiles

    def take(self, index: Integers) -> PartOfForecast:
        """The same for some series only."""
        return PartOfForecast(self, np.asarray(index, np.int64))


def _room(order: Integers, out: Floats) -> Floats:
    """Where quantiles at rising levels go before `_put`: `out` itself where levels rise."""
    return out if (order == np.arange(order.shape[1])).all() else np.empty_like(out)


def _put(rising: Floats, order: Integers, out: Floats) -> None:
    """Quantiles (N × W × K) at rising levels, at the places (N × K) where these were asked."""
    if rising is not out:
        np.put_along_axis(out, np.broadcast_to(order[:, None, :], out.shape), rising, axis=2)


@dataclass(frozen=True)
class PartOfForecast:
    """Some series of a forecast, without copying it."""

    whole: Forecast
    series: Integers  # N

    def windows(
        self,
        start_day: Integers,
        end_day: Integers,
        levels: ArrayLike,
        spread_days: Floats | None = None,
    ) -> tuple[Floats, Floats]:
        """See `Forecast.windows`."""
        return self.whole.windows(start_day, end_day, levels, self.series, spread_days)
