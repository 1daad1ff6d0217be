"""All that is known before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from domain.periods import Bucket, Calendar, Day, Days
from domain.terms import Flags, Floats, Integers, Known, Panel
from forecasting.result import Forecast
from optimization.problem import Cycles
from planning.dataset import Dataset
from planning.item_terms import Terms
from planning.network import Network
from planning.supply import OpenOrders, Stock

if TYPE_CHECKING:
    from planning.trial import Trial


@dataclass(frozen=True)
class Situation:
    """A dataset cut at `as_of`, laid out by series.

    `terms`, `stock`, `open_orders` and `cycles` are of the S series in `rows`; `panel`,
    `history` and `forecast` are of all series of the plan, and read through `rows`.
    """

    name: str  # what the dataset is called
    dataset: Dataset  # cut: nothing in it was unknown at as_of
    calendar: Calendar
    terms: Terms
    stock: Stock
    open_orders: OpenOrders
    panel: Panel
    history: pd.DataFrame  # per series: what was done to its history
    forecast: Forecast
    horizon_days: int  # days the plan looks ahead
    cycles: Cycles  # when each series can order
    rows: Integers  # S, the series' numbers among all series of the plan
    others: tuple[Terms, ...] = ()  # terms of all suppliers in turn, of all series of the plan
    adjustments: pd.DataFrame | None = None  # planners' that have a say: see `adjustments.TOLD`
    network: Network | None = None  # of all series of the plan; None: all are bought
    planned_before: Floats | None = None  # S, units that an earlier plan had for today; NaN: none
    trial: Trial | None = None  # a policy that plans some of the items; None: none does

    @property
    def as_of(self) -> Day:
        """The last day whose sales and stock are known."""
        return self.calendar.as_of

    @property
    def series(self) -> int:
        """Number of series [S]."""
        return len(self.terms.frame)

    @property
    def planned_for_stock(self) -> Flags:
        """Which series are kept in stock [S]."""
        return (self.terms.frame["planned"] == "stock").to_numpy(dtype=np.bool_)

    def take(self, rows: Integers) -> Self:
        """The same for some series only; their cycles without padding that none of them needs."""
        frame = self.terms.frame.iloc[rows].reset_index(drop=True)
        return replace(
            self,
            terms=replace(self.terms, frame=frame),
            stock=self.stock.take(rows),
            open_orders=self.open_orders.take(rows, self.series),
            cycles=trimmed(self.cycles.take(rows)),
            rows=self.rows[rows],
            planned_before=None if self.planned_before is None else self.planned_before[rows],
            trial=None if self.trial is None else self.trial.take(rows),
        )

    @property
    def mean_ahead(self) -> Floats:
        """Mean demand of each bucket ahead, units [S × H]; with what other locations take."""
        expected = self.forecast.expected[self.rows]
        supplies = self.supplies
        if not supplies.any():
            return expected
        ends = self.calendar.ends_ahead(expected.shape[1])
        through = np.broadcast_to(ends, (int(supplies.sum()), ends.size)).astype(np.int64)
        part = replace(self, rows=self.rows[supplies])
        mean, _ = part.windows(np.zeros_like(through), through, np.zeros(0))
        expected[supplies] = np.diff(mean, axis=1, prepend=0.0)
        return expected

    @property
    def supplies(self) -> Flags:
        """Which series other locations draw on, S."""
        if self.network is None:
            return np.zeros(self.rows.size, dtype=np.bool_)
        return self.network.supplies[self.rows]

    def windows(
        self, start: Integers, end: Integers, levels: Floats, spread_days: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """Mean and quantiles of demand over days start + 1 … end (see `Forecast.windows`).

        Where other locations draw on a series, what they take is demand too (see `Network`).
        """
        mean, knots = self.forecast.windows(start, end, levels, self.rows, spread_days)
        supplies = np.flatnonzero(self.supplies)
        if self.network is not None and supplies.size:
            spread = None if spread_days is None else spread_days[supplies]
            asked = levels if levels.ndim == 1 else levels[supplies]
            mean[supplies], knots[supplies] = self.network.windows(
                self.forecast, self.rows[supplies], start[supplies], end[supplies], asked, spread
            )
        return mean, knots

    def date(self, days: np.ndarray | int) -> Days:
        """The calendar day so many days after `as_of`."""
        return np.asarray(self.as_of + np.asarray(days, dtype="timedelta64[D]"))

    def sold_in_last(self, days: int) -> Floats:
        """Units recorded as sold in the last `days` days, buckets counted by their share [S]."""
        return np.asarray(self.panel.demand[self.rows] @ self._share_of_last(days))

    def _share_of_last(self, days: int) -> Floats:
        """The share of each bucket of history that lies in the last `days` days [T]."""
        index = np.arange(self.calendar.count)
        starts = (self.as_of - self.calendar.start_of(index)).astype(np.int64) + 1
        ends = (self.as_of - self.calendar.end_of(index)).astype(np.int64)
        share: Floats = np.clip((days - ends) / (starts - ends), 0.0, 1.0)
        return share

    def launched_within(self, days: Integers | int) -> Flags:
        """Which series have been on sale for fewer days; not those that name no first day [S]."""
        launched = self.terms.frame["launched_on"].to_numpy().astype("datetime64[D]")
        age = (self.as_of - launched).astype(np.int64)
        return np.asarray(~np.isnat(launched) & (age < days))

    def days_without_demand(self) -> Floats:
        """Days since the last bucket with demand, since life began where there is none [S]."""
        sold = self.panel.demand[self.rows] > 0
        last = np.where(
            sold.any(axis=1),
            self.panel.buckets - 1 - sold[:, ::-1].argmax(axis=1),
            self.panel.first[self.rows] - 1,
        )
        return np.asarray((self.as_of - self.calendar.end_of(last)).astype(np.float64))

    def monthly_demand(self, months: int = 12) -> Floats:
        """Demand of the last whole months of history, NaN outside a series' life [S × months]."""
        starts = self.calendar.starts()
        month = starts.astype("datetime64[M]")
        whole = (self.as_of + np.timedelta64(1, "D")).astype("datetime64[M]")
        columns: list[Floats] = []
        for back in range(months, 0, -1):
            inside = month == whole - back
            if not inside.any() or (
                self.calendar.bucket is not Bucket.MONTH
                and starts[0] > (whole - back).astype("datetime64[D]")
            ):
                continue
            units = self.panel.demand[np.ix_(self.rows, inside)].sum(axis=1, dtype=np.float64)
            alive = (self.panel.known[np.ix_(self.rows, inside)] != Known.OUTSIDE).all(axis=1)
            columns.append(np.where(alive, units, np.nan))
        return np.stack(columns, axis=1) if columns else np.full((self.series, 0), np.nan)


def trimmed(cycles: Cycles) -> Cycles:
    """Cycles without decisions and points that no series has."""
    decisions = int(cycles.count.max(initial=1))
    points = int((cycles.point_day >= 0).sum(axis=2).max(initial=1))
    before = int((cycles.before_day >= 0).sum(axis=1).max(initial=0))
    return replace(
        cycles,
        order_day=cycles.order_day[:, :decisions],
        arrival_day=cycles.arrival_day[:, :decisions],
        end_day=cycles.end_day[:, :decisions],
        point_day=cycles.point_day[:, :decisions, :points],
        point_weight=cycles.point_weight[:, :decisions, :points],
        before_day=cycles.before_day[:, :before],
    )
