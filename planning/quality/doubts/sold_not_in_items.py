"""Products that are sold but not in `items`."""

from __future__ import annotations

import numpy as np

from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import Evidence


@DOUBTS.register("sold_not_in_items")
def sold_not_in_items(evidence: Evidence) -> list[Doubt]:
    """Skus of `sales` without a row in `items`: planned with defaults throughout."""
    items = evidence.table("items")
    if items is None:
        return []
    history = evidence.history
    strange = ~np.isin(history.sku.astype(str), items["sku"].to_numpy(dtype=str))
    if not strange.any():
        return []
    units = history.total(history.units)[strange]
    skus = history.sku[strange]
    names = sorted(set(skus))
    rows = np.diff(history.first)[strange].sum()
    return [
        Doubt(
            "sold_not_in_items",
            "sales",
            Gravity.PLAIN,
            f"{counted(len(names), 'sku')} sold but not in items: planned with defaults",
            "Add them to items, or mend the way the sku is written.",
            len(names),
            int(rows),
            evidence.at_price(skus, units),
            examples(names),
        )
    ]
