"""Planners' adjustments that name no series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planning.adjustments import series_named
from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import NOTHING, Evidence
from planning.series import find_series


@DOUBTS.register("adjustments_of_nothing")
def adjustments_of_nothing(evidence: Evidence) -> list[Doubt]:
    """Coming adjustments of a place, or an item at a place, that the plan does not have."""
    table = evidence.table("adjustments")
    if table is None:
        return []
    coming = table[table["ends_on"] > pd.Timestamp(evidence.as_of)]
    series, items = find_series(evidence.dataset), evidence.table("items")
    category = pd.Series(np.nan, index=series.index, dtype=object)
    if items is not None:
        # An item may have a category at one place only: any of its rows counts.
        known = items[["sku", "category"]].dropna().drop_duplicates("sku").set_index("sku")
        category = series["sku"].map(known["category"])
    series = series.assign(category=category)
    lost = [row for _, row in coming.iterrows() if not series_named(row, series).size]
    if not lost:
        return []
    return [
        Doubt(
            "adjustments_of_nothing",
            "adjustments",
            Gravity.PLAIN,
            f"{counted(len(lost), 'adjustment')} of nothing that the plan has",
            "Check how the location is written, and whether the item is there.",
            len(lost),
            len(lost),
            NOTHING,
            examples(
                " ".join(
                    str(row[name])
                    for name in ("sku", "category", "location")
                    if pd.notna(row[name])
                )
                for row in lost
            ),
        )
    ]
