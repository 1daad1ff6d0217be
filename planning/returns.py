"""What customers bring back and can be sold again, as goods that are expected.

Of the units sold a share comes back: what was returned over what was sold, of each series, shrunk
to that of all by RATE_UNITS units sold. Of these, `resalable_return_share` is on the shelf again
`return_days` after the middle of the bucket in which it was sold. Returns of past sales are
expected so, and those of the sales ahead. They are lines among the open orders, of kind "return":
supply with its day, while demand stays what customers ask for. Their number is taken for certain.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.terms import Flags, Floats, Panel
from forecasting.result import Forecast
from planning.item_costs import numbers
from planning.supply import RETURN, OpenOrders

RATE_UNITS = 50.0
"""Units sold by a series for its own rate of returns to count as much as that of all."""
LEAST_UNITS = 1e-3
"""Units below which a day's returns are none."""


def with_returns(
    orders: OpenOrders, terms: pd.DataFrame, panel: Panel, returned: Floats, made: Forecast
) -> OpenOrders:
    """The open orders with expected returns among them; themselves where nothing comes back.

    `terms`: a row per series with resalable_return_share and return_days. `returned`: S, units
    that came back in all of history.
    """
    share = numbers(terms, "resalable_return_share").fillna(0.0).to_numpy()
    again = share * return_rates(panel.demand.sum(axis=1, dtype=np.float64), returned, share > 0)
    if not again.any():
        return orders
    rows = np.flatnonzero(again)
    calendar, ahead = panel.calendar, made.expected.shape[1]
    index = np.arange(calendar.count + ahead)
    opens, closes = (
        (edge(index) - calendar.as_of).astype(np.int64)
        for edge in (calendar.start_of, calendar.end_of)
    )
    days = numbers(terms, "return_days").to_numpy()[rows, None]
    back = (np.floor((opens + closes) / 2) + np.ceil(days) + 1).astype(np.int64)
    sold = np.concatenate([panel.demand[rows], made.expected[rows]], axis=1)
    units = sold * again[rows, None]
    row, bucket = np.nonzero((back >= 1) & (back <= closes[-1]) & (units >= LEAST_UNITS))
    if not row.size:
        return orders
    series, arrival = rows[row], back[row, bucket]
    item = terms.iloc[series].reset_index(drop=True)
    due = (calendar.as_of + arrival.astype("timedelta64[D]")).astype("datetime64[s]")
    lines = pd.DataFrame(
        {
            "order_id": "returns", "line_id": "", "sku": item["sku"], "location": item["location"],
            "quantity": units[row, bucket], "quantity_received": 0.0, "due_on": due,
            "ordered_on": np.datetime64("NaT", "s"), "supplier": item["supplier"], "unit_cost": 0.0,
            "from_location": np.nan, "kind": RETURN, "status": "expected",
            "series": series, "remaining": units[row, bucket], "usable_from": arrival,
            "overdue": False, "counted": True,
        }
    )  # fmt: skip
    there = orders.frame
    return OpenOrders(pd.concat([there, lines], ignore_index=True) if len(there) else lines)


def return_rates(sold: Floats, returned: Floats, asked: Flags) -> Floats:
    """Share of the units sold that comes back, S; 0 where it is not asked for.

    >>> sold, returned = np.array([1000.0, 50.0, 0.0]), np.array([100.0, 5.0, 0.0])
    >>> return_rates(sold, returned, np.array([True, True, True])).round(3)
    array([0.1, 0.1, 0.1])
    """
    total = sold[asked].sum()
    everyone = min(1.0, returned[asked].sum() / total) if total > 0 else 0.0
    rate = (returned + RATE_UNITS * everyone) / (sold + RATE_UNITS)
    return np.where(asked, np.minimum(rate, 1.0), 0.0)
