"""The tables of a dataset (DESIGN §3), each declared when something uses it."""

from __future__ import annotations

from domain.columns import Table, choice, date, flag, integer, number, text

MAIN = "main"
LONGEST_LEAD_TIME_DAYS = 1095

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

ITEMS = Table(
    "items",
    "What is known of a product, everywhere or at one location.",
    ("sku", "location"),
    (
        text("sku", "the product", required=True),
        text("location", "the place this row is about; blank: all"),
        text("description", "what a planner calls it"),
        text("category", "group of like products"),
        text("supplier", "who delivers it"),
        choice(
            "planned",
            "kept in stock, bought on order only, or left alone",
            ("stock", "on_order", "no"),
        ),
        text("unit", "unit of stock", default="each"),
        text("purchase_unit", "unit in which it is bought"),
        number(
            "units_per_purchase_unit",
            "stock units in one purchase unit",
            "units",
            default=1.0,
            exclusive=True,
        ),
        number("unit_cost", "purchase cost", "money per unit"),
        number("unit_price", "list price", "money per unit"),
        number("volume_m3", "space one unit takes", "cubic metres"),
        number("minimum_order_quantity", "smallest order", "units", default=0.0),
        number("order_multiple", "pack size; 0: any amount", "units"),
        number("shortage_cost", "cost of being short [p]", "money per unit"),
        number(
            "fill_rate",
            "target share of units served from the shelf, type 2",
            "share",
            exclusive=True,
            maximum=0.99999,
        ),
        number(
            "cycle_service_level",
            "target probability of no shortage in a cycle, type 1",
            "share",
            exclusive=True,
            maximum=0.99999,
        ),
        number(
            "holding_cost_per_day",
            "cost of holding one unit for one day [h]",
            "money per unit and day",
        ),
        number(
            "salvage_value", "what an unsold unit is still worth", "money per unit", default=0.0
        ),
        date("launched_on", "first day it could be sold"),
        date("discontinued_on", "last day it can be sold"),
        number("reorder_point", "as the ERP keeps it [s]", "units"),
        number("order_up_to_level", "as the ERP keeps it [S]", "units"),
        number("safety_stock", "as the ERP keeps it", "units"),
        number("minimum_stock", "stock that is meant to be there", "units"),
        number("maximum_stock", "as the ERP keeps it", "units"),
    ),
    layered=True,
)

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
    "Terms of an item at a supplier; the first by priority is planned with.",
    ("sku", "location", "supplier", "from_quantity"),
    (
        text("sku", "the product", required=True),
        text("location", "the place this row is about; blank: all"),
        text("supplier", "who delivers it", required=True),
        number("from_quantity", "smallest quantity these terms hold for", "units", default=0.0),
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
        integer("priority", "1 is asked first", "rank", default=1),
        text("supplier_sku", "the supplier's own name of the product"),
        date("valid_from", "first day these terms hold"),
        date("valid_until", "last day these terms hold"),
    ),
)

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

LINEAR_LIMITS = Table(
    "linear_limits",
    "Limits of your own: what orders may take together, each unit by its weight.",
    ("limit",),
    (
        text("limit", "its name", required=True),
        number("bound", "what may be taken, in a unit of your own", "units", required=True),
        choice("sense", "no more than the bound, or no less", ("at_most", "at_least")),
        date("starts_on", "first day of orders that count; blank: the plan's last day"),
        date("ends_on", "last day of orders that count; blank: all"),
    ),
)

LINEAR_LIMIT_WEIGHTS = Table(
    "linear_limit_weights",
    "What one unit of an item takes of a limit of your own; what is not named takes nothing.",
    ("limit", "sku", "location"),
    (
        text("limit", "the limit", required=True),
        text("sku", "the product", required=True),
        text("location", "the place this row is about; blank: all"),
        number("weight", "what one unit takes", "units per unit", default=1.0, minimum=None),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        SALES,
        ITEMS,
        SUPPLIERS,
        ITEM_SUPPLIERS,
        STOCK,
        OPEN_ORDERS,
        LOCATIONS,
        EVENTS,
        CLOSURES,
        LINEAR_LIMITS,
        LINEAR_LIMIT_WEIGHTS,
    )
}
