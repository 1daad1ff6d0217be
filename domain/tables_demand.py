"""Tables of a dataset that tell of demand: what was sold, and when it will differ."""

from __future__ import annotations

from domain.columns import MAIN, Table, choice, date, flag, number, text

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

PROMOTIONS = Table(
    "promotions",
    "Promotions of the past and announced ones: of a sku, of a category, or of everything.",
    ("sku", "category", "location", "channel", "starts_on"),
    (
        text("sku", "the product; blank: the category's, or all"),
        text("category", "group of like products; blank: the sku's, or all"),
        text("location", "the place it is held at; blank: all"),
        text("channel", "the channel it is held in; blank: all"),
        date("starts_on", "first day", required=True),
        date("ends_on", "last day", required=True),
        number("unit_price", "price paid per unit", "money per unit"),
        number("relative_price", "share of the list price that is paid", "share"),
        number(
            "expected_uplift",
            "demand over what it would be without the promotion, as you expect it; 2 is double",
            "factor",
            maximum=100.0,
        ),
        date("announced_on", "day from which it is known; blank: always"),
    ),
)

CUSTOMER_ORDERS = Table(
    "customer_orders",
    "What customers have ordered and is to be shipped: a floor on coming demand.",
    ("order_id", "sku", "location"),
    (
        text("order_id", "the order", required=True),
        text("sku", "the product", required=True),
        text("location", "the place it is shipped from", default=MAIN),
        text("channel", "how it was sold", default="all"),
        date("ordered_on", "day it was ordered", required=True),
        date("ship_on", "day on which it is to leave the shelf", required=True),
        number("quantity", "units ordered", "units", required=True),
        number("quantity_shipped", "of these, units that have left", "units", default=0.0),
        choice("kind", "confirmed, or signed up for ahead of sale", ("order", "presale")),
        number(
            "conversion",
            "share of a presale that is expected to be bought; past ones correct it",
            "share",
            default=1.0,
            maximum=1.0,
        ),
    ),
)
