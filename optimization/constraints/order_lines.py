"""Order lines a buyer can place in a day: the number of lines with q > 0 ≤ most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimization.constraints import LIMITS
from optimization.constraints.violation import Violation, over_limit
from optimization.shared.ground import Ground, together
from optimization.shared.rows import Row


@LIMITS.register("order_lines")
@dataclass(frozen=True)
class OrderLines:
    """Lines that may be ordered on any one day."""

    most: float  # lines a day
    name: str = "order lines a day"

    def rows(self, grounds: Sequence[Ground]) -> list[Row]:
        """Σ_i [q_iu > 0] ≤ most, for every day on which any series can order."""
        days = np.unique(np.concatenate([np.ravel(g.problem.cycles.order_day) for g in grounds]))
        found = []
        for day in days[days >= 0].tolist():
            entries, settled = [], 0.0
            for ground in grounds:
                every = np.ones(ground.place.size, dtype=np.bool_)
                entries.append(ground.orders(every, day, day, np.ones(every.size)))
                settled += float((ground.settled > 0).sum()) if day == 0 else 0.0
            found.append(
                Row(
                    self.name, "order_lines", f"day {day}", self.most - settled, "lines", settled,
                    lines=together(entries), day=day,
                )
            )  # fmt: skip
        return found

    def violations(self, plan: pd.DataFrame, openings: pd.DataFrame) -> list[Violation]:
        """Days with more lines than can be placed."""
        lines = plan[plan["quantity"] > 0].groupby("order_day").size()
        found = []
        for day, count in lines[lines > self.most].items():
            found += over_limit(self.name, f"day {day}", float(count), self.most, "lines")
        return found
