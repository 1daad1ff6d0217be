"""The tables Restock writes, declared like those it reads."""

from __future__ import annotations

from domain.columns import Table, date, integer, number, text
from domain.outputs_changes import CHANGES, SUPPLIER_FORECAST
from domain.outputs_event import EVENT_EFFECTS, READINESS
from domain.outputs_forecast import AGGREGATES, CORRECTED, EXPLANATION
from domain.outputs_frontier import FRONTIER
from domain.outputs_levels import LEVELS
from domain.outputs_limits import LIMITS
from domain.outputs_slow import SLOW_STOCK
from domain.outputs_stress import STRESS
from domain.outputs_waterfall import WATERFALL

PER_UNIT = "money per unit"
ARM = text("arm", "challenger: planned by the policy on trial; control: not; where there is one")
FREE_UNITS = "units on the shelf that can be used; below 0: more is promised than is there"

ORDERS = Table(
    "orders",
    "What to order now, the line with most at stake first.",
    ("plan_id", "line_id"),
    (
        text("plan_id", "the plan the line belongs to"),
        integer("line_id", "its number in the plan", "rank", minimum=1),
        text("kind", "purchase or transfer"),
        text("sku", "the product"),
        text("location", "where it will be needed"),
        text("description", "what a planner calls it"),
        text("supplier", "whom to order from; blank: none is known, or it is a transfer"),
        text("from_location", "where a transfer comes from; there where the plan has transfers"),
        date("order_on", "day to order: the plan's last day"),
        date("due_on", "day at whose opening it is on the shelf"),
        number("quantity", "units to order", "units"),
        text("unit", "unit of stock"),
        number("purchase_quantity", "the same in purchase units", "purchase units"),
        text("purchase_unit", "unit in which it is bought"),
        number("unit_cost", "purchase cost; of a transfer the cost of moving one", PER_UNIT),
        text("currency", "currency of the money columns; units where no cost is known"),
        number("order_value", "quantity at cost", "money"),
        text(
            "supplier_currency",
            "what the supplier is paid in; this and the next two are there where it is another",
        ),
        number("supplier_price", "its price, without duty and freight", "supplier's currency"),
        number("supplier_amount", "quantity at that price", "supplier's currency"),
        number("on_hand", FREE_UNITS, "units", minimum=None),
        number(
            "on_order",
            "units on open orders that count, and today's from suppliers faster than the usual",
            "units",
        ),
        number("sold_last_28_days", "recorded sales of the last 28 days", "units"),
        number("forecast_next_28_days", "expected demand of the next 28 days", "units"),
        number(
            "days_of_cover_after",
            "days until stock, open orders and this order are used up",
            "days",
        ),
        number(
            "expected_shortage_without",
            "units short from this order's arrival to the next possible one, without it",
            "units",
        ),
        number("expected_shortage_with", "the same with it", "units"),
        number(
            "shortage_before_arrival",
            "units short before it can arrive: nothing ordered today prevents it",
            "units",
        ),
        number(
            "expected_waste_units",
            "units of what is there and ordered that grow too old; where shelf lives are given",
            "units",
        ),
        number("expected_waste_value", "the same at cost less salvage value", "money"),
        number("saving", "expected cost without the line minus with it", "money"),
        number("wanted", "units wanted without minimum, pack and order costs", "units"),
        text("binding", "what made the quantity differ from the wanted one"),
        date("order_by", "last day to order without drawing on what is kept to be safe"),
        ARM,
        text("reason", "why, in one sentence"),
    ),
)

ABROAD = ("supplier_currency", "supplier_price", "supplier_amount")
"""Columns of `orders` that are there only where a supplier is paid in another currency."""

BETWEEN_LOCATIONS = ("from_location",)
"""Columns of `orders` that are there only where a plan has transfers."""

ON_TRIAL = ("arm",)
"""Columns of `orders` and `inventory` that are there only while a policy is on trial."""

AGEING = ("expected_waste_units", "expected_waste_value")
"""Columns of `orders` and `inventory` that are there only where items have a shelf life."""

