"""Planners' adjustments that a later one replaces on the same days."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.tables_planners import REPLACE
from planning.adjustments import in_order
from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import NOTHING, Evidence


@DOUBTS.register("adjustments_overruled")
def adjustments_overruled(evidence: Evidence) -> list[Doubt]:
    """Coming adjustments of which a later `replace` of other units leaves nothing, in part."""
    table = evidence.table("adjustments")
    if table is None:
        return []
    coming = in_order(table[table["ends_on"] > pd.Timestamp(evidence.as_of)])
    frame = coming.reset_index(drop=True).assign(category=_categories(evidence, coming))
    lost: dict[int, int] = {}
    for last in np.flatnonzero(frame["how"] == REPLACE):
        for row in np.flatnonzero(_overlap(frame.iloc[:last], frame.iloc[last])):
            lost[int(row)] = int(last)
    if not lost:
        return []
    return [
        Doubt(
            "adjustments_overruled",
            "adjustments",
            Gravity.PLAIN,
            f"{counted(len(lost), 'adjustment')} that a later one replaces on some of its days",
            "Keep one of them: what holds last replaces what was said before.",
            len(lost),
            len(lost),
            NOTHING,
            examples(f"{_name(frame.iloc[a])}, by {_name(frame.iloc[b])}" for a, b in lost.items()),
        )
    ]


def _categories(evidence: Evidence, frame: pd.DataFrame) -> np.ndarray:
    """The category each row is about: its own, else its item's; missing where all are meant."""
    items = evidence.table("items")
    if items is None:
        return frame["category"].to_numpy(dtype=object)
    known = items[["sku", "category"]].dropna().drop_duplicates("sku").set_index("sku")["category"]
    own = frame["category"].to_numpy(dtype=object)
    of_item = frame["sku"].map(known).to_numpy(dtype=object)
    return np.where(pd.isna(own), of_item, own)


def _overlap(earlier: pd.DataFrame, later: pd.Series) -> np.ndarray:
    """Which earlier rows speak of days and items of which the later one speaks otherwise."""
    same = (earlier["starts_on"] <= later["ends_on"]) & (earlier["ends_on"] >= later["starts_on"])
    for name in ("sku", "category", "location"):
        if pd.notna(later[name]):
            same &= earlier[name].isna() | (earlier[name] == later[name])
    same &= (earlier["how"] != REPLACE) | (earlier["value"] != later["value"])
    # A narrower word after a wider one of the same day details it.
    day, last_day = earlier["made_on"], later["made_on"]
    one_day = day.isna() if pd.isna(last_day) else day == last_day
    detailed = one_day & earlier["sku"].isna() & pd.notna(later["sku"])
    return (same & ~detailed).to_numpy(dtype=np.bool_)


def _name(row: pd.Series) -> str:
    """An adjustment in a few words."""
    names = [str(row[name]) for name in ("sku", "category", "location") if pd.notna(row[name])]
    what = f"{row['how']} {row['value']:g} from {np.datetime64(row['starts_on'], 'D')}"
    return f"{' '.join(names[:2]) or 'all items'}: {what}"
