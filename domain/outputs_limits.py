"""What limits that several lines share take, and what more of them is worth."""

from __future__ import annotations

from domain.columns import Table, flag, number, text

LIMITS = Table(
    "limits",
    "What several lines share, a row a limit and period; written where there are limits.",
    ("limit", "period"),
    (
        text("plan_id", "the plan"),
        text("limit", "its name"),
        text(
            "kind",
            "budget, storage, supplier_capacity, supplier_minimum, order_lines or linear_limit",
        ),
        text("period", "the days it is about"),
        text("unit", "unit of bound and used; blank: your own"),
        number("bound", "what there is", "as `unit`", minimum=None),
        number(
            "used", "what the plan takes, and what was taken before it", "as `unit`", minimum=None
        ),
        number("marginal_value", "expected cost saved by one unit more, at most", "money per unit"),
        number("marginal_value_more", "what each of 1 % more saves at least", "money per unit"),
        number("marginal_value_less", "what each of 1 % less costs at most", "money per unit"),
        flag("solved_again", "whether these are of solves with more and less; else of known plans"),
        text("sentence", "what a little more would save and less would cost, from least to most"),
    ),
)
