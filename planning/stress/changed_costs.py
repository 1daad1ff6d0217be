"""A situation in which goods cost more, or less, to buy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from domain.terms import Integers
from planning.dataset import Dataset
from planning.item_terms import resolve_terms
from planning.situation import Situation
from planning.stress.scenarios import Struck

PRICED_TABLES = ("items", "item_suppliers")


def priced_anew(
    situation: Situation, factor: float, what: str, rows: Integers | None = None
) -> Struck:
    """Some series (all when None) bought at `factor` times the price.

    The terms are resolved anew, so that everything derived from unit cost follows it: holding
    cost, the cost of surplus, shortage cost from the margin. Stock on hand counts at the new
    price too: it is what a unit costs again.
    """
    dataset = situation.dataset
    tables = dict(dataset.tables)
    for name in PRICED_TABLES:
        if name in tables:
            tables[name] = tables[name].assign(unit_cost=tables[name]["unit_cost"] * factor)
    series = situation.terms.frame[["sku", "location"]]
    terms = resolve_terms(
        Dataset(tables, dataset.settings),
        series,
        situation.as_of,
        situation.terms.frame["supplier"],
    )
    chosen = np.arange(situation.series) if rows is None else rows
    return Struck(chosen, replace(situation, terms=terms).take(chosen), what)


def foreign(situation: Situation) -> tuple[Integers, list[str]]:
    """Series bought in another currency than the plan's, and these currencies."""
    ours = situation.dataset.settings.currency
    paid_in = currency_of(situation)
    other = (paid_in != "") & (paid_in != ours) if ours else np.zeros(len(paid_in), dtype=np.bool_)
    return np.flatnonzero(other), sorted(set(paid_in[other]))


def not_foreign(situation: Situation) -> str:
    """Why no series is bought in another currency."""
    ours = situation.dataset.settings.currency
    if not ours:
        return "The settings name no currency of the plan, so none is known to be another."
    return f"No supplier is paid in another currency than {ours}."


def currency_of(situation: Situation) -> np.ndarray:
    """What each series' supplier is paid in, S, text; "" where no table says.

    The item's own terms at the supplier come first, then those of the supplier; a row that
    names the location before one that does not.
    """
    frame = situation.terms.frame
    found = pd.Series(pd.NA, index=frame.index, dtype="str")
    for name, keys in (("item_suppliers", ["sku", "supplier"]), ("suppliers", ["supplier"])):
        table = situation.dataset.table(name)
        if table is None:
            continue
        named = table[table["currency"].notna()]
        placed = named[named["location"].notna()]
        general = named[named["location"].isna()]
        for rows, on in ((placed, [*keys, "location"]), (general, keys)):
            one = rows.drop_duplicates(on)[[*on, "currency"]]
            matched = frame[on].merge(one, on=on, how="left")["currency"].set_axis(frame.index)
            found = found.where(found.notna(), matched)
    return found.fillna("").to_numpy(dtype=object)
