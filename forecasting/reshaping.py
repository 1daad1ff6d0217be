"""A forecast's demand ahead cut into cells, changed there, and closed again (see `reshaped`)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from domain.terms import Floats, Integers
from forecasting.reshaped import Reshaped
from forecasting.result import Forecast
from forecasting.threads import kernel
from forecasting.windows import window_means


@dataclass
class Cells:
    """Demand ahead of R series while it is reshaped; R × E arrays are changed in place."""

    series: Integers  # R, ascending
    source: Integers  # R
    days: Floats  # E + 1
    length: Floats  # R × E, modelled units
    scale: Floats  # R × E
    on_sale: Floats  # R × E, days on sale

    @property
    def mean(self) -> Floats:
        """Expected units of each cell, R × E."""
        return np.asarray(self.length * self.scale)

    def spanned(self, first: int, last: int) -> slice:
        """The cells of days `first` … `last`, in days from `as_of`."""
        low = int(np.searchsorted(self.days, max(first - 1, 0)))
        return slice(low, max(low, int(np.searchsorted(self.days, last))))

    def multiply(self, rows: Integers, cells: slice, factor: float) -> None:
        """Every unit counts `factor` times: mean and quantiles are multiplied by it."""
        self.scale[rows, cells] *= factor

    def add(self, rows: Integers, cells: slice, units: float) -> None:
        """`units` more (or less) in all, shared by expected demand: more units of the same kind.

        Where nothing is expected they are shared by days on sale. No demand falls below 0.
        """
        now = self.mean[rows, cells]
        shared = _shares(now, self.on_sale[rows, cells]) * units
        after = np.maximum(now + shared, 0.0)
        scale = np.where(self.scale[rows, cells] > 0, self.scale[rows, cells], 1.0)
        self.scale[rows, cells] = scale
        self.length[rows, cells] = after / scale

    def replace(self, rows: Integers, cells: slice, units: float) -> None:
        """`units` in all, shared by expected demand; the coefficient of variation stays.

        Where nothing is expected they are added.
        """
        total = float(self.mean[rows, cells].sum())
        if total > 0:
            self.multiply(rows, cells, units / total)
        else:
            self.add(rows, cells, units)

    def closed(self) -> Reshaped:
        """The cells summed from `as_of`."""
        grid = (self.series.size, self.days.size)
        mean, square = np.zeros(grid), np.zeros(grid)
        np.cumsum(self.mean, axis=1, out=mean[:, 1:])
        np.cumsum(self.mean * self.scale, axis=1, out=square[:, 1:])
        return Reshaped(self.series, self.source, self.days, mean, square)


def _shares(expected: Floats, days: Floats) -> Floats:
    """Each cell's share of all of them: by expected demand, else by days; 0 where neither is."""
    for weight in (expected, days):
        total = float(weight.sum())
        if total > 0:
            return np.asarray(weight / total)
    return np.zeros_like(expected)


def opened(forecast: Forecast, series: Integers, edges: Integers) -> Cells:
    """Demand ahead in cells, as the forecast has it: of `series` and of all that are reshaped.

    `edges`: days from `as_of` at which cells end, beside those at which buckets and sales do.
    """
    old = forecast.reshaped
    if old is not None:
        series = np.union1d(series, old.series)
        edges = np.concatenate([edges, old.days.astype(np.int64)])
    series = np.unique(series)
    opens, last = forecast.starts_day[series], forecast.ends_day[series]
    buckets = forecast.days.astype(np.int64)
    days = np.unique(np.concatenate([buckets, edges, opens, last]))
    days = days[(days >= 0) & (days <= buckets[-1])]
    shape = (series.size, days.size - 1)
    start, end = np.broadcast_to(days[:-1], shape).copy(), np.broadcast_to(days[1:], shape).copy()
    length, scale, source = np.zeros(shape), np.ones(shape), series.copy()
    with kernel(forecast.threads):
        window_means(forecast.cumulative[series], forecast.days, opens, last, start, end, length)
    if old is not None:
        rows, place = old.places(series)
        _, length[rows], scale[rows] = old.modelled(place, start[rows], end[rows], forecast.threads)
        source[rows] = old.source[place]
    on_sale = np.minimum(end, last[:, None]) - np.maximum(start, opens[:, None])
    return Cells(
        series, source, days.astype(np.float64), length, scale, np.maximum(on_sale, 0).astype(float)
    )


def closed(forecast: Forecast, cells: Cells) -> Forecast:
    """The forecast with its series' demand ahead as the cells have it."""
    reshaped = cells.closed()
    ends = np.searchsorted(reshaped.days, forecast.days)
    mean, cumulative = forecast.mean.copy(), forecast.cumulative.copy()
    cumulative[reshaped.series] = reshaped.mean[:, ends]
    mean[reshaped.series] = np.diff(cumulative[reshaped.series, : forecast.horizon + 1], axis=1)
    return replace(forecast, mean=mean, cumulative=cumulative, reshaped=reshaped)
