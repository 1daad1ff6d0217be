"""What a supplier can deliver of one review period's orders: Σ q ≤ capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimization.constraints import LIMITS
from optimization.constraints.violation import Violation, over_limit
from optimization.shared.ground import Ground, together
from optimization.shared.rows import Row


@LIMITS.register("supplier_capacity")
@dataclass(frozen=True)
class SupplierCapacity:
    """Units of a supplier (at a location, or at all) that days first … last may order."""

    supplier: str
    location: str | None  # None: all that the supplier delivers to
    period: str
    units: float
    first_day: int
    last_day: int
    committed: float = 0.0  # units of open orders ordered on days of the period

    @property
    def name(self) -> str:
        """What the limit is called."""
        place = f" at {self.location}" if self.location else ""
        return f"capacity of {self.supplier}{place}"

    def _theirs(self, frame: pd.DataFrame) -> pd.Series:
        theirs = frame["supplier"] == self.supplier
        return theirs if self.location is None else theirs & (frame["location"] == self.location)

    def rows(self, grounds: Sequence[Ground]) -> list[Row]:
        """Σ_i Σ_u q_iu ≤ units - committed, over the supplier's series and the days."""
        entries, settled = [], 0.0
        for ground in grounds:
            which = self._theirs(ground.frame).to_numpy(dtype=np.bool_)
            each = np.ones(which.size)
            entries.append(ground.orders(which, self.first_day, self.last_day, each))
            settled += ground.settled_today(which, self.first_day, self.last_day, each)
        taken = self.committed + settled
        return [
            Row(
                self.name, "supplier_capacity", self.period, self.units - taken, "units", taken,
                orders=together(entries),
            )
        ]  # fmt: skip

    def violations(self, plan: pd.DataFrame, openings: pd.DataFrame) -> list[Violation]:
        """Whether more is ordered of the supplier than it can deliver."""
        theirs = plan[self._theirs(plan) & plan["order_day"].between(self.first_day, self.last_day)]
        units = float(theirs["quantity"].sum()) + self.committed
        return over_limit(self.name, self.period, units, self.units, "units")
