"""Stock-outs in the history of stock that sales say nothing of."""

from __future__ import annotations

import numpy as np

from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import Evidence


@DOUBTS.register("stockouts")
def stockouts(evidence: Evidence) -> list[Doubt]:
    """Stock of 0 in a history of stock, where sales carry no `stockout_share`.

    One snapshot is no history: what is out of stock today says nothing about past sales.
    """
    stock = evidence.table("stock")
    sales = evidence.dataset.tables["sales"]
    if (
        stock is None
        or stock["date"].nunique() < 2
        or (sales["stockout_share"].to_numpy() > 0).any()
    ):
        return []
    sold = set(sales["sku"].cat.categories)
    found = stock[(stock["on_hand"] == 0) & stock["sku"].isin(sold)]
    if found.empty:
        return []
    history = evidence.history
    rate = history.total(history.units) / history.calendar.count
    usual = dict(zip(zip(history.sku, history.location, strict=True), rate, strict=True))
    pairs = zip(found["sku"], found["location"], strict=True)
    lost = np.array([usual.get(pair, 0.0) for pair in pairs])
    names = found["sku"] + " at " + found["location"]
    return [
        Doubt(
            "stockouts",
            "stock",
            Gravity.PLAIN,
            f"{counted(len(found), 'stock row')} at zero, and sales do not say that "
            "nothing could be sold: demand may be read too low",
            "Add stockout_share to sales (1 = sold out for the whole bucket).",
            len(found),
            len(found),
            evidence.at_price(found["sku"], lost),
            examples(names.drop_duplicates()),
        )
    ]
