"""Rows that name a product, a category or a place of which the plan has no series."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from planning.adjustments import series_named
from planning.quality.doubt import examples
from planning.quality.evidence import Evidence
from planning.series import find_series


def named_nothing(evidence: Evidence, rows: pd.DataFrame) -> list[pd.Series]:
    """The rows that name no series; a blank sku, category or location names any."""
    series, items = find_series(evidence.dataset), evidence.table("items")
    category = pd.Series(np.nan, index=series.index, dtype=object)
    if items is not None:
        # An item may have a category at one place only: any of its rows counts.
        known = items[["sku", "category"]].dropna().drop_duplicates("sku").set_index("sku")
        category = series["sku"].map(known["category"])
    series = series.assign(category=category)
    return [row for _, row in rows.iterrows() if not series_named(row, series).size]


def what_they_name(rows: Iterable[pd.Series]) -> tuple[str, ...]:
    """The first few, in words."""
    return examples(
        " ".join(str(row[name]) for name in ("sku", "category", "location") if pd.notna(row[name]))
        for row in rows
    )
