"""Minimum orders that are no multiple of the pack."""

from __future__ import annotations

import numpy as np

from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import Evidence


@DOUBTS.register("order_minimums")
def order_minimums(evidence: Evidence) -> list[Doubt]:
    """Minimum order quantities that no number of packs makes: the next multiple is ordered."""
    found = []
    for name in ("items", "item_suppliers"):
        frame = evidence.table(name)
        if frame is None:
            continue
        least, pack = frame["minimum_order_quantity"].to_numpy(), frame["order_multiple"].to_numpy()
        packs = np.divide(least, pack, out=np.zeros_like(least), where=pack > 0)
        wrong = (pack > 0) & (least > 0) & (np.abs(packs - np.round(packs)) > 1e-9)
        if not wrong.any():
            continue
        rows = frame[wrong]
        extra = np.ceil(packs[wrong]) * pack[wrong] - least[wrong]
        found.append(
            Doubt(
                "order_minimums",
                name,
                Gravity.SLIGHT,
                f"{counted(len(rows), 'minimum order')} in {name} that no number of packs makes: "
                "the next multiple is ordered",
                "Make minimum_order_quantity a multiple of order_multiple.",
                len(rows),
                len(rows),
                evidence.at_cost(rows["sku"], extra),
                examples(
                    f"{row.sku}: {row.minimum_order_quantity:g} of {row.order_multiple:g}"
                    for row in rows.head(10).itertuples()
                ),
            )
        )
    return found
