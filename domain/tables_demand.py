"""Tables of a dataset that tell of demand: what was sold, and when it will differ."""

from __future__ import annotations

from domain.columns import MAIN, Table, date, flag, number, text

SALES = Table(
    "sales",
    "What was sold, a row per sku, location, bucket and channel.",
    ("sku", "location", "date", "channel"),
    (
        text("sku", "the product", required=True),
        text("location", "the place it was sold from", default=MAIN),
        date("date", "first day of the bucket", required=True),
        text("channel", "how it was sold; the plan sums channels", default="all"),
        number("units_sold", "recorded sales, before returns", "units", required=True),
        number("units_returned", "units that came back in the bucket", "units", default=0.0),
        number("unit_price", "price paid per unit", "money per unit"),
        number("relative_price", "share of the list price that was paid", "share"),
        flag("on_promotion", "whether the item was promoted"),
        number(
            "stockout_share",
            "share of the bucket in which the item was not available",
            "share",
            default=0.0,
            maximum=1.0,
        ),
    ),
    required=True,
)

EVENTS = Table(
    "events",
    "Days on which demand is known to differ.",
    ("event", "location", "starts_on"),
    (
        text("event", "its name", required=True),
        text("kind", "holiday, promotion, ..."),
        text("location", "the place this row is about; blank: all"),
        date("starts_on", "first day", required=True),
        date("ends_on", "last day", required=True),
    ),
)
