"""A supplier's lower prices for larger orders: `from_quantity` of `item_suppliers`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from domain.errors import DataError
from domain.terms import Floats


class PriceBreak(NamedTuple):
    """From a quantity on every unit of an order costs less."""

    start: float  # units
    saving: float  # money per unit less than the supplier's first price, landed
    price: float  # money per unit in the supplier's currency


def price_breaks(offers: pd.DataFrame, frame: pd.DataFrame) -> list[tuple[PriceBreak, ...]]:
    """The price breaks of each series' supplier, by quantity.

    `offers` as of `offers_of`; `frame`: supplier and unit_cost (landed, of the first price) of
    each series. Raises DataError where a larger order has a higher price.
    """
    found: list[tuple[PriceBreak, ...]] = [()] * len(frame)
    rows = offers["series"].to_numpy(dtype=np.int64)
    theirs = offers[(offers["supplier"].to_numpy() == frame["supplier"].to_numpy()[rows])]
    theirs = theirs[theirs.duplicated("series") & theirs["unit_cost"].notna()]
    for row, tiers in theirs.sort_values(["series", "from_quantity"]).groupby("series"):
        first = float(frame["unit_cost"].iloc[int(row)])
        breaks, least = [], 0.0
        for tier in tiers.itertuples():
            saving = first - float(tier.unit_cost)
            if saving < least - 1e-9 * abs(first):
                raise DataError(
                    f"{tier.supplier} asks more a unit for {tier.from_quantity:g} or more of"
                    f" {tier.sku} than for less",
                    "item_suppliers: unit_cost",
                    "Give a price that does not rise with from_quantity.",
                )
            if saving > least:
                breaks.append(PriceBreak(float(tier.from_quantity), saving, float(tier.price)))
                least = saving
        found[int(row)] = tuple(breaks)
    return found


def break_arrays(frame: pd.DataFrame) -> tuple[Floats, Floats] | None:
    """Quantities from which (infinite: none) and savings per unit, S × T; None without any."""
    breaks = list(frame["breaks"]) if "breaks" in frame else []
    most = max((len(some) for some in breaks), default=0)
    if not most:
        return None
    start, saving = np.full((len(frame), most), np.inf), np.zeros((len(frame), most))
    for row, some in enumerate(breaks):
        for t, tier in enumerate(some):
            start[row, t], saving[row, t] = tier.start, tier.saving
    return start, saving


def tier_reached(breaks: tuple[PriceBreak, ...], quantity: float) -> PriceBreak | None:
    """The last price break an order reaches."""
    reached = [tier for tier in breaks if quantity >= tier.start * (1.0 - 1e-9)]
    return reached[-1] if reached else None
