"""Tables of a dataset that tell who delivers, on what terms, and what is on its way."""

from __future__ import annotations

from domain.columns import MAIN, Table, choice, date, integer, number, text

LONGEST_LEAD_TIME_DAYS = 1095

SUPPLIERS = Table(
    "suppliers",
    "Who delivers, how fast and when orders are taken.",
    ("supplier", "location"),
    (
        text("supplier", "who delivers", required=True),
        text("location", "the place this row is about; blank: all"),
        number(
            "lead_time_days",
            "days from order to shelf [L]",
            "days",
            required=True,
            maximum=LONGEST_LEAD_TIME_DAYS,
        ),
        number(
            "lead_time_std_days",
            "standard deviation of the lead time",
            "days",
            default=0.0,
            maximum=LONGEST_LEAD_TIME_DAYS,
        ),
        integer(
            "review_period_days",
            "days from one chance to order to the next [R]",
            "days",
            minimum=1,
            maximum=365,
        ),
        text("order_weekdays", "days on which orders are taken, 1 = Monday", default="1234567"),
        number("order_cost", "cost of one order", "money per order", default=0.0),
        number("line_cost", "cost of one order line", "money per line", default=0.0),
        number("minimum_order_value", "smallest order, at cost", "money per order", default=0.0),
        number("capacity_units", "units it delivers of a review period's orders", "units"),
        text("currency", "currency of the supplier's prices"),
    ),
    layered=True,
)

ITEM_SUPPLIERS = Table(
    "item_suppliers",
    "Terms of an item at a supplier; the one that costs least is planned with.",
    ("sku", "location", "supplier", "from_quantity"),
    (
        text("sku", "the product", required=True),
        text("location", "the place this row is about; blank: all"),
        text("supplier", "who delivers it", required=True),
        number(
            "from_quantity",
            "smallest order the price holds for; other terms are those of the lowest",
            "units",
            default=0.0,
        ),
        number("unit_cost", "purchase cost", "money per unit"),
        text("currency", "currency of the cost"),
        number("minimum_order_quantity", "smallest order", "units"),
        number("order_multiple", "pack size; 0: any amount", "units"),
        number(
            "lead_time_days", "days from order to shelf [L]", "days", maximum=LONGEST_LEAD_TIME_DAYS
        ),
        number(
            "lead_time_std_days",
            "standard deviation of the lead time",
            "days",
            maximum=LONGEST_LEAD_TIME_DAYS,
        ),
        integer("priority", "without a difference in cost the lower is asked", "rank", default=1),
        text("supplier_sku", "the supplier's own name of the product"),
        number("duty_rate", "duty on the price, on top of it", "share", default=0.0),
        number(
            "freight_per_unit",
            "freight of a unit, in the currency of the cost",
            "money per unit",
            default=0.0,
        ),
        date("valid_from", "first day these terms hold"),
        date("valid_until", "last day these terms hold"),
    ),
)

OPEN_ORDERS = Table(
    "open_orders",
    "What was ordered and has not come in full.",
    ("order_id", "line_id"),
    (
        text("order_id", "the order", required=True),
        text("line_id", "its line", default="1"),
        text("sku", "the product", required=True),
        text("location", "where it will arrive", default=MAIN),
        number("quantity", "units ordered", "units", required=True),
        number("quantity_received", "of these, units that have come", "units", default=0.0),
        date("due_on", "day at whose opening it is on the shelf", required=True),
        date("ordered_on", "day it was ordered"),
        text("supplier", "who delivers it"),
        choice("kind", "bought, or moved from another location", ("purchase", "transfer")),
        text("from_location", "where a transfer comes from"),
        text("status", "as the ERP says it", default="confirmed"),
        number("unit_cost", "purchase cost", "money per unit"),
        text("recommendation_id", "the plan line it came from"),
    ),
)

CURRENCIES = Table(
    "currencies",
    "What other currencies are worth in the plan's own; a new row from the day a rate changes.",
    ("currency", "valid_from"),
    (
        text("currency", "the currency", required=True),
        number("rate", "what one of it is worth", "plan's currency", required=True, exclusive=True),
        date("valid_from", "first day the rate holds; blank: always"),
    ),
)

CLOSURES = Table(
    "closures",
    "Days on which a supplier or a location stands still.",
    ("supplier", "location", "starts_on"),
    (
        text("supplier", "the supplier that is closed"),
        text("location", "the location that is closed"),
        date("starts_on", "first day", required=True),
        date("ends_on", "last day", required=True),
        choice("stops", "what stands still", ("orders", "shipping", "receiving")),
    ),
)

RECEIPTS = Table(
    "receipts",
    "What came in of past orders, a row a delivery: lead times are learned from them.",
    ("order_id", "line_id", "received_on"),
    (
        text("order_id", "the order", required=True),
        text("line_id", "its line", default="1"),
        text("sku", "the product", required=True),
        text("location", "where it arrived", default=MAIN),
        text("supplier", "who delivered it; blank: the item's supplier"),
        date("ordered_on", "day it was ordered", required=True),
        date("promised_on", "day on which it was to come in"),
        date("received_on", "day on which it came in", required=True),
        number("quantity", "units that came", "units", required=True),
    ),
)
