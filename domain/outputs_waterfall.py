"""The output table that says how each order line adds up."""

from __future__ import annotations

from domain.columns import Column, Table, integer, number, text


def _part(name: str, meaning: str) -> Column:
    return number(name, meaning, "units", minimum=None)


PARTS: tuple[Column, ...] = (
    _part("expected_demand", "mean demand of the protection period; on_order: what customers wait"),
    _part("safety_stock", "what the order-up-to level holds above it"),
    _part("on_hand", "units on the shelf, taken off"),
    _part("on_order", "open orders usable by the end of the protection period, taken off"),
    _part("faster_orders", "today's orders from faster suppliers, taken off"),
    _part("backordered", "units customers wait for already"),
    _part("lost_before_arrival", "what will be missed before it can arrive: not ordered again"),
    _part("shelf_life", "what would grow too old"),
    _part("later_cycles", "what later cycles, goods that come within it and unsold stock change"),
    _part("minimum", "to the minimum order quantity"),
    _part("packs", "to whole packs"),
    _part("price_breaks", "to a lower price"),
    _part(
        "order_costs", "for the cost of the order and its line, and of changing what was planned"
    ),
    _part("limits", "what limits that items share, or a source's stock, took or asked for"),
)
"""Parts of an order line, signed, in the order in which they are added."""
TRIAL_PART = _part("trial", "what the policy on trial orders otherwise; there while one is")

WATERFALL = Table(
    "waterfall",
    "How each line of `orders` adds up: the parts, signed, are its quantity. Each part is what one "
    "more rule changes, solved again with it.",
    ("plan_id", "line_id"),
    (
        text("plan_id", "the plan the line belongs to"),
        integer("line_id", "its number in the plan", "rank", minimum=1),
        text("sku", "the product"),
        text("location", "where it will be needed"),
        number("quantity", "units to order", "units"),
        *PARTS,
        TRIAL_PART,
        text("binding", "what made the quantity differ from the wanted one"),
        number(
            "more_stock_for_none",
            "units more on hand from which on nothing would be ordered, solved again; blank in"
            " this and the next: the line depends on other lines or suppliers (limits, faster"
            " suppliers, a source's stock), is not of stock, or shares the cost of an order and is"
            " none of the 300 such lines with most at stake; of these it is told with the other"
            " lines of the order as they are",
            "units",
        ),
        number(
            "less_stock_for_more",
            "units fewer on hand from which on a case more would be ordered; blank also where not"
            " even an empty shelf would ask for it",
            "units",
        ),
        number("quantity_then", "units ordered with so many fewer", "units"),
        text("sentence", "the sum in words"),
    ),
)