EXCEPTIONS = Table(
    "exceptions",
    "What needs a person, the most money first.",
    ("rank",),
    (
        integer("rank", "its place", "rank", minimum=1),
        text(
            "kind",
            "expedite, postpone, cancel, overdue, stockout_now, stockout_ahead, excess,"
            " slow_moving, closure, data or default",
        ),
        text("sku", "the product; blank: several"),
        text("location", "the place; blank: several"),
        text("description", "what a planner calls it"),
        text("supplier", "who delivers it"),
        text("order_id", "the open order it is about"),
        text("line_id", "its line"),
        date("date", "the day it is about"),
        number("units", "units it is about", "units"),
        number("money", "what it touches or saves", "money", minimum=None),
        text("sentence", "what is wrong and what to do"),
    ),
)

INVENTORY = Table(
    "inventory",
    "Every sku at every location.",
    ("sku", "location"),
    (
        text("sku", "the product"),
        text("location", "the place"),
        text("description", "what a planner calls it"),
        text("category", "group of like products"),
        text("supplier", "who delivers it"),
        text("planned", "stock, on_order or no"),
        number("on_hand", FREE_UNITS, "units", minimum=None),
        number("on_order", "units on open orders that count", "units"),
        number("backordered", "units customers wait for", "units"),
        number("inventory_position", "on hand + on order − backordered", "units", minimum=None),
        number("quantity", "units ordered by this plan", "units"),
        number("protection_days", "days the order answers for [L + R]", "days"),
        number("lead_time_demand", "expected demand of the protection period", "units"),
        number("safety_stock", "order-up-to level above that", "units", minimum=None),
        number("order_up_to_level", "level to order up to [S]", "units"),
        number("target_level", "probability of no shortage the level stands for", "share"),
        number("days_of_cover", "days until on hand is used up", "days"),
        number("days_of_cover_with_orders", "days until on hand and on order are used up", "days"),
        text("demand_class", "smooth, erratic, intermittent or lumpy"),
        text("abc", "A, B or C by yearly cost of demand"),
        text("xyz", "X, Y or Z by variation of monthly demand"),
        number("slow_moving_units", "units that demand will not use in time", "units"),
        number("slow_moving_value", "the same at cost", "money"),
        number("excess_units", "inventory position above what the policy wants", "units"),
        number("excess_value", "the same at cost", "money"),
        number(
            "expected_waste_units",
            "units of what is there and ordered that grow too old; where shelf lives are given",
            "units",
        ),
        number("expected_waste_value", "the same at cost less salvage value", "money"),
        number(
            "stockout_probability", "probability of a stock-out before the next delivery", "share"
        ),
        number("unit_cost", "purchase cost", PER_UNIT),
        number("stock_value", "on hand at cost", "money"),
        ARM,
        text("reason_not_ordered", "why nothing is ordered; blank where something is"),
        text("fallback", "why a simple forecast was used; blank: none was needed"),
    ),
)

SCHEDULE = Table(
    "schedule",
    "Orders planned for later; they will be planned again.",
    ("plan_id", "sku", "location", "decision"),
    (
        text("plan_id", "the plan"),
        text("sku", "the product"),
        text("location", "the place"),
        text("supplier", "whom to order from"),
        integer("decision", "1 is the first after today's", "rank", minimum=1),
        date("order_on", "day to order"),
        date("due_on", "day at whose opening it is on the shelf"),
        number("quantity", "units planned", "units"),
        number("order_value", "the same at cost", "money"),
    ),
)

OUTPUTS: dict[str, Table] = {
    table.name: table
    for table in (
        ORDERS,
        EXCEPTIONS,
        INVENTORY,
        SCHEDULE,
        LIMITS,
        STRESS,
        CORRECTED,
        AGGREGATES,
        READINESS,
        EVENT_EFFECTS,
        EXPLANATION,
        WATERFALL,
        LEVELS,
        SLOW_STOCK,
        CHANGES,
        SUPPLIER_FORECAST,
        FRONTIER,
    )
}
