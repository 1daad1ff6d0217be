"""What can be used without any decision: stock as counted, and open orders as they will come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from domain.periods import Day
from domain.settings import Settings
from domain.terms import Flags, Floats, Integers
from planning.dataset import Dataset

DEAD_STATUSES = ("cancelled", "canceled", "closed", "received", "draft")
"""Words an ERP uses for orders that will bring nothing."""

LINES_AT_ONCE = 4096

RETURN = "return"
"""Kind of the lines that are no orders: what customers are expected to bring back."""


@dataclass(frozen=True)
class Stock:
    """Stock of each of S series at the newest count that is known."""

    usable: (
        Floats  # S, units on the shelf less blocked (and reserved, where sales are dated by order)
    )
    backordered: Floats  # S, units
    promised: Floats  # S, units, a floor on coming demand (reserved + backordered by shipment)
    counted_on: np.ndarray  # S, datetime64[D], NaT where it was never counted
    there: bool  # whether any stock is known at as_of

    def take(self, rows: Integers) -> Self:
        """The same for some series only."""
        return replace(
            self,
            usable=self.usable[rows],
            backordered=self.backordered[rows],
            promised=self.promised[rows],
            counted_on=self.counted_on[rows],
        )


@dataclass(frozen=True)
class OpenOrders:
    """Open order lines, a row each: `frame` has the table's columns and those below.

    `series` (row of the plan), `remaining` (units), `usable_from` (days from as_of, at least
    1), `overdue` (due on or before as_of), `counted` (False where it is too late to believe).
    """

    frame: pd.DataFrame

    def take(self, rows: Integers, series: int) -> Self:
        """The lines of some of `series` series, their rows counted anew."""
        place = np.full(series, -1)
        place[rows] = np.arange(rows.size)
        now = place[self.frame["series"].to_numpy()]
        return type(self)(self.frame[now >= 0].assign(series=now[now >= 0]))

    @property
    def counted(self) -> pd.DataFrame:
        """The lines that are taken to come."""
        return self.frame[self.frame["counted"]]

    def usable_by(self, days: Integers) -> Floats:
        """Units that arrive by each day: days is S × …, padded with -1; the result like it."""
        total = np.zeros(days.shape)
        lines = self.counted
        rows = lines["series"].to_numpy()
        units = lines["remaining"].to_numpy()
        arrival = lines["usable_from"].to_numpy()
        shape = (-1,) + (1,) * (days.ndim - 1)
        for begin in range(0, len(lines), LINES_AT_ONCE):
            part = slice(begin, begin + LINES_AT_ONCE)
            there = days[rows[part]] >= arrival[part].reshape(shape)
            np.add.at(total, rows[part], there * units[part].reshape(shape))
        return total

    def per_series(self, series: int) -> Floats:
        """All counted units on order of each series; expected returns are on no order."""
        lines = self.counted
        lines = lines[lines["kind"] != RETURN] if "kind" in lines else lines
        rows, units = lines["series"].to_numpy(), lines["remaining"].to_numpy()
        return np.bincount(rows, weights=units, minlength=series).astype(np.float64)


def row_of(series: pd.DataFrame, table: pd.DataFrame) -> Integers:
    """For each row of a table, the row of its series in the plan; -1 where it has none."""
    index = pd.MultiIndex.from_frame(series[["sku", "location"]])
    rows = index.get_indexer(pd.MultiIndex.from_frame(table[["sku", "location"]].astype("str")))
    return np.asarray(rows, dtype=np.int64)


def newest_stock(table: pd.DataFrame, as_of: Day) -> pd.DataFrame:
    """The newest row of every sku at every location; one without a date is of `as_of`."""
    dated = table.assign(date=table["date"].fillna(pd.Timestamp(as_of)))
    return dated.sort_values("date", kind="stable").drop_duplicates(
        ["sku", "location"], keep="last"
    )


def current_stock(dataset: Dataset, series: pd.DataFrame, as_of: Day) -> Stock:
    """The newest stock row of every series."""
    count = len(series)
    nothing = np.zeros(count)
    never = np.full(count, np.datetime64("NaT"), dtype="datetime64[D]")
    table = dataset.table("stock")
    if table is None or table.empty:
        return Stock(nothing, nothing.copy(), nothing.copy(), never, there=False)
    newest = newest_stock(table, as_of)
    rows = row_of(series, newest)

    def column(name: str) -> Floats:
        values = np.zeros(count)
        values[rows] = newest[name].to_numpy(dtype=np.float64)
        return values

    never[rows] = newest["date"].to_numpy().astype("datetime64[D]")
    usable = column("on_hand") - column("blocked")
    by_order = dataset.settings.sales_dated_by == "order"
    if by_order:
        usable = usable - column("reserved")
    promised = nothing if by_order else column("reserved") + column("backordered")
    backordered = column("backordered") if by_order else nothing.copy()
    return Stock(usable, backordered, promised, never, True)


def open_orders(
    dataset: Dataset,
    series: pd.DataFrame,
    lead_time_days: Integers,
    as_of: Day,
    lateness: Mapping[str, int] | None = None,
) -> OpenOrders:
    """Every open order line and when it can be used (DESIGN §3).

    One due on or before `as_of` is expected the day after, and as many days later as its
    supplier is usually late (`lateness`, days by supplier; of the line, else of the series); one
    more than two lead times past its day is not counted.
    """
    table = dataset.table("open_orders")
    if table is None:
        empty = {
            "series": np.int64,
            "remaining": np.float64,
            "usable_from": np.int64,
            "overdue": bool,
            "counted": bool,
        }
        return OpenOrders(
            pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in empty.items()})
        )
    lines = table.reset_index(drop=True)
    lines["series"] = row_of(series, lines)
    lines["remaining"] = (lines["quantity"] - lines["quantity_received"]).clip(lower=0.0)
    alive = (lines["remaining"] > 0) & ~lines["status"].str.lower().isin(DEAD_STATUSES)
    lines = lines[alive].reset_index(drop=True)
    due = (lines["due_on"].to_numpy().astype("datetime64[D]") - as_of).astype(np.int64)
    lines["overdue"] = due <= 0
    lines["usable_from"] = np.where(due <= 0, 1 + _late(lines, series, lateness or {}), due)
    lines["counted"] = -due <= 2 * lead_time_days[lines["series"].to_numpy()]
    return OpenOrders(lines)


def without_what_leaves(stock: Stock, orders: OpenOrders, series: pd.DataFrame) -> Stock:
    """The stock without what open transfers will take from it.

    Goods leave at the close of the day a transfer was ordered: a count of an earlier day, or of
    that very day, still has them; a later one has not. Without an `ordered_on` they are taken
    to be there still.
    """
    lines = orders.counted
    if not len(lines):
        return stock
    moved = lines[(lines["kind"] == "transfer") & lines["from_location"].notna()]
    if moved.empty:
        return stock
    rows = row_of(series, moved.assign(location=moved["from_location"]))
    moved, rows = moved[rows >= 0], rows[rows >= 0]
    counted = stock.counted_on[rows]
    left = np.isnat(counted) | (moved["ordered_on"].to_numpy() < counted)
    units = np.where(left, 0.0, moved["remaining"].to_numpy())
    taken = np.bincount(rows, weights=units, minlength=len(series))
    return replace(stock, usable=stock.usable - taken)


def with_decided(orders: OpenOrders, lines: pd.DataFrame) -> OpenOrders:
    """Open orders with lines that this very plan decides, marked `decided`."""
    there = orders.frame
    before = there["decided"].to_numpy() if "decided" in there else np.zeros(len(there), np.bool_)
    whole = pd.concat([there, lines], ignore_index=True) if len(there) else lines
    decided = np.concatenate([before, np.ones(len(lines), np.bool_)])
    return OpenOrders(whole.assign(decided=decided))


def _late(lines: pd.DataFrame, series: pd.DataFrame, lateness: Mapping[str, int]) -> Integers:
    """Days by which the supplier of each line is usually late."""
    if not lateness:
        return np.zeros(len(lines), np.int64)
    of_series = series["supplier"].to_numpy()[lines["series"].to_numpy()]
    supplier = lines["supplier"].fillna(pd.Series(of_series, lines.index))
    bought = lines["kind"] == "purchase"
    return np.where(bought, supplier.map(lateness).fillna(0), 0).astype(np.int64)


def stale(stock: Stock, as_of: Day, settings: Settings) -> Flags:
    """Which series were counted too long before `as_of` to be believed without a word."""
    limit = as_of - np.timedelta64(settings.stock_max_age_days, "D")
    return np.asarray(stock.counted_on < limit)
