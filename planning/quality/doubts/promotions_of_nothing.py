"""Promotions that name no series."""

from __future__ import annotations

import pandas as pd

from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted
from planning.quality.evidence import NOTHING, Evidence
from planning.quality.named_nothing import named_nothing, what_they_name


@DOUBTS.register("promotions_of_nothing")
def promotions_of_nothing(evidence: Evidence) -> list[Doubt]:
    """Coming promotions of a place, or an item at a place, that the plan does not have."""
    table = evidence.table("promotions")
    if table is None:
        return []
    lost = named_nothing(evidence, table[table["ends_on"] > pd.Timestamp(evidence.as_of)])
    if not lost:
        return []
    return [
        Doubt(
            "promotions_of_nothing",
            "promotions",
            Gravity.PLAIN,
            f"{counted(len(lost), 'promotion')} of nothing that the plan has",
            "Check how the location is written, and whether the item is there.",
            len(lost),
            len(lost),
            NOTHING,
            what_they_name(lost),
        )
    ]
