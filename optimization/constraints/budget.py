"""Money for orders placed in a period: Σ unit_cost · q ≤ amount - what was committed before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimization.constraints import LIMITS
from optimization.constraints.violation import Violation, over_limit
from optimization.shared.ground import Ground, together
from optimization.shared.rows import Row


@LIMITS.register("budget")
@dataclass(frozen=True)
class Budget:
    """Money for the orders of days first … last from `as_of` (0)."""

    name: str
    period: str  # the days in words
    amount: float  # money
    first_day: int
    last_day: int
    committed: float = 0.0  # money of open orders ordered on days of the period

    def rows(self, grounds: Sequence[Ground]) -> list[Row]:
        """Σ_i Σ_u unit_cost_i · q_iu ≤ amount - committed, over decisions of the days."""
        entries, settled = [], 0.0
        for ground in grounds:
            cost = ground.frame["unit_cost"].to_numpy(dtype=np.float64)
            every = np.ones(cost.size, dtype=np.bool_)
            entries.append(ground.orders(every, self.first_day, self.last_day, cost))
            settled += ground.settled_today(every, self.first_day, self.last_day, cost)
        taken = self.committed + settled
        return [
            Row(
                self.name, "budget", self.period, self.amount - taken, "money", taken,
                orders=together(entries),
            )
        ]  # fmt: skip

    def violations(self, plan: pd.DataFrame, openings: pd.DataFrame) -> list[Violation]:
        """Whether the period's orders at cost, with what was committed, exceed the amount."""
        theirs = plan[plan["order_day"].between(self.first_day, self.last_day)]
        spent = float((theirs["quantity"] * theirs["unit_cost"]).sum()) + self.committed
        return over_limit(self.name, self.period, spent, self.amount, "money")
