"""Open orders that should have come."""

from __future__ import annotations

import numpy as np

from domain.periods import as_days
from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import Evidence


@DOUBTS.register("overdue_orders")
def overdue_orders(evidence: Evidence) -> list[Doubt]:
    """Rows of `open_orders` with units outstanding and `due_on` on or before `as_of`."""
    orders = evidence.table("open_orders")
    if orders is None:
        return []
    outstanding = orders["quantity"] - orders["quantity_received"]
    due = as_days(orders["due_on"].to_numpy())
    late = (due <= evidence.as_of) & (outstanding > 0).to_numpy()
    found = orders[late]
    if found.empty:
        return []
    days = (evidence.as_of - due[late]).astype(np.int64)
    order = np.argsort(-days, kind="stable")
    names = found["order_id"].to_numpy()
    return [
        Doubt(
            "overdue_orders",
            "open_orders",
            Gravity.PLAIN,
            f"{counted(len(found), 'open order line')} due on or before {evidence.as_of}",
            "Ask the supplier for a new day, or close the order if it came or never will.",
            len(found),
            len(found),
            evidence.at_cost(found["sku"], outstanding[late]),
            examples(f"{names[i]}: {counted(int(days[i]), 'day')}" for i in order),
        )
    ]
