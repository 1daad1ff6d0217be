"""Products that replace one another: one demand, shared out over the days ahead.

The demand of a product and of those it replaces is one series: its history is their sum, and it
is forecast as the newest. Ahead, a share of it is each one's. The new one's rises from nothing on
the day before its first to all of it on the day after the old one's last, in a straight line;
where the old one's last day is not known it is the day before the new one's first. So old and new
add up to the one demand on every day on which either can be sold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.terms import NEVER, Flags, Floats, Integers, Known, Panel
from forecasting.reshaping import closed, opened
from forecasting.result import Forecast


@dataclass(frozen=True)
class Succession:
    """N series of one place that replace one another, the oldest first."""

    rows: Integers  # N, their numbers in the panel
    begins: Integers  # N, first day of sale, in days from `as_of`
    ends: Integers  # N, last day of sale; NEVER where none is known

    @property
    def newest(self) -> int:
        """The series that carries the history of all."""
        return int(self.rows[-1])

    def shares(self, days: Integers) -> Floats:
        """The share of the one demand that is each series', on each of D days: N × D.

        >>> succession = Succession(np.array([0, 1]), np.array([-50, 3]), np.array([4, NEVER]))
        >>> succession.shares(np.arange(1, 7)).round(2).tolist()
        [[1.0, 1.0, 0.67, 0.33, 0.0, 0.0], [0.0, 0.0, 0.33, 0.67, 1.0, 1.0]]
        """
        passed = np.ones((self.rows.size + 1, days.size))
        for i in range(1, self.rows.size):
            begin, end = self.begins[i], self.ends[i - 1]
            last = begin - 1 if end == NEVER else max(end, begin - 1)
            passed[i] = np.clip((days - begin + 1) / (last - begin + 2), 0.0, 1.0)
        passed[-1] = 0.0
        share = np.cumprod(passed[:-1], axis=0) * (1.0 - passed[1:])
        return np.asarray(share * (days <= self.ends[:, None]))


def joined(panel: Panel, successions: Sequence[Succession]) -> Panel:
    """The panel in which the newest of each succession has the history of all, the rest none."""
    if not successions:
        return panel
    demand, known, first = panel.demand.copy(), panel.known.copy(), panel.first.copy()
    share = None if panel.stockout_share is None else panel.stockout_share.copy()
    whole, starts = panel.whole_units.copy(), panel.starts_day.copy()
    like = None if panel.like is None else panel.like.copy()
    for one in successions:
        rows, newest = one.rows, one.newest
        decides = _youngest(panel.known[rows])
        place = (rows[decides], np.arange(panel.buckets))
        demand[newest] = panel.demand[rows].sum(axis=0)
        known[newest] = panel.known[place]
        sold = (known[newest] == Known.UNKNOWN) & (demand[newest] > 0)
        known[newest, sold] = Known.LOWER_BOUND
        if share is not None and panel.stockout_share is not None:
            share[newest] = panel.stockout_share[place]
        first[newest] = panel.first[rows].min()
        whole[newest] = panel.whole_units[rows].all()
        starts[newest] = panel.starts_day[rows].min()
        rest = rows[:-1]
        demand[rest], known[rest], first[rest] = 0.0, Known.OUTSIDE, panel.buckets
        if like is not None:
            like[np.isin(like, rest)] = newest
            like[rows] = -1
    return replace(
        panel, demand=demand, known=known, stockout_share=share, first=first, whole_units=whole,
        starts_day=starts, like=like,
    )  # fmt: skip


def _youngest(known: np.ndarray) -> Integers:
    """Of N × T buckets, oldest series first, the last that is in its life in each; else 0."""
    alive: Flags = known != Known.OUTSIDE
    return np.asarray(np.where(alive.any(axis=0), len(known) - 1 - alive[::-1].argmax(axis=0), 0))


def shared_out(forecast: Forecast, successions: Sequence[Succession]) -> Forecast:
    """The forecast of a panel that was `joined`, with each product's own share."""
    if not successions:
        return forecast
    reach = int(forecast.days[-1])
    edges = np.concatenate([_edges(one, reach) for one in successions])
    cells = opened(forecast, np.concatenate([one.rows for one in successions]), edges)
    days = np.ceil(cells.days[1:]).astype(np.int64)
    for one in successions:
        rows, carrier = np.searchsorted(cells.series, one.rows), one.newest
        whole = np.searchsorted(cells.series, carrier)
        length, on_sale = cells.length[whole].copy(), cells.on_sale[whole].copy()
        share = one.shares(days)
        cells.length[rows] = share * length
        cells.scale[rows] = cells.scale[whole].copy()
        cells.on_sale[rows] = np.where(share > 0, on_sale, 0.0)
        cells.source[rows] = carrier
    return closed(_told_alike(forecast, successions), cells)


def _edges(one: Succession, reach: int) -> Integers:
    """Days at whose end a share changes: each day of an overlap, and the day before a first."""
    found = []
    for begin, end in zip(one.begins[1:], one.ends[:-1], strict=True):
        last = begin if end == NEVER else max(int(end), int(begin))
        found.append(np.arange(max(begin - 1, 0), min(last + 1, reach) + 1))
    return np.concatenate(found).astype(np.int64)


def _told_alike(forecast: Forecast, successions: Sequence[Succession]) -> Forecast:
    """What is told of the newest is told of all; they sell in whole units as it does."""
    source = np.arange(len(forecast.keys))
    for one in successions:
        source[one.rows] = one.newest
    told = forecast.diagnostics.iloc[source].reset_index(drop=True)
    # Forecasts of the past say no more of a series than why one fell back.
    names = [name for name in ("sku", "location") if name in told]
    told[names] = forecast.diagnostics[names].to_numpy()
    return replace(forecast, diagnostics=told, whole_units=forecast.whole_units[source])
