"""Suppliers whose prices are in another currency than the plan's."""

from __future__ import annotations

from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import NOTHING, Evidence


@DOUBTS.register("other_currency")
def other_currency(evidence: Evidence) -> list[Doubt]:
    """Rows of `suppliers` and `item_suppliers` that name another currency; none is converted."""
    ours = evidence.dataset.settings.currency
    found = []
    for name in ("suppliers", "item_suppliers"):
        table = evidence.table(name)
        if table is None or not ours:
            continue
        other = table[table["currency"].notna() & (table["currency"] != ours)]
        if other.empty:
            continue
        found.append(
            Doubt(
                "other_currency",
                name,
                Gravity.GRAVE,
                f"{counted(len(other), 'row')} in another currency than {ours}: taken as {ours}",
                f"Give costs in {ours}; currencies are not converted yet.",
                len(other),
                len(other),
                NOTHING,
                examples(
                    f"{row.supplier}: {row.currency}"
                    for row in other.drop_duplicates("supplier").itertuples()
                ),
            )
        )
    return found
