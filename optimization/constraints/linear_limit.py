"""A limit of the user's own: Σ weight · q ≤ bound (or ≥), weights and bound from tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.terms import Floats
from optimization.constraints import LIMITS
from optimization.constraints.violation import Violation, over_limit
from optimization.shared.ground import Ground, together
from optimization.shared.rows import Entries, Row


@LIMITS.register("linear_limit")
@dataclass(frozen=True)
class LinearLimit:
    """What orders of days first … last may take together, each unit by its sku's weight."""

    name: str
    period: str
    bound: float  # in the user's unit
    first_day: int
    last_day: int
    weights: pd.DataFrame  # sku, location (NaN: all), weight (the user's unit per unit)
    at_least: bool = False

    def _weight(self, frame: pd.DataFrame) -> Floats:
        """The weight of each row of a frame with sku and location; 0 where none is given."""
        everywhere = self.weights[self.weights["location"].isna()].set_index("sku")["weight"]
        placed = self.weights[self.weights["location"].notna()]
        exact = placed.set_index(["sku", "location"])["weight"]
        wide = frame["sku"].map(everywhere).to_numpy(dtype=np.float64)
        own = exact.reindex(pd.MultiIndex.from_frame(frame[["sku", "location"]])).to_numpy(
            dtype=np.float64
        )
        return np.nan_to_num(np.where(np.isnan(own), wide, own))

    def rows(self, grounds: Sequence[Ground]) -> list[Row]:
        """Σ_i Σ_u weight_i · q_iu ≤ bound; with `at_least` the signs turned."""
        entries, settled = [], 0.0
        for ground in grounds:
            weight = self._weight(ground.frame)
            which = weight != 0
            entries.append(ground.orders(which, self.first_day, self.last_day, weight))
            settled += ground.settled_today(which, self.first_day, self.last_day, weight)
        all_of_it = together(entries)
        sign = -1.0 if self.at_least else 1.0
        turned = Entries(all_of_it.series, all_of_it.decision, sign * all_of_it.weight)
        return [
            Row(
                self.name, "linear_limit", self.period, sign * (self.bound - settled), "",
                settled, orders=turned, at_least=self.at_least,
            )
        ]  # fmt: skip

    def violations(self, plan: pd.DataFrame, openings: pd.DataFrame) -> list[Violation]:
        """Whether the orders of the period take more than the bound (less, with `at_least`)."""
        theirs = plan[plan["order_day"].between(self.first_day, self.last_day)]
        used = float((theirs["quantity"] * self._weight(theirs)).sum())
        return over_limit(self.name, self.period, used, self.bound, "", self.at_least)
