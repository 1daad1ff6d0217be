"""Stock that was counted too long ago."""

from __future__ import annotations

import numpy as np

from domain.periods import as_days
from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import Evidence


@DOUBTS.register("stale_stock")
def stale_stock(evidence: Evidence) -> list[Doubt]:
    """The newest stock row of a pair, older than `stock_max_age_days` at `as_of`."""
    stock = evidence.table("stock")
    if stock is None:
        return []
    newest = stock.drop_duplicates(["sku", "location"], keep="last")
    age = (evidence.as_of - as_days(newest["date"].to_numpy())).astype(np.int64)
    oldest = evidence.dataset.settings.stock_max_age_days
    old = age > oldest
    found = newest[old]
    if found.empty:
        return []
    share = len(found) / len(newest)
    order = np.argsort(-age[old], kind="stable")
    names = (found["sku"] + " at " + found["location"]).to_numpy()
    return [
        Doubt(
            "stale_stock",
            "stock",
            Gravity.GRAVE if share > 0.5 else Gravity.PLAIN,
            f"the stock of {counted(len(found), 'sku and location', 'skus and locations')} "
            f"was counted more than {counted(oldest, 'day')} before {evidence.as_of}",
            "Bring stock up to that day, or set stock_max_age_days.",
            len(found),
            len(found),
            evidence.at_cost(found["sku"], found["on_hand"]),
            examples(f"{names[i]}: {counted(int(age[old][i]), 'day')}" for i in order),
        )
    ]
