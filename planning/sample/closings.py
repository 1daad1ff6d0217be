"""When the shop and its suppliers stand still: the past as the sales show it, the rest assumed."""

from __future__ import annotations

import pandas as pd

from planning.sample.suppliers import SUPPLIERS

SATURDAY = 5

CLOSED: tuple[tuple[str, str, str], ...] = (
    ("christmas closing", "2010-12-24", "2011-01-03"),
    ("easter", "2011-04-22", "2011-04-25"),
    ("royal wedding", "2011-04-29", "2011-04-29"),
    ("early may bank holiday", "2011-05-02", "2011-05-02"),
    ("spring bank holiday", "2011-05-30", "2011-05-30"),
    ("summer bank holiday", "2011-08-29", "2011-08-29"),
    ("christmas closing", "2011-12-24", "2012-01-02"),
    ("easter", "2012-04-06", "2012-04-09"),
    ("early may bank holiday", "2012-05-07", "2012-05-07"),
    ("spring bank holiday", "2012-06-04", "2012-06-05"),
    ("summer bank holiday", "2012-08-27", "2012-08-27"),
)
"""Event, first and last day. Past ones are in the sales; for those to come the shop is assumed
to close as it did the year before, on the bank holidays of 2012."""

CHRISTMAS = ("2011-12-24", "2012-01-02")
LUNAR_NEW_YEAR = ("2012-01-22", "2012-01-28")
LUNAR_SUPPLIERS = ("Lights China", "Giftware China", "Housewares China", "Baskets Vietnam")


def event_table() -> pd.DataFrame:
    """The `events` table: days on which the shop is closed."""
    table = pd.DataFrame(CLOSED, columns=["event", "starts_on", "ends_on"])
    table.insert(1, "kind", "closed")
    return table


def closure_table() -> pd.DataFrame:
    """The `closures` table, all assumed.

    Suppliers in Europe take no orders over Christmas, those in China and Vietnam ship nothing
    over Lunar New Year, and our own warehouse receives nothing while the shop is closed.
    """
    rows = [("", "main", *CHRISTMAS, "receiving")]
    rows += [(s.supplier, "", *CHRISTMAS, "orders") for s in SUPPLIERS if s.region != "sea"]
    rows += [(supplier, "", *LUNAR_NEW_YEAR, "shipping") for supplier in LUNAR_SUPPLIERS]
    return pd.DataFrame(rows, columns=["supplier", "location", "starts_on", "ends_on", "stops"])


def days_without_trade(sales: pd.DataFrame) -> pd.DatetimeIndex:
    """The days between the first and the last row of `sales` that have none, but for Saturdays."""
    days = pd.date_range(sales["date"].min(), sales["date"].max())
    days = days[days.day_of_week != SATURDAY]
    return days.difference(pd.DatetimeIndex(sales["date"].unique()))


def refuse_other_closings(sales: pd.DataFrame) -> None:
    """Raise where the days without trade are not those `CLOSED` says, or a Saturday has sales."""
    if (sales["date"].dt.day_of_week == SATURDAY).any():
        raise ValueError("the shop never trades on Saturdays, but these sales have one")
    first, last = sales["date"].min(), sales["date"].max()
    closed = {
        day
        for _, starts_on, ends_on in CLOSED
        for day in pd.date_range(starts_on, ends_on)
        if first <= day <= last and day.weekday() != SATURDAY
    }
    differ = sorted(closed.symmetric_difference(days_without_trade(sales)))
    if differ:
        raise ValueError(f"closed days differ from the sales' own: {differ}")
