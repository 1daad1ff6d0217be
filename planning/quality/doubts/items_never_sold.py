"""Products in `items` that were never sold."""

from __future__ import annotations

from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import NOTHING, Evidence


@DOUBTS.register("items_never_sold")
def items_never_sold(evidence: Evidence) -> list[Doubt]:
    """Rows of `items` that are planned, launched and not discontinued, without any sale."""
    items = evidence.table("items")
    if items is None:
        return []
    as_of = evidence.as_of.astype("datetime64[s]")
    alive = (items["planned"] != "no") & ~(items["launched_on"] > as_of)
    alive &= ~(items["discontinued_on"] <= as_of)
    history = evidence.history
    sold = set(history.sku[history.total(history.units) > 0])
    found = items[alive & ~items["sku"].isin(sold)]
    if found.empty:
        return []
    names = sorted(set(found["sku"]))
    stock = evidence.table("stock")
    amount = NOTHING
    if stock is not None:
        newest = stock.drop_duplicates(["sku", "location"], keep="last")
        held = newest[newest["sku"].isin(names)]
        amount = evidence.at_cost(held["sku"], held["on_hand"])
    return [
        Doubt(
            "items_never_sold",
            "items",
            Gravity.SLIGHT,
            f"{counted(len(names), 'item')} never sold: planned from similar items",
            'Say launched_on for new items, and planned = "no" for what is not sold.',
            len(names),
            len(found),
            amount,
            examples(names),
        )
    ]
