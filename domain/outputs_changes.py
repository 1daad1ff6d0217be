"""Output tables that compare with an earlier plan, and that look ahead for suppliers."""

from __future__ import annotations

from domain.columns import Table, date, flag, number, text

CHANGES = Table(
    "changes",
    "What this plan orders otherwise than an earlier one had planned for the same days, the most"
    " money first; written with `restock plan --previous`. The four causes are the change.",
    ("sku", "location"),
    (
        text("sku", "the product"),
        text("location", "the place"),
        text("supplier", "whom to order from"),
        number("previous_quantity", "units the earlier plan had for these days", "units"),
        number("quantity", "units ordered today", "units"),
        number("change", "the second less the first", "units", minimum=None),
        number("change_value", "the same at cost", "money", minimum=None),
        number("demand_change", "for more or less expected demand", "units", minimum=None),
        number("safety_change", "for more or less safety stock", "units", minimum=None),
        number(
            "position_change", "for less or more in stock and on order", "units", minimum=None
        ),
        number(
            "rule_change", "for packs, minimums, limits, costs, later cycles", "units",
            minimum=None,
        ),
        text("sentence", "why, in words"),
    ),
)  # fmt: skip

SUPPLIER_FORECAST = Table(
    "supplier_forecast",
    "What each supplier can expect to be ordered, week by week (by month where sales are): to be"
    " shared with them. Only today's orders are firm.",
    ("supplier", "period_starts_on", "sku", "location"),
    (
        text("supplier", "whom it is for"),
        date("period_starts_on", "first day of the period in which it would be ordered"),
        text("sku", "the product"),
        text("location", "where it will be needed"),
        text("description", "what a planner calls it"),
        number("quantity", "units to be ordered in the period", "units"),
        text("unit", "unit of stock"),
        date("first_due_on", "day at whose opening the first of it should be on the shelf"),
        flag("firm", "whether it is all ordered today"),
    ),
)
