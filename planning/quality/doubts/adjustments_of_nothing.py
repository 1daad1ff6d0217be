"""Planners' adjustments that name no series."""

from __future__ import annotations

from planning.quality.doubt import DOUBTS, Doubt
from planning.quality.evidence import Evidence
from planning.quality.named_nothing import coming_of_nothing


@DOUBTS.register("adjustments_of_nothing")
def adjustments_of_nothing(evidence: Evidence) -> list[Doubt]:
    """Coming adjustments of a place, or an item at a place, that the plan does not have."""
    return coming_of_nothing(evidence, "adjustments_of_nothing", "adjustments", "adjustment")
