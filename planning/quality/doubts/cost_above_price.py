"""Products that cost more than they bring."""

from __future__ import annotations

from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples, shown
from planning.quality.evidence import Evidence


@DOUBTS.register("cost_above_price")
def cost_above_price(evidence: Evidence) -> list[Doubt]:
    """Skus whose unit cost is above the average price paid, or else the list price."""
    costs, prices = evidence.costs.align(evidence.prices, join="inner")
    loss = (costs - prices)[(costs > prices) & (prices > 0)]
    if loss.empty:
        return []
    history = evidence.history
    units = history.total(history.units)
    hit = [sku in loss.index for sku in history.sku]
    items = evidence.table("items")
    table = "items" if items is not None else "item_suppliers"
    frame = evidence.dataset.tables[table]
    ordered = loss.sort_values(ascending=False, kind="stable")
    return [
        Doubt(
            "cost_above_price",
            table,
            Gravity.PLAIN,
            f"{counted(len(loss), 'sku')} with a unit cost above the price",
            "Check that cost and price are per the same unit, in one currency, with the same tax.",
            len(loss),
            int(frame["sku"].isin(loss.index).sum()),
            evidence.at_cost(history.sku[hit], units[hit]),
            examples(
                f"{sku}: {shown(costs[sku])} against {shown(prices[sku])}" for sku in ordered.index
            ),
        )
    ]
