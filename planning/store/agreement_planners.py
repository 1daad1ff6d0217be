"""What the tables in which planners have their say must agree on."""

from __future__ import annotations

from domain.tables_planners import ADD
from planning.store.agreement import Disagreement, Frames, where


def planners_disagreements(frames: Frames) -> list[Disagreement]:
    """Adjustments of demand to less than nothing."""
    if "adjustments" not in frames:
        return []
    frame = frames["adjustments"]
    rows = where((frame["value"] < 0) & (frame["how"] != ADD))
    why = "is below 0: demand is multiplied by 0 or more, and replaced by 0 or more"
    return [Disagreement("adjustments", "value", rows, why)] if rows.size else []
