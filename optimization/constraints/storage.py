"""Space at a location: Σ volume · expected stock on hand ≤ capacity at every opening.

At the opening of each day on which orders of the plan arrive, goods of the day included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimization.constraints import LIMITS
from optimization.constraints.violation import Violation, over_limit
from optimization.shared.ground import Ground, together
from optimization.shared.openings import Opening, opening, placed
from optimization.shared.rows import NO_STOCK, Row, StockEntries


@LIMITS.register("storage")
@dataclass(frozen=True)
class Storage:
    """The space of a location, in cubic metres."""

    location: str
    capacity: float  # cubic metres

    @property
    def name(self) -> str:
        """What the limit is called."""
        return f"space at {self.location}"

    def days(self, grounds: Sequence[Ground]) -> list[int]:
        """Days on which orders of the plan can arrive at the location, ascending."""
        arrivals = [
            np.ravel(g.problem.cycles.arrival_day[g.solved & self._here(g)]) for g in grounds
        ]
        days = np.unique(np.concatenate(arrivals))
        return [int(day) for day in days if day > 0]

    def _here(self, ground: Ground) -> np.ndarray:
        return (ground.frame["location"] == self.location).to_numpy(dtype=np.bool_)

    def rows(self, grounds: Sequence[Ground]) -> list[Row]:
        """Σ_i volume_i · E(stock on hand of i) ≤ capacity, a row a day of arrival."""
        found = []
        local = [ground.take(np.flatnonzero(self._here(ground))) for ground in grounds]
        for day in self.days(grounds):
            parts = []
            for ground in local:
                volume = ground.frame["volume_m3"].to_numpy(dtype=np.float64)
                found_here = opening(ground, self._here(ground), day, np.nan_to_num(volume))
                parts.append(placed(ground, found_here))
            taken = sum(float(part.constant.sum()) for part in parts)
            found.append(
                Row(
                    self.name, "storage", f"day {day}", self.capacity - taken, "m³", taken,
                    orders=together([part.orders for part in parts]), stock=_stock(parts), day=day,
                    location=self.location,
                )
            )  # fmt: skip
        return found

    def violations(self, plan: pd.DataFrame, openings: pd.DataFrame) -> list[Violation]:
        """Days on which expected stock needs more space than there is."""
        here = openings[openings["location"] == self.location]
        space = (here["on_hand"] * here["volume_m3"]).groupby(here["day"]).sum()
        found = []
        for day, used in space.items():
            found += over_limit(self.name, f"day {day}", float(used), self.capacity, "m³")
        return found


def _stock(parts: Sequence[Opening]) -> StockEntries:
    """The stock entries of several portions as one."""
    if not parts:
        return NO_STOCK
    columns = [tuple(vars(part.stock).values()) for part in parts]
    return StockEntries(*(np.concatenate(column) for column in zip(*columns, strict=True)))
