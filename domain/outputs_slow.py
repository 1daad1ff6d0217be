"""The output table of what to do with stock that does not move."""

from __future__ import annotations

from domain.columns import Table, flag, integer, number, text

SLOW_STOCK = Table(
    "slow_stock",
    "What to do with stock that expected demand will not use in time, the most money first, with "
    "what each way is expected to recover; written where there is any.",
    ("sku", "location", "option"),
    (
        integer("rank", "its place by value", "rank", minimum=1),
        text("sku", "the product"),
        text("location", "the place"),
        text("description", "what a planner calls it"),
        number("slow_moving_units", "units that demand will not use in time", "units"),
        number("slow_moving_value", "the same at cost", "money"),
        text("option", "move, return, mark_down or write_off"),
        number("units", "units it would rid you of", "units"),
        number(
            "recovery",
            "money it is expected to bring or to save in purchases; write_off: salvage value",
            "money",
        ),
        flag("best", "whether no other option recovers more"),
        text("to_location", "where to move it; blank: another option"),
        number("price_share", "share of the usual price to ask; blank: another option", "share"),
        text("sentence", "what to do"),
    ),
)
