"""Stock below zero, which the settings gave a meaning."""

from __future__ import annotations

from planning.dataset import NEGATIVE_STOCK
from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted
from planning.quality.evidence import NOTHING, Evidence


@DOUBTS.register("negative_stock")
def negative_stock(evidence: Evidence) -> list[Doubt]:
    """Rows of `stock` that were below zero in the file; without the setting they are refused."""
    count = sum(
        note.count for note in evidence.dataset.notes if note.sentence.startswith(NEGATIVE_STOCK)
    )
    if not count:
        return []
    meaning = {"zero": "nothing on hand", "backorder": "units that customers wait for"}
    setting = evidence.dataset.settings.negative_stock
    return [
        Doubt(
            "negative_stock",
            "stock",
            Gravity.PLAIN,
            f"{counted(count, 'stock row')} below zero: read as {meaning.get(setting, setting)}",
            "Count again: goods were booked out that were never booked in.",
            count,
            count,
            NOTHING,
        )
    ]
