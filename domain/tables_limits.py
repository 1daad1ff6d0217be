"""Tables of a dataset that hold limits of your own."""

from __future__ import annotations

from domain.columns import Table, choice, date, number, text

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
