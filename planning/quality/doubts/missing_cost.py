"""Products without a unit cost, where others have one."""

from __future__ import annotations

import numpy as np

from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import Evidence


@DOUBTS.register("missing_cost")
def missing_cost(evidence: Evidence) -> list[Doubt]:
    """Skus sold without a unit cost; where no cost is known at all, that is said once."""
    history = evidence.history
    units = history.total(history.units)
    without = ~np.isin(history.sku.astype(str), evidence.costs.index.to_numpy(dtype=str))
    if not without.any():
        return []
    names = sorted(set(history.sku[without]))
    none_known = not len(evidence.costs)
    items = evidence.table("items")
    sentence = f"{counted(len(names), 'sku')} sold without a unit cost"
    if none_known:
        sentence = "no unit cost is known: a unit counts as 1, and money is counted in units"
    return [
        Doubt(
            "missing_cost",
            "sales" if items is None else "items",
            Gravity.SLIGHT if none_known else Gravity.PLAIN,
            sentence,
            "Add unit_cost to items.",
            len(names),
            len(history.units) if items is None else int(items["sku"].isin(names).sum()),
            evidence.at_price(history.sku[without], units[without]),
            () if none_known else examples(names),
        )
    ]
