"""What presales tell of demand to come: how many are bought, and what of it comes on top.

A presale is settled SETTLED_DAYS after its day to ship: what has left by then was bought. Units
bought over units promised (signed up for, times `conversion` as typed) are measured by product,
shrunk to that of all and to what is typed. Of the buckets in which settled presales shipped, what
came beyond the series' usual demand over the presales that were bought is the share that comes on
top: the rest would have been asked for anyway, earlier or later.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.periods import Day
from domain.terms import Flags, Floats, Known, Panel
from planning.supply import row_of

PRESALE = "presale"
SETTLED_DAYS = 28
BELIEVED_UNITS = 50.0
"""Units promised for what was bought to count as much as what stands behind it."""
AROUND = 8
"""Buckets before and after one with presales whose mean is its usual demand."""


def settled(table: pd.DataFrame, as_of: Day) -> Flags:
    """Which rows are presales whose outcome is known."""
    last = pd.Timestamp(as_of) - pd.Timedelta(days=SETTLED_DAYS)
    return ((table["kind"] == PRESALE) & (table["ship_on"] <= last)).to_numpy(dtype=np.bool_)


def conversions(table: pd.DataFrame, as_of: Day) -> Floats:
    """N: share of each row's quantity that is expected to be bought; 1 of what is no presale."""
    presale = (table["kind"] == PRESALE).to_numpy(dtype=np.bool_)
    typed = table["conversion"].to_numpy(np.float64)
    known = settled(table, as_of)
    promised = np.where(known, table["quantity"].to_numpy(np.float64) * typed, 0.0)
    bought = np.where(known, table["quantity_shipped"].to_numpy(np.float64), 0.0)
    everyone = (bought.sum() + BELIEVED_UNITS) / (promised.sum() + BELIEVED_UNITS)
    codes, _ = pd.factorize(table["sku"])
    own_bought, own_promised = np.bincount(codes, bought), np.bincount(codes, promised)
    ratio = (own_bought + BELIEVED_UNITS * everyone) / (own_promised + BELIEVED_UNITS)
    return np.where(presale, np.minimum(typed * ratio[codes], 1.0), 1.0)


def share_on_top(table: pd.DataFrame, series: pd.DataFrame, panel: Panel) -> float:
    """Share of bought presales by which demand rises above the usual, 0 to 1; 0 where unknown."""
    known = table[settled(table, panel.calendar.as_of)]
    rows = row_of(series, known)
    bucket = panel.calendar.index_of(known["ship_on"].to_numpy().astype("datetime64[D]"))
    inside = (rows >= 0) & (bucket >= 0) & (bucket < panel.buckets)
    units = known["quantity_shipped"].to_numpy(np.float64)
    bought = np.zeros((panel.series, panel.buckets))
    np.add.at(bought, (rows[inside], bucket[inside]), units[inside])
    excess, total, noise = 0.0, 0.0, 0.0
    for row in np.flatnonzero(bought.any(axis=1)):
        observed = panel.known[row] == Known.OBSERVED
        usual = observed & (bought[row] == 0)
        for place in np.flatnonzero(observed & (bought[row] > 0)):
            near = slice(max(0, place - AROUND), place + AROUND + 1)
            if not usual[near].any():
                continue
            expected = float(panel.demand[row, near][usual[near]].mean())
            excess += float(panel.demand[row, place]) - expected
            total += bought[row, place]
            noise += expected
    share = excess / (total + 2.0 * np.sqrt(noise)) if total > 0 else 0.0
    return float(np.clip(share, 0.0, 1.0))
