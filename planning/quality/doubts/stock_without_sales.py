"""Stock of products at places where they were never sold."""

from __future__ import annotations

from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import Evidence


@DOUBTS.register("stock_without_sales")
def stock_without_sales(evidence: Evidence) -> list[Doubt]:
    """Newest stock above 0 of a sku and location that `sales` do not know."""
    stock = evidence.table("stock")
    if stock is None:
        return []
    newest = stock.drop_duplicates(["sku", "location"], keep="last")
    history = evidence.history
    sold = set(zip(history.sku, history.location, strict=True))
    pairs = zip(newest["sku"], newest["location"], strict=True)
    unsold = [pair not in sold for pair in pairs]
    found = newest[unsold]
    found = found[found["on_hand"] > 0]
    if found.empty:
        return []
    return [
        Doubt(
            "stock_without_sales",
            "stock",
            Gravity.SLIGHT,
            f"{counted(len(found), 'stock row')} of products never sold at that place",
            "Check that sku and location are written alike in sales and stock.",
            len(found),
            len(found),
            evidence.at_cost(found["sku"], found["on_hand"]),
            examples(found["sku"] + " at " + found["location"]),
        )
    ]
