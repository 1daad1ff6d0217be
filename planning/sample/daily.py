"""The real part: from clean lines to daily sales, and to what the sales tell of each item."""

from __future__ import annotations

import numpy as np
import pandas as pd

HOME = "United Kingdom"
RECENT_WEEKS = 12
PACKS = (24, 12, 6)


def daily_sales(lines: pd.DataFrame) -> pd.DataFrame:
    """The `sales` table: a row per sku, date and channel.

    `units_sold` and `units_returned` in units, returns on the day they came back; `unit_price`
    in GBP is what a unit was sold for on the mean, missing where nothing was sold.
    """
    sold = lines["quantity"].clip(lower=0)
    table = pd.DataFrame(
        {
            "sku": lines["sku"],
            "date": lines["moment"].dt.normalize(),
            "channel": np.where(lines["country"] == HOME, "uk", "abroad"),
            "units_sold": sold,
            "units_returned": -lines["quantity"].clip(upper=0),
            "revenue": sold * lines["price"],
        }
    )
    table = table.groupby(["sku", "date", "channel"], as_index=False, sort=True).sum()
    price = table["revenue"] / table["units_sold"].where(table["units_sold"] > 0)
    return table.drop(columns="revenue").assign(unit_price=price.round(2))


def tidy_description(description: pd.Series) -> pd.Series:
    """Descriptions with single blanks and none at the ends."""
    return description.str.split().str.join(" ")


def descriptions(lines: pd.DataFrame) -> pd.Series:
    """By sku, the description it was most often invoiced under (ties: the first by alphabet).

    Words in small letters are the stockroom's ("damaged", "check"): a description with more
    small letters than capitals is taken only where there is no other.
    """
    text = tidy_description(lines["description"])
    counts = (
        pd.DataFrame({"sku": lines["sku"], "description": text})
        .dropna()
        .value_counts()
        .rename("lines")
        .reset_index()
    )
    small = counts["description"].str.count(r"[a-z]")
    counts["note"] = small > counts["description"].str.count(r"[A-Z]")
    counts = counts.sort_values(
        ["sku", "note", "lines", "description"], ascending=[True, True, False, True]
    )
    return counts.drop_duplicates("sku").set_index("sku")["description"]


def units_per_day(sales: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """By sku, recent demand in units a day: the last 12 weeks without the best of them.

    The best week is left out so that one wholesale order does not decide the stock we assume.
    """
    weeks_ago = (as_of - sales["date"]).dt.days // 7
    recent = sales[weeks_ago < RECENT_WEEKS]
    weekly = recent.groupby(["sku", weeks_ago[recent.index]])["units_sold"].sum()
    by_sku = weekly.groupby(level="sku")
    rate = (by_sku.sum() - by_sku.max()) / (7 * (RECENT_WEEKS - 1))
    return rate.reindex(sales["sku"].unique(), fill_value=0.0)


def pack_shares(lines: pd.DataFrame) -> pd.DataFrame:
    """By sku, the share of sale lines whose quantity is a multiple of each of `PACKS`."""
    sold = lines[lines["quantity"] > 0]
    shares = {pack: sold["quantity"] % pack == 0 for pack in PACKS}
    return pd.DataFrame(shares).groupby(sold["sku"]).mean()


def item_facts(lines: pd.DataFrame, sales: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """What the sales tell of each sku, indexed by sku.

    `description`; `unit_price`: median price of its lines, GBP; `first_seen` and `last_seen`:
    its first and its last sale or return; `units`: sold in the whole year;
    `revenue`: GBP in the whole year; `units_per_day`; and a column per pack of `PACKS`.
    """
    sold = sales[sales["units_sold"] > 0]
    facts = pd.DataFrame(
        {
            "description": descriptions(lines),
            "unit_price": lines.groupby("sku")["price"].median().round(2),
            "first_seen": sales.groupby("sku")["date"].min(),
            "last_seen": sales.groupby("sku")["date"].max(),
            "units": sales.groupby("sku")["units_sold"].sum(),
            "revenue": (sold["units_sold"] * sold["unit_price"]).groupby(sold["sku"]).sum(),
            "units_per_day": units_per_day(sales, as_of),
        }
    )
    facts = facts.join(pack_shares(lines))
    never_sold = dict.fromkeys(("revenue", *PACKS), 0.0)
    return facts.fillna(never_sold).sort_index()
