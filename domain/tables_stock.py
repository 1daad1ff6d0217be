"""Tables of a dataset that tell what is in stock, and where."""

from __future__ import annotations

from domain.columns import MAIN, Table, date, number, text
from domain.tables_supply import LONGEST_LEAD_TIME_DAYS

STOCK = Table(
    "stock",
    "Stock as counted; many dates make a history.",
    ("sku", "location", "date"),
    (
        text("sku", "the product", required=True),
        text("location", "where it is", default=MAIN),
        date("date", "the day at whose close it was counted; blank: the plan's last day"),
        number("on_hand", "units on the shelf", "units", required=True),
        number("blocked", "of these, units that cannot be sold", "units", default=0.0),
        number("reserved", "of these, units promised to customers", "units", default=0.0),
        number("backordered", "units customers wait for", "units", default=0.0),
    ),
)

LOCATIONS = Table(
    "locations",
    "Places that hold stock.",
    ("location",),
    (
        text("location", "the place", required=True),
        number("capacity_m3", "space it has", "cubic metres"),
        text("supplied_by", "the location that delivers to it"),
        number(
            "transfer_days", "days from there to the shelf", "days", maximum=LONGEST_LEAD_TIME_DAYS
        ),
        number("transfer_cost", "cost of moving one unit", "money per unit"),
        text("channel", "the channel it serves"),
    ),
)
