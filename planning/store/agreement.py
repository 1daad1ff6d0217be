"""What one table must agree on with itself and with the others, beyond its single cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.periods import Bucket, weekday
from domain.settings import Settings

Frames = Mapping[str, pd.DataFrame]
LONGEST_SILENCE_DAYS = 3652
LONGEST_CLOSURE_DAYS = 1095


@dataclass(frozen=True)
class Disagreement:
    """Rows of one table that cannot stand: which, the column that shows it, and why."""

    table: str
    column: str
    rows: NDArray[np.int64]  # rows of the frame
    why: str


def disagreements(frames: Frames, settings: Settings) -> list[Disagreement]:
    """Every disagreement within and between the tables of a dataset."""
    found = [
        *_order_within_rows(frames),
        *_unknown_skus(frames),
        *_unknown_categories(frames),
        *_promotions_of_two(frames),
        *_unknown_suppliers(frames),
        *_closures_of_nothing(frames),
        *_closures_without_end(frames),
        *_weekdays(frames),
        *_buckets(frames["sales"], settings.bucket),
        *_dates_far_off(frames["sales"]),
    ]
    return [one for one in found if one.rows.size]


# table, column that must not be smaller, column it is compared with, why
_ORDERED = (
    ("events", "ends_on", "starts_on", "lies before starts_on"),
    ("promotions", "ends_on", "starts_on", "lies before starts_on"),
    ("closures", "ends_on", "starts_on", "lies before starts_on"),
    ("adjustments", "ends_on", "starts_on", "lies before starts_on"),
    ("items", "discontinued_on", "launched_on", "lies before launched_on"),
    ("item_suppliers", "valid_until", "valid_from", "lies before valid_from"),
    ("open_orders", "quantity", "quantity_received", "is less than quantity_received"),
    ("customer_orders", "quantity", "quantity_shipped", "is less than quantity_shipped"),
    ("receipts", "received_on", "ordered_on", "lies before ordered_on"),
)


def _order_within_rows(frames: Frames) -> list[Disagreement]:
    """Pairs of columns in the wrong order; a missing one disagrees with nothing."""
    return [
        Disagreement(name, high, where(frames[name][high] < frames[name][low]), why)
        for name, high, low, why in _ORDERED
        if name in frames
    ]


_OF_KNOWN_SKUS = (
    "stock", "receipts", "promotions", "customer_orders", "adjustments", "linear_limit_weights",
)  # fmt: skip


def _unknown_skus(frames: Frames) -> list[Disagreement]:
    """Rows of products that neither sales nor items know; a blank names none."""
    known = set(frames["sales"]["sku"].cat.categories)
    if "items" in frames:
        known |= set(frames["items"]["sku"])
    found = []
    for name in _OF_KNOWN_SKUS:
        if name in frames:
            given = frames[name]["sku"]
            rows = where(given.notna() & ~given.isin(known))
            found.append(Disagreement(name, "sku", rows, "is a sku in neither sales nor items"))
    return found


def _unknown_categories(frames: Frames) -> list[Disagreement]:
    """Promotions and adjustments of a category that no item has."""
    known = set(frames["items"]["category"].dropna()) if "items" in frames else set()
    found = []
    for name in ("promotions", "adjustments"):
        if name in frames:
            given = frames[name]["category"]
            rows = where(given.notna() & ~given.isin(known))
            found.append(Disagreement(name, "category", rows, "is the category of no item"))
    return found


def _promotions_of_two(frames: Frames) -> list[Disagreement]:
    """Promotions that name both a sku and a category."""
    if "promotions" not in frames:
        return []
    frame = frames["promotions"]
    both = where(frame["sku"].notna() & frame["category"].notna())
    why = "stands beside a sku: a promotion is of a sku, of a category, or of all"
    return [Disagreement("promotions", "category", both, why)]


def _unknown_suppliers(frames: Frames) -> list[Disagreement]:
    """Suppliers that no table knows; without tables about suppliers there is nothing to know.

    `suppliers` and `item_suppliers` say what a supplier is. Where neither has rows, terms come
    from the settings and a supplier is but a name.
    """
    sources = [frames[name] for name in ("suppliers", "item_suppliers") if name in frames]
    known = {supplier for frame in sources for supplier in frame["supplier"]}
    if not known:
        return []
    found = []
    for name in ("items", "open_orders", "receipts", "closures"):
        if name in frames:
            given = frames[name]["supplier"]
            rows = where(given.notna() & ~given.isin(known))
            why = "is a supplier that neither suppliers nor item_suppliers know"
            found.append(Disagreement(name, "supplier", rows, why))
    return found


def _closures_of_nothing(frames: Frames) -> list[Disagreement]:
    """Closures that name neither a supplier nor a location."""
    if "closures" not in frames:
        return []
    frame = frames["closures"]
    nothing = frame["supplier"].isna() & frame["location"].isna()
    return [Disagreement("closures", "supplier", where(nothing), "is blank, and so is location")]


def _closures_without_end(frames: Frames) -> list[Disagreement]:
    """Closures so long that nothing would be ordered for years: no stock-taking, no holiday."""
    if "closures" not in frames:
        return []
    frame = frames["closures"]
    days = (frame["ends_on"] - frame["starts_on"]).dt.days
    why = (
        f"is more than {LONGEST_CLOSURE_DAYS:,} days after starts_on: what is closed for good is"
        " no closure; say planned = no of its items"
    )
    return [Disagreement("closures", "ends_on", where(days > LONGEST_CLOSURE_DAYS), why)]


def _weekdays(frames: Frames) -> list[Disagreement]:
    """Order weekdays that are not digits from 1 (Monday) to 7, each once."""
    if "suppliers" not in frames:
        return []
    given = frames["suppliers"]["order_weekdays"].fillna("1")  # blank takes the default
    good = given.map(lambda text: set(text) <= set("1234567") and len(set(text)) == len(text))
    why = "is not made of the digits 1 (Monday) to 7, each at most once"
    return [Disagreement("suppliers", "order_weekdays", where(~good.astype(bool)), why)]


def _buckets(sales: pd.DataFrame, bucket: Bucket | None) -> list[Disagreement]:
    """Sales that are not dated by the first day of the bucket the settings name."""
    days = sales["date"].to_numpy().astype("datetime64[D]")
    if bucket is Bucket.MONTH:
        wrong = days != days.astype("datetime64[M]").astype("datetime64[D]")
        why = "is not the first of a month, and the settings say bucket = month"
    elif bucket is Bucket.WEEK:
        weekdays = weekday(days)
        usual = int(np.bincount(weekdays).argmax()) if weekdays.size else 0
        wrong = weekdays != usual
        most = 2 * np.count_nonzero(wrong) < weekdays.size
        like = f"is no {_NAMES[usual]} like most dates" if most else "is not one day of every week"
        why = f"{like}, and the settings say bucket = week: rows are dated by a week's first day"
    else:
        return []
    return [Disagreement("sales", "date", np.flatnonzero(wrong), why)]


def _dates_far_off(sales: pd.DataFrame) -> list[Disagreement]:
    """Sales on the far side of ten years without any: a year was mistyped.

    The history would have a bucket for every day between. Most rows are taken to be right.
    """
    days = sales["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    if not days.size:
        return []
    first = days.min()
    rows = np.bincount(days - first)
    known = np.flatnonzero(rows)
    island = np.cumsum(np.append(0, np.diff(known) > LONGEST_SILENCE_DAYS))
    if not island[-1]:
        return []
    main = np.bincount(island, rows[known]).argmax()
    begin, end = first + known[island == main][[0, -1]]
    why = "lies ten years or more from all other sales: is the year right?"
    return [Disagreement("sales", "date", np.flatnonzero((days < begin) | (days > end)), why)]


_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def where(mask: pd.Series) -> NDArray[np.int64]:
    """The positions at which a mask holds."""
    return np.flatnonzero(mask.to_numpy(dtype=bool, na_value=False))
