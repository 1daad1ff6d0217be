"""Open orders of products that no other table knows."""

from __future__ import annotations

from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import Evidence


@DOUBTS.register("orders_of_unknown_skus")
def orders_of_unknown_skus(evidence: Evidence) -> list[Doubt]:
    """Skus of `open_orders` in neither `sales` nor `items`."""
    orders = evidence.table("open_orders")
    if orders is None:
        return []
    known = set(evidence.history.sku)
    items = evidence.table("items")
    if items is not None:
        known |= set(items["sku"])
    found = orders[~orders["sku"].isin(known)]
    if found.empty:
        return []
    return [
        Doubt(
            "orders_of_unknown_skus",
            "open_orders",
            Gravity.PLAIN,
            f"{counted(len(found), 'open order line')} of a sku in neither sales nor items",
            "Check how the sku is written, or add it to items.",
            len(found),
            len(found),
            evidence.at_cost(found["sku"], found["quantity"] - found["quantity_received"]),
            examples(sorted(set(found["sku"]))),
        )
    ]
