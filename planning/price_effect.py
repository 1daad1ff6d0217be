"""How much more is sold at a lower price, where prices have varied: a constant elasticity.

Rows of `sales` at 95 % of the usual price or less against those of the same series at the usual
one: ln(Σ came / Σ usual) / mean ln(share of the price), of a category where it has enough such
rows, else of all. Approximate: other reasons to sell more on those days, and buckets that have
no row, are not told apart.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from domain.terms import Floats
from planning.situation import Situation
from planning.supply import row_of

CUT = 0.95
"""Share of the usual price from which down a price counts as cut."""
LEAST_ROWS = 20
"""Rows at a cut price that an elasticity needs."""
STEEPEST = -5.0


class PriceEffect(NamedTuple):
    """Per series [S]."""

    elasticity: Floats  # 0 or below; NaN where prices have told nothing
    price: Floats  # usual price a customer pays, money per unit; NaN where none is known


def price_effect(situation: Situation) -> PriceEffect:
    """The elasticity and the usual price of every series."""
    frame = situation.terms.frame
    typed = pd.to_numeric(frame["unit_price"]).to_numpy(np.float64)
    nothing = np.full(situation.series, np.nan)
    sales = situation.dataset.tables["sales"]
    rows = pd.DataFrame(
        {
            "series": row_of(frame, sales),
            "units": sales["units_sold"].to_numpy(np.float64),
            "paid": sales["unit_price"].to_numpy(np.float64),
            "share": sales["relative_price"].to_numpy(np.float64),
        }
    )
    rows = rows[(rows["series"] >= 0) & (rows["paid"].notna() | rows["share"].notna())]
    if rows.empty:
        return PriceEffect(nothing, typed)
    median = rows.groupby("series")["paid"].median()
    usual_price = np.where(np.isfinite(typed), typed, nothing)
    paid = median.reindex(range(situation.series)).to_numpy(np.float64)
    usual_price = np.where(np.isfinite(paid), paid, usual_price)
    share = rows["share"].fillna(rows["paid"] / rows["series"].map(median))
    rows = rows.assign(share=share)[(share > 0).to_numpy()]
    cut = (rows["share"] <= CUT).to_numpy()
    full = rows[~cut].groupby("series")["units"].mean()
    low = rows[cut].assign(usual=rows[cut]["series"].map(full), log=np.log(rows[cut]["share"]))
    low = low[low["usual"] > 0]
    category = frame["category"].fillna("").astype(str).to_numpy()
    low["category"] = category[low["series"].to_numpy(dtype=np.int64)]
    of_all = _elasticity(low)
    found = {str(name): _elasticity(part) for name, part in low.groupby("category")}
    own = np.array([found.get(name, np.nan) for name in category])
    return PriceEffect(np.where(np.isfinite(own), own, of_all), usual_price)


def _elasticity(low: pd.DataFrame) -> float:
    """The elasticity that rows at a cut price tell of; NaN where they are too few."""
    if len(low) < LEAST_ROWS or low["units"].sum() <= 0:
        return float("nan")
    lifted = np.log(low["units"].sum() / low["usual"].sum())
    weight = low["usual"] / low["usual"].sum()
    return float(np.clip(lifted / (low["log"] * weight).sum(), STEEPEST, 0.0))
