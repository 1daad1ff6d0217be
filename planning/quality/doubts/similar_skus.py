"""Skus that are one but for case, leading zeros or the width of their letters."""

from __future__ import annotations

import unicodedata
from collections import defaultdict

from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import Evidence

TABLES = ("items", "stock", "open_orders", "item_suppliers")


@DOUBTS.register("similar_skus")
def similar_skus(evidence: Evidence) -> list[Doubt]:
    """Groups of skus, over all tables, that fold to one: "abc" and "ABC", "007" and "7"."""
    names = set(evidence.history.sku)
    for table in TABLES:
        frame = evidence.table(table)
        if frame is not None:
            names |= set(frame["sku"])
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        groups[_folded(name)].append(name)
    alike = [group for group in groups.values() if len(group) > 1]
    if not alike:
        return []
    history = evidence.history
    touched = {name for group in alike for name in group}
    hit = [sku in touched for sku in history.sku]
    rows = int((history.first[1:] - history.first[:-1])[hit].sum())
    return [
        Doubt(
            "similar_skus",
            "sales",
            Gravity.PLAIN,
            f"{counted(len(alike), 'group')} of skus that differ only in case, leading zeros "
            "or full-width letters: planned apart",
            "If they are one product, write its sku one way in all tables.",
            len(alike),
            rows,
            evidence.at_price(history.sku[hit], history.total(history.units)[hit]),
            examples(" and ".join(group) for group in alike),
        )
    ]


def _folded(sku: str) -> str:
    """A sku without what people do not see as a difference."""
    folded = unicodedata.normalize("NFKC", sku).casefold().strip()
    return folded.lstrip("0") or "0"
