"""The output table of cost and service against cash."""

from __future__ import annotations

from domain.columns import Table, number, text

FRONTIER = Table(
    "frontier",
    "Cost and service against the money there is for all orders of the plan (`restock frontier`).",
    ("group", "budget_share"),
    (
        text("group", "all, or an ABC class"),
        number("budget_share", "budget over what the plan would spend without one", "share"),
        number("budget", "money for all orders of the plan, all items together", "money"),
        number("order_value", "money the group's orders take", "money"),
        number(
            "expected_cost",
            "holding, shortage and unsold stock of the group",
            "money",
            minimum=None,
        ),
        number("fill_rate", "expected share of the group's demand served", "share", maximum=1.0),
        number("average_stock_value", "expected stock on hand at cost over the plan", "money"),
        number("marginal_value", "expected cost one unit of money more would save", "per money"),
    ),
)
