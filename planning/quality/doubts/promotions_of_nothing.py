"""Promotions that name no series."""

from __future__ import annotations

from planning.quality.doubt import DOUBTS, Doubt
from planning.quality.evidence import Evidence
from planning.quality.named_nothing import coming_of_nothing


@DOUBTS.register("promotions_of_nothing")
def promotions_of_nothing(evidence: Evidence) -> list[Doubt]:
    """Coming promotions of a place, or an item at a place, that the plan does not have."""
    return coming_of_nothing(evidence, "promotions_of_nothing", "promotions", "promotion")
