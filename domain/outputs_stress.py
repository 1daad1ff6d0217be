"""What a plan costs if something happens."""

from __future__ import annotations

from domain.columns import Table, number, text

STRESS = Table(
    "stress",
    "What a plan costs if a scenario happens: items that cost more or less, or would be ordered"
    " otherwise, the scenario with most extra cost first.",
    ("scenario", "sku", "location"),
    (
        text("plan_id", "the plan"),
        text("scenario", "what is taken to happen"),
        text("sku", "the product"),
        text("location", "the place"),
        text("description", "what a planner calls it"),
        text("supplier", "who delivers it"),
        text("currency", "currency of the money columns; units where no cost is known"),
        number(
            "cost_without",
            "expected cost of the same days without the scenario, today's order kept",
            "money",
            minimum=None,
        ),
        number("extra_cost", "expected cost with it minus that", "money", minimum=None),
        number("extra_holding", "of it: stock that is held", "money", minimum=None),
        number("extra_shortage", "of it: units short", "money", minimum=None),
        number("extra_surplus", "of it: stock left over at the end", "money", minimum=None),
        number("extra_orders", "of it: order and line costs", "money", minimum=None),
        number(
            "extra_purchase", "of it: today's order at the changed price", "money", minimum=None
        ),
        number("quantity", "units the plan orders today", "units"),
        number("quantity_under_scenario", "units that would be best to order", "units"),
        number(
            "saving",
            "expected cost with the scenario, order kept, minus that of the best order",
            "money",
            minimum=None,
        ),
    ),
)
