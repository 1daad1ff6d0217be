"""`capacity_units` of suppliers: units they can ship from review to review."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimization.constraints import LIMITS, Limit
from planning.dataset import Dataset
from planning.limits import SHARED
from planning.limits.reading import committed_by, gives, in_words, last_order_day
from planning.situation import Situation


class SupplierCapacity:
    """A limit for each supplier with a capacity and each of its reviews."""

    words = "supplier capacity"

    def given(self, dataset: Dataset) -> bool:
        """Whether a supplier has a capacity."""
        return gives(dataset, "suppliers", "capacity_units")

    def limits(self, situation: Situation) -> list[Limit]:
        """Its limits, in order."""
        table = situation.dataset.table("suppliers")
        if table is None:
            return []
        kind = LIMITS.get("supplier_capacity")
        found: list[Limit] = []
        for row in table[table["capacity_units"].notna()].itertuples():
            review = row.review_period_days
            days = situation.dataset.settings.review_period_days if pd.isna(review) else int(review)
            place = None if pd.isna(row.location) else str(row.location)
            for first in range(0, last_order_day(situation) + 1, days):
                last = first + days - 1
                units = committed_by(situation, first, last, in_money=False)
                found.append(
                    kind(
                        supplier=str(row.supplier),
                        location=place,
                        period=in_words(situation, first, last),
                        units=float(row.capacity_units),
                        first_day=first,
                        last_day=last,
                        committed=float(units[_lines_of(situation, row.supplier, place)].sum()),
                    )
                )
        return found


SHARED.register("supplier_capacity")(SupplierCapacity())


def _lines_of(situation: Situation, supplier: str, place: str | None) -> np.ndarray:
    """Which open order lines are a supplier's, at a location or anywhere."""
    lines = situation.open_orders.frame
    if not len(lines):
        return np.zeros(0, dtype=np.bool_)
    rows = lines["series"].to_numpy()
    usual = situation.terms.frame["supplier"].to_numpy()[rows]
    theirs = np.where(lines["supplier"].notna(), lines["supplier"].astype(object), usual)
    here = theirs == supplier
    if place is not None:
        here &= situation.terms.frame["location"].to_numpy()[rows] == place
    return np.asarray(here, dtype=np.bool_)
