"""Prices that jump from one sale to the next."""

from __future__ import annotations

import numpy as np

from planning.quality.doubt import DOUBTS, Doubt, Gravity, counted, examples, shown
from planning.quality.evidence import Evidence

TIMES = 3.0
ROUNDING = 1e-9  # of a logarithm: 9 is three times 3


@DOUBTS.register("price_jumps")
def price_jumps(evidence: Evidence) -> list[Doubt]:
    """Prices paid that are three times, or a third of, the one before at the same place."""
    sales = evidence.dataset.tables["sales"]
    price = sales["unit_price"].to_numpy()
    rows = np.flatnonzero(np.isfinite(price) & (price > 0) & (sales["units_sold"].to_numpy() > 0))
    keys = [sales[name].cat.codes.to_numpy()[rows] for name in ("sku", "location", "channel")]
    if len(sales["channel"].cat.categories) > 1:
        # The table is sorted by date within a series; a price is compared within its channel.
        order = np.lexsort(keys[::-1])
        rows, keys = rows[order], [key[order] for key in keys]
    if rows.size < 2:
        return []
    same = np.logical_and.reduce([key[1:] == key[:-1] for key in keys])
    # In logarithms, as the ratio of a huge price to a tiny one is no finite number.
    jumped = np.abs(np.diff(np.log(price[rows]))) >= np.log(TIMES) - ROUNDING
    jumps = rows[1:][same & jumped]
    if not jumps.size:
        return []
    found = sales.iloc[jumps]
    units = found["units_sold"].to_numpy()
    skus = found["sku"].astype("str").to_numpy()
    # The order of units × price, whose product may be no finite number.
    worth = np.log(units) + np.log(price[jumps])
    order = np.argsort(-worth, kind="stable")
    return [
        Doubt(
            "price_jumps",
            "sales",
            Gravity.SLIGHT,
            f"{counted(int(jumps.size), 'price is', 'prices are')} three times the one before "
            "or more, or a third of it or less",
            "Check for totals in the place of unit prices, other units and other currencies.",
            int(jumps.size),
            int(jumps.size),
            evidence.at_price(skus, units),
            examples(
                f"{skus[i]} on {found['date'].iloc[i].date()}: {shown(price[jumps[i]])}"
                for i in order
            ),
        )
    ]
