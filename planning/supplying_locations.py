"""Which series are supplied by another location: their orders are transfers, not purchases."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.terms import Flags, Integers
from planning.dataset import Dataset
from planning.item_costs import numbers

OF_SUPPLIERS = (
    "supplier",
    "review_period_days",
    "order_weekdays",
    "order_cost",
    "line_cost",
    "minimum_order_value",
    "minimum_order_quantity",
    "capacity_units",
    "price",
    "paid_in",
)
"""Terms of a purchase that a transfer knows nothing of; `order_multiple` is the pack it keeps."""


def put_transfer_terms(frame: pd.DataFrame, dataset: Dataset) -> Flags:
    """Give series that another location supplies the terms of a transfer; which they are [S].

    Columns `from_location` (blank: bought) and `transfer_cost` (money per unit) are added where
    there is any. The supplying location must plan to stock the item; where it does not, the item
    is bought as ever.
    """
    table = dataset.table("locations")
    nothing = np.zeros(len(frame), dtype=np.bool_)
    if table is None or table["supplied_by"].isna().all():
        return nothing
    by_place = table.drop_duplicates("location").set_index("location")
    stocked = frame["planned"].isna() | (frame["planned"] == "stock")
    known = pd.MultiIndex.from_frame(frame.loc[stocked, ["sku", "location"]])
    source = frame["location"].map(by_place["supplied_by"])
    asked = pd.MultiIndex.from_arrays([frame["sku"], source.fillna("").astype("str")])
    moved = np.asarray(
        source.notna().to_numpy() & asked.isin(known) & stocked.to_numpy(), dtype=np.bool_
    )
    if not moved.any():
        return nothing
    for name in OF_SUPPLIERS:
        frame[name] = frame[name].astype(object).where(~moved, np.nan)
    days = frame["location"].map(numbers(by_place, "transfer_days"))
    frame["lead_time_days"] = numbers(frame, "lead_time_days").where(~moved, days)
    frame["lead_time_std_days"] = numbers(frame, "lead_time_std_days").where(~moved, 0.0)
    frame["from_location"] = source.astype("str").where(moved, "")
    cost = frame["location"].map(numbers(by_place, "transfer_cost")).fillna(0.0)
    frame["transfer_cost"] = cost.where(moved, 0.0)
    return moved


def is_moved(frame: pd.DataFrame) -> Flags:
    """Which series' orders are transfers, S."""
    if "from_location" not in frame:
        return np.zeros(len(frame), dtype=np.bool_)
    return (frame["from_location"] != "").to_numpy(dtype=np.bool_)


def paid_to_suppliers(frame: pd.DataFrame) -> pd.Series:
    """Cost of a unit that is ordered, as budgets and suppliers count it: 0 of a transfer."""
    return frame["unit_cost"].where(~is_moved(frame), 0.0)


def sources(frame: pd.DataFrame) -> Integers:
    """The row of the series that supplies each series, S; -1 where it is bought."""
    moved = is_moved(frame)
    found = np.full(len(frame), -1, dtype=np.int64)
    if moved.any():
        index = pd.MultiIndex.from_frame(frame[["sku", "location"]])
        asked = pd.MultiIndex.from_frame(frame.loc[moved, ["sku", "from_location"]])
        found[moved] = index.get_indexer(asked)
    return found


def passing_on_days(frame: pd.DataFrame) -> int:
    """Days past a source's own that its stores' decisions answer for; 0 where all are bought."""
    source = sources(frame)
    span = (frame["lead_time_days"] + 2 * frame["review_period_days"]).to_numpy()
    days, at = np.zeros(len(frame), dtype=np.int64), source.copy()
    step = span * (source >= 0)
    while (at >= 0).any():
        days += np.where(at >= 0, step, 0)
        step = np.where(at >= 0, span[at], 0) * (source[at] >= 0)
        at = np.where(at >= 0, source[at], -1)
    return int(days.max(initial=0))
