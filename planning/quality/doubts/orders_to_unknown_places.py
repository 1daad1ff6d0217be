"""Open orders to a location that no other table knows."""

from __future__ import annotations

from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import Evidence

NAMED_IN = ("sales", "items", "stock", "locations")


@DOUBTS.register("orders_to_unknown_places")
def orders_to_unknown_places(evidence: Evidence) -> list[Doubt]:
    """Locations of `open_orders` alone: goods make them part of the plan, with a prior's demand."""
    orders = evidence.table("open_orders")
    if orders is None:
        return []
    known = {
        place
        for name in NAMED_IN
        if (table := evidence.table(name)) is not None
        for place in table["location"].dropna().unique()
    }
    found = orders[~orders["location"].isin(known)]
    if found.empty:
        return []
    return [
        Doubt(
            "orders_to_unknown_places",
            "open_orders",
            Gravity.PLAIN,
            f"{counted(len(found), 'open order line')} to a location that no other table knows",
            "Check how the location is written, or add it to locations.",
            len(found),
            len(found),
            evidence.at_cost(found["sku"], found["quantity"] - found["quantity_received"]),
            examples(sorted(set(found["location"]))),
        )
    ]
