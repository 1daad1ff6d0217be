"""The tables `restock event` writes."""

from __future__ import annotations

from domain.columns import Table, date, flag, number, text

READINESS = Table(
    "readiness",
    "What an event asks for and what there is, the most money missing first.",
    ("sku", "location"),
    (
        text("sku", "the product"),
        text("location", "the place"),
        text("description", "what a planner calls it"),
        text("category", "group of like products"),
        text("supplier", "who delivers it"),
        date("starts_on", "first day of the event that is still to come"),
        date("ends_on", "its last day"),
        number(
            "on_hand",
            "units that can be used, less what customers wait for",
            "units",
            minimum=None,
        ),
        number("due_before", "units on open orders that are on the shelf when it opens", "units"),
        number("demand_before", "expected demand until it opens", "units"),
        number("available", "units expected to be there when it opens", "units"),
        number("due_during", "units on open orders that come later, while it lasts", "units"),
        number("presale_units", "signed up for, by their conversion", "units"),
        number("demand_mean", "expected demand of its days together", "units"),
        number("demand_q50", "demand that is not exceeded with probability 0.5", "units"),
        number("demand_q90", "the same with 0.9", "units"),
        number("demand_q95", "the same with 0.95", "units"),
        number("demand_q99", "the same with 0.99", "units"),
        number("target_level", "probability of covering it that is asked for", "share"),
        number(
            "probability_covered",
            "probability that what is there suffices on its worst day",
            "share",
        ),
        number("missing_units", "units more that the target level asks for", "units"),
        number("missing_value", "the same at its price, at cost where none is known", "money"),
        text("currency", "currency of the money column; units where no cost is known"),
        date("needed_on", "day on which the first missing unit is needed; else its first day"),
        date("last_order_on", "last day to order for goods to be there on that; blank: too late"),
        flag("too_late", "whether units are missing that no order brings in time"),
    ),
)

EVENT_EFFECTS = Table(
    "effects",
    "What past occurrences of an event did to demand, against the demand expected without it.",
    ("event", "phase", "level", "category", "sku", "location"),
    (
        text("event", "its name"),
        text("phase", "before (14 days), during, or after (14 days)"),
        text("level", "item or category"),
        text("category", "group of like products"),
        text("sku", "the product; blank: the category"),
        text("location", "the place; blank: the category"),
        number("usual_units", "units expected without the event", "units"),
        number("units", "units that came", "units"),
        number("uplift", "demand over the usual, shrunk to that of like items", "factor"),
        number("uplift_low", "lower end of its interval of 95 %", "factor"),
        number("uplift_high", "upper end", "factor"),
        number(
            "lost_units",
            "units lost in all likelihood while others of the category gained",
            "units",
        ),
    ),
)
