"""Assumed: the stock on `as_of` and the orders under way.

Stock is drawn as days of recent demand around what an item's terms call for, so that some are
out, some low, most healthy and some far too full; orders are drawn on the supplier's past order
days, and a few are late.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from planning.sample.chance import between, chance, one_of
from planning.sample.suppliers import BY_NAME, Supplier

STATES = (("out", 5), ("low", 12), ("healthy", 63), ("full", 15), ("far too full", 5))
FACTORS = {"low": (0.05, 0.5), "healthy": (0.6, 1.6), "full": (2.0, 4.0), "far too full": (5, 10)}
ORDERED_AT_AN_ORDER_DAY = 0.6
LATE = 0.05
VERY_LATE = 0.004
PARTLY_RECEIVED = 0.25
FORGOTTEN = 0.01


def on_hand(sku: str, fact: Any, terms: Any) -> int:
    """Units on the shelf at the close of `as_of`.

    Recent demand a day, times the days that stand on the shelf while orders flow (review
    period, a week, and a third of the lead time), times the drawn state's factor. Of the items
    that hardly sell any more (recent demand 0) half have none left, the others 5 to 80 % of what
    they sold in the year.
    """
    if fact["units_per_day"] == 0:
        if chance(sku, "leftover") < 0.5:
            return 0
        return math.ceil(fact["units"] * between(sku, "leftover share", 0.05, 0.8))
    state = one_of(sku, "state", STATES)
    if state == "out":
        return 0
    days = terms["review_period_days"] + 7 + terms["lead_time_days"] / 3
    return math.ceil(fact["units_per_day"] * days * between(sku, "factor", *FACTORS[state]))


def blocked(sku: str, units: int) -> int:
    """Of `units` on the shelf, those that are damaged: up to six of one item in a hundred."""
    return min(units, math.ceil(between(sku, "damaged", 0, 6))) * (chance(sku, "blocked") < 0.01)


def stock_table(facts: pd.DataFrame, terms: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The `stock` table: one count of every item, on `as_of`."""
    rows = []
    for sku, fact in facts.iterrows():
        units = on_hand(str(sku), fact, terms.loc[sku])
        rows.append({"sku": sku, "date": as_of, "on_hand": units, "blocked": blocked(sku, units)})
    return pd.DataFrame(rows)


def order_days(supplier: Supplier, as_of: pd.Timestamp, count: int) -> list[pd.Timestamp]:
    """The last `count` days before `as_of` on which the supplier was ordered from, newest first.

    A review period apart, the newest drawn by supplier, each moved back to a day on which the
    supplier takes orders.
    """
    back = 1 + int(between(supplier.supplier, "order day", 0, supplier.review_period_days))
    days = []
    for turn in range(count):
        day = as_of - pd.Timedelta(days=back + turn * supplier.review_period_days)
        while str(day.isoweekday()) not in supplier.order_weekdays:
            day -= pd.Timedelta(days=1)
        days.append(day)
    return days


def ordered_quantity(sku: str, fact: Any, terms: Any, purpose: str) -> int:
    """Units of one order: a review period's recent demand times 0.6 to 1.4, in whole packs.

    0 where that is less than half of the smallest order.
    """
    wanted = fact["units_per_day"] * terms["review_period_days"] * between(sku, purpose, 0.6, 1.4)
    multiple = int(terms["order_multiple"])
    smallest = max(multiple, int(terms["minimum_order_quantity"]))
    if wanted < smallest / 2:
        return 0
    return max(smallest, math.ceil(wanted / multiple) * multiple)


def _orders_of(sku: str, fact: Any, terms: Any, as_of: pd.Timestamp) -> list[dict[str, Any]]:
    """The open order lines of one item.

    Each past order day within the lead time has one with 60 % chance; on the day before those
    with 5 % (overdue); now and then one is over three lead times old, and likely forgotten. One
    in a hundred of the items that hardly sell any more still has an order under way.
    """
    supplier = BY_NAME[terms["supplier"]]
    arrives_after = pd.Timedelta(days=supplier.lead_time_days + 1)
    turns = 3 * supplier.lead_time_days // supplier.review_period_days + 6
    days = order_days(supplier, as_of, turns)
    under_way = [day for day in days if day + arrives_after > as_of]
    chances = [(day, ORDERED_AT_AN_ORDER_DAY) for day in under_way]
    chances.append((days[len(under_way)], LATE))
    chances.append((days[-1], VERY_LATE))
    lines = []
    for turn, (day, likely) in enumerate(chances):
        quantity = ordered_quantity(sku, fact, terms, f"quantity {turn}")
        if fact["units_per_day"] == 0 and turn == 0 and chance(sku, "forgotten") < FORGOTTEN:
            quantity, likely = max(terms["order_multiple"], terms["minimum_order_quantity"]), 1.0
        if quantity and chance(sku, f"ordered {turn}") < likely:
            lines.append(_line(sku, supplier, day, quantity, terms["order_multiple"], as_of))
    return lines


def _line(
    sku: str,
    supplier: Supplier,
    ordered_on: pd.Timestamp,
    quantity: int,
    multiple: int,
    as_of: pd.Timestamp,
) -> dict[str, Any]:
    """One open order line; of those due by `as_of` a quarter came in part, in whole packs."""
    due_on = ordered_on + pd.Timedelta(days=supplier.lead_time_days + 1)
    in_part = due_on <= as_of and chance(sku, f"part {ordered_on:%Y%m%d}") < PARTLY_RECEIVED
    return {
        "order_id": f"{supplier.supplier.replace(' ', '-').upper()}-{ordered_on:%Y%m%d}",
        "sku": sku,
        "quantity": quantity,
        "quantity_received": quantity // multiple // 2 * multiple if in_part else 0,
        "due_on": due_on,
        "ordered_on": ordered_on,
        "supplier": supplier.supplier,
    }


def open_order_table(
    facts: pd.DataFrame, terms: pd.DataFrame, items: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """The `open_orders` table: an order per supplier and day, its lines numbered by sku."""
    kept = items.loc[items["discontinued_on"].isna(), "sku"]
    lines = [
        line for sku in kept for line in _orders_of(sku, facts.loc[sku], terms.loc[sku], as_of)
    ]
    orders = pd.DataFrame(lines).sort_values(["order_id", "sku"], ignore_index=True)
    orders.insert(1, "line_id", orders.groupby("order_id").cumcount() + 1)
    return orders.assign(unit_cost=orders["sku"].map(items.set_index("sku")["unit_cost"]))
