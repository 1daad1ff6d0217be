"""Rows that name a product, a category or a place of which the plan has no series."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from planning.adjustments import series_named
from planning.quality.doubt import Doubt, Gravity, counted, examples
from planning.quality.evidence import NOTHING, Evidence
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


def coming_of_nothing(evidence: Evidence, doubt: str, table: str, one: str) -> list[Doubt]:
    """The doubt on rows of a table with `ends_on` that are still to come and name no series."""
    rows = evidence.table(table)
    if rows is None:
        return []
    lost = named_nothing(evidence, rows[rows["ends_on"] > pd.Timestamp(evidence.as_of)])
    if not lost:
        return []
    return [
        Doubt(
            doubt,
            table,
            Gravity.PLAIN,
            f"{counted(len(lost), one)} of nothing that the plan has",
            "Check how the location is written, and whether the item is there.",
            len(lost),
            len(lost),
            NOTHING,
            what_they_name(lost),
        )
    ]
