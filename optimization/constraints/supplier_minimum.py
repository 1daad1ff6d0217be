"""The smallest order a supplier takes, in money: Σ unit_cost · q ≥ minimum, or nothing at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimization.constraints import LIMITS
from optimization.constraints.violation import Violation, over_limit
from optimization.shared.ground import Ground, together
from optimization.shared.rows import Row, turned


@LIMITS.register("supplier_minimum")
@dataclass(frozen=True)
class SupplierMinimum:
    """What an order of a supplier for a location must come to, if there is one."""

    supplier: str
    location: str
    value: float  # money

    @property
    def name(self) -> str:
        """What the limit is called."""
        return f"smallest order of {self.supplier} at {self.location}"

    def _theirs(self, frame: pd.DataFrame) -> pd.Series:
        return (frame["supplier"] == self.supplier) & (frame["location"] == self.location)

    def rows(self, grounds: Sequence[Ground]) -> list[Row]:
        """Σ_i unit_cost_i · q_iu ≥ value or all q_iu = 0, for every day on which they can order."""
        which = [self._theirs(ground.frame).to_numpy(dtype=np.bool_) for ground in grounds]
        days = [g.problem.cycles.order_day[w] for g, w in zip(grounds, which, strict=True)]
        found = []
        for day in np.unique(np.concatenate([np.ravel(part) for part in days])).tolist():
            entries, settled = [], 0.0
            for ground, theirs in zip(grounds, which, strict=True):
                cost = ground.frame["unit_cost"].to_numpy(dtype=np.float64)
                entries.append(ground.orders(theirs, day, day, cost))
                settled += ground.settled_today(theirs, day, day, cost)
            taken = together(entries)
            if day >= 0 and taken.series.size:
                found.append(
                    Row(
                        self.name, "supplier_minimum", f"day {day}", settled - self.value, "money",
                        settled, orders=turned(taken), at_least=True, day=day, or_nothing=True,
                    )
                )  # fmt: skip
        return found

    def violations(self, plan: pd.DataFrame, openings: pd.DataFrame) -> list[Violation]:
        """Days whose order comes to something, but to less than the minimum."""
        theirs = plan[self._theirs(plan) & (plan["quantity"] > 0)]
        value = (theirs["quantity"] * theirs["unit_cost"]).groupby(theirs["order_day"]).sum()
        found = []
        for day, money in value.items():
            found += over_limit(self.name, f"day {day}", float(money), self.value, "money", True)
        return found
