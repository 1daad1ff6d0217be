"""Suppliers whose prices are in another currency than the plan's."""

from __future__ import annotations

from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples
from planning.quality.evidence import NOTHING, Evidence


@DOUBTS.register("other_currency")
def other_currency(evidence: Evidence) -> list[Doubt]:
    """Rows of `suppliers` and `item_suppliers` in another currency, where no rate is given.

    With a table of rates prices are converted, and one without a rate is refused.
    """
    ours = evidence.dataset.settings.currency
    found: list[Doubt] = []
    if evidence.table("currencies") is not None:
        return found
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
                f"Give a rate for each in `currencies`, or costs in {ours}.",
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
