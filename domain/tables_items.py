"""Tables of a dataset that tell of products."""

from __future__ import annotations

from domain.columns import Table, choice, date, number, text

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
        number(
            "shelf_life_days",
            "days it can be sold once on the shelf; blank: it does not age",
            "days",
            exclusive=True,
        ),
        number(
            "resalable_return_share",
            "of the units customers bring back, those that can be sold again",
            "share",
            default=0.0,
            maximum=1.0,
        ),
        number("return_days", "days from a sale to its return on the shelf", "days", default=14.0),
        date("launched_on", "first day it could be sold"),
        date("discontinued_on", "last day it can be sold"),
        text(
            "replaces",
            "the sku it takes the place of: it carries on that one's history, and takes over its "
            "demand from its own first day to that one's last",
        ),
        text("like", "the sku whose demand its own is taken to be like until it has sold itself"),
        number("reorder_point", "as the ERP keeps it [s]", "units"),
        number("order_up_to_level", "as the ERP keeps it [S]", "units"),
        number("safety_stock", "as the ERP keeps it", "units"),
        number("minimum_stock", "stock that is meant to be there", "units"),
        number("maximum_stock", "as the ERP keeps it", "units"),
    ),
    layered=True,
)

BUNDLES = Table(
    "bundles",
    "What is sold together: demand for a bundle is demand for its parts, wherever it is not "
    "stocked itself (has stock or open orders, or is planned by a word in items).",
    ("sku", "component"),
    (
        text("sku", "the bundle", required=True),
        text("component", "a product it is made of; may be a bundle too", required=True),
        number("units", "units of it in one bundle", "units", required=True, exclusive=True),
    ),
)
