"""What doubts are judged by: a dataset as known at `as_of`, its history, its prices and costs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.columns import MAIN
from domain.periods import Bucket, Calendar, Day, as_days, calendar_of
from planning.dataset import Dataset
from planning.landed_cost import offers_of


@dataclass(frozen=True)
class Amount:
    """What a doubt touches: money where a price or cost is known for anything, else units."""

    value: float
    is_money: bool

    @property
    def unit(self) -> str:
        """`money` or `units`."""
        return "money" if self.is_money else "units"


NOTHING = Amount(0.0, False)


@dataclass(frozen=True)
class History:
    """Sales summed over channels, a row per series and bucket that is recorded.

    Invariants: rows are sorted by series, then bucket; `first[s]` … `first[s + 1]` - 1 are the
    rows of series s.
    """

    calendar: Calendar
    series: NDArray[np.int64]  # a row: series, from 0
    bucket: NDArray[np.int64]  # a row: bucket of the calendar
    units: NDArray[np.float64]  # a row: units sold
    source: NDArray[np.int64]  # a row: its first row in `sales`
    first: NDArray[np.int64]  # a series: first row; one more entry for the end
    sku: NDArray[np.object_]  # a series: its sku
    location: NDArray[np.object_]  # a series: its location

    def name(self, series: int) -> str:
        """A series in words."""
        return f"{self.sku[series]} at {self.location[series]}"

    def total(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values of rows, added up by series."""
        return np.add.reduceat(values, self.first[:-1])

    def per_bucket(self) -> NDArray[np.float64]:
        """Units sold anywhere, for every bucket of the calendar."""
        sums = np.bincount(self.bucket, self.units, minlength=self.calendar.count)
        return np.asarray(sums, dtype=np.float64)


def read_history(sales: pd.DataFrame, bucket: Bucket, as_of: Day) -> History:
    """The history in a `sales` table, which is sorted by sku, location, date and channel."""
    days = as_days(sales["date"].to_numpy())
    calendar = calendar_of(days, bucket, as_of)
    index = calendar.index_of(days)
    places = sales["location"].cat
    pair = sales["sku"].cat.codes.to_numpy().astype(np.int64) * len(places.categories)
    pair += places.codes.to_numpy()
    units = sales["units_sold"].to_numpy()
    source = np.arange(len(sales))
    new = np.append(True, (pair[1:] != pair[:-1]) | (index[1:] != index[:-1]))
    if not new.all():
        source = np.flatnonzero(new)
        units = np.add.reduceat(units, source)
        pair, index = pair[source], index[source]
    begins = np.append(True, pair[1:] != pair[:-1])
    first = np.flatnonzero(begins)
    codes = pair[first]
    return History(
        calendar,
        np.cumsum(begins) - 1,
        index,
        units,
        source,
        np.append(first, pair.size),
        sales["sku"].cat.categories.to_numpy(dtype=object)[codes // len(places.categories)],
        places.categories.to_numpy(dtype=object)[codes % len(places.categories)],
    )


@dataclass(frozen=True)
class Evidence:
    """A dataset that was cut at `as_of`, with what is worked out from it once."""

    dataset: Dataset
    as_of: Day
    bucket: Bucket

    @cached_property
    def history(self) -> History:
        """Sales by series and bucket."""
        return read_history(self.dataset.tables["sales"], self.bucket, self.as_of)

    def table(self, name: str) -> pd.DataFrame | None:
        """A table with rows, None where there is none."""
        frame = self.dataset.table(name)
        return None if frame is None or frame.empty else frame

    @cached_property
    def prices(self) -> pd.Series:
        """Price per unit by sku: what was paid on average, else the list price."""
        sales = self.dataset.tables["sales"]
        price, units = sales["unit_price"].to_numpy(), sales["units_sold"].to_numpy()
        codes = sales["sku"].cat.codes.to_numpy()
        known = np.isfinite(price) & (units > 0)
        count = len(sales["sku"].cat.categories)
        paid = np.bincount(codes[known], price[known] * units[known], count)
        sold = np.bincount(codes[known], units[known], count)
        average = np.divide(paid, sold, out=np.full(count, np.nan), where=sold > 0)
        return self._listed(pd.Series(average, sales["sku"].cat.categories), "unit_price", "items")

    @cached_property
    def costs(self) -> pd.Series:
        """Cost per unit by sku: of the item, else of its first supplier."""
        nothing = pd.Series(dtype=np.float64, index=pd.Index([], dtype="str"))
        of_items = self._listed(nothing, "unit_cost", "items")
        table = self.table("item_suppliers")
        if table is None:
            return of_items.dropna()
        places = table[["sku"]].assign(location=table["location"].fillna(MAIN)).drop_duplicates()
        return _first_of(of_items, "unit_cost", offers_of(self.dataset, places, self.as_of))

    def _listed(self, known: pd.Series, column: str, name: str) -> pd.Series:
        """`known`, and for other skus the first value in a column of a table."""
        return _first_of(known, column, self.table(name))

    def at_price(self, skus: object, units: object) -> Amount:
        """What units are worth to customers; at cost where no price is known, else units."""
        return self._worth(skus, units, (self.prices, self.costs))

    def at_cost(self, skus: object, units: object) -> Amount:
        """What units are worth at cost; at price where no cost is known, else units."""
        return self._worth(skus, units, (self.costs, self.prices))

    def _worth(self, skus: object, units: object, values: tuple[pd.Series, ...]) -> Amount:
        """Units times the first known of `values`; units alone where nothing is known."""
        number = np.asarray(units, dtype=np.float64)
        for value in values:
            known = value.reindex(pd.Index(np.asarray(skus, dtype=object))).to_numpy()
            if np.isfinite(known).any():
                return Amount(float(np.nansum(known * number)), True)
        return Amount(float(number.sum()), False)


def _first_of(known: pd.Series, column: str, frame: pd.DataFrame | None) -> pd.Series:
    """`known`, and for other skus the first value in a column of a table."""
    known = known.dropna()
    if frame is None:
        return known
    listed = frame[["sku", column]].dropna().drop_duplicates("sku")
    values = pd.Series(listed[column].to_numpy(), index=pd.Index(listed["sku"]))
    return known.combine_first(values) if len(known) else values
