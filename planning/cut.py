"""A dataset as it was known at the close of a day: nothing decided then may depend on more."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.errors import BadCell, DataError
from domain.periods import Day
from planning.dataset import Dataset

# Rows dated, ordered or announced after `as_of` are dropped whole, by these columns. What is
# known ahead (events, closures, launches, promotions that were announced) stays.
DATED_BY = {
    "sales": "date",
    "stock": "date",
    "open_orders": "ordered_on",
    "receipts": "received_on",
    "promotions": "announced_on",
    "customer_orders": "ordered_on",
    "currencies": "valid_from",
    "adjustments": "made_on",
}


def cut(dataset: Dataset, as_of: Day) -> Dataset:
    """The dataset without the rows that were not known at the close of `as_of`.

    `sales.date` is the first day of a bucket, so a bucket that begins after `as_of` goes; a
    stock row without a date is of `as_of`. Raises DataError where that makes two stock rows of
    one day, or leaves no sales.
    """
    limit = as_of.astype("datetime64[s]")
    tables = dict(dataset.tables)
    for name, column in DATED_BY.items():
        if name in tables:
            tables[name] = _until(tables[name], column, limit)
    if "stock" in tables:
        tables["stock"] = _dated_stock(tables["stock"], limit)
    if tables["sales"].empty:
        raise DataError(
            f"there are no sales on or before {as_of}", "sales", "Choose a later as_of."
        )
    return Dataset(tables, dataset.settings, dataset.notes)


def _until(frame: pd.DataFrame, column: str, limit: np.datetime64) -> pd.DataFrame:
    """The rows dated up to `limit`, and those without a date."""
    late = (frame[column] > limit).to_numpy()
    if not late.any():
        return frame
    kept = frame[~late].reset_index(drop=True)
    for name in kept.columns:
        # A sku that is only sold later must leave no trace, not even a code.
        if isinstance(kept[name].dtype, pd.CategoricalDtype):
            kept[name] = kept[name].cat.remove_unused_categories()
    return kept


def _dated_stock(stock: pd.DataFrame, as_of: np.datetime64) -> pd.DataFrame:
    """Stock rows without a date, dated by `as_of`."""
    blank = stock["date"].isna()
    if not blank.any():
        return stock
    stock = stock.assign(date=stock["date"].fillna(pd.Timestamp(as_of)).astype("datetime64[s]"))
    twice = stock[stock.duplicated(["sku", "location", "date"], keep=False) & blank]
    if len(twice):
        first = twice.iloc[0]
        day = str(as_of.astype("datetime64[D]"))
        why = f"has a stock row without a date and one of {day}, which is the same day"
        cell = BadCell("stock", 0, "sku", f"{first['sku']}, {first['location']}", why)
        raise DataError(
            f"{len(twice)} stock rows without a date stand beside one of {day}",
            f"stock: {cell.value}",
            "Date every row of stock, or keep one row a sku and location.",
            count=len(twice),
        )
    return stock.sort_values(["sku", "location", "date"], ignore_index=True)
