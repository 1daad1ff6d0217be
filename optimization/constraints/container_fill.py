"""Containers of a supplier: an order fills them, the last at least to a share, or is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimization.constraints import LIMITS
from optimization.constraints.violation import TOLERANCE, Violation, over_limit
from optimization.shared.ground import Ground, together
from optimization.shared.rows import Row, turned


@LIMITS.register("container_fill")
@dataclass(frozen=True)
class ContainerFill:
    """Orders of a supplier in containers of `size`, none of them filled less than to a share."""

    supplier: str
    location: str | None  # None: what all its locations order of a day travels together
    size: float  # cubic metres
    least_share: float  # of the last container, 0 to 1

    @property
    def name(self) -> str:
        """What the limit is called."""
        place = f" to {self.location}" if self.location else ""
        return f"containers of {self.supplier}{place}"

    def _theirs(self, frame: pd.DataFrame) -> pd.Series:
        theirs = frame["supplier"] == self.supplier
        return theirs if self.location is None else theirs & (frame["location"] == self.location)

    def rows(self, grounds: Sequence[Ground]) -> list[Row]:
        """(n - 1 + share) · size ≤ Σ_i volume_i · q_iu ≤ n · size, n whole, or 0; a row a day."""
        which = [self._theirs(ground.frame).to_numpy(dtype=np.bool_) for ground in grounds]
        days = [g.problem.cycles.order_day[w] for g, w in zip(grounds, which, strict=True)]
        found = []
        for day in np.unique(np.concatenate([np.ravel(part) for part in days])).tolist():
            entries, settled = [], 0.0
            for ground, theirs in zip(grounds, which, strict=True):
                volume = np.nan_to_num(ground.frame["volume_m3"].to_numpy(dtype=np.float64))
                entries.append(ground.orders(theirs & (volume > 0), day, day, volume))
                settled += ground.settled_today(theirs, day, day, volume)
            taken = together(entries)
            if day >= 0 and taken.series.size:
                found.append(
                    Row(
                        self.name, "container_fill", f"day {day}",
                        settled - self.least_share * self.size, "m³", settled,
                        orders=turned(taken), at_least=True, day=day, or_nothing=True,
                        size=self.size,
                    )
                )  # fmt: skip
        return found

    def violations(self, plan: pd.DataFrame, openings: pd.DataFrame) -> list[Violation]:
        """Days whose last container is filled less than to the share."""
        theirs = plan[self._theirs(plan) & (plan["quantity"] > 0)]
        volume = (theirs["quantity"] * theirs["volume_m3"]).groupby(theirs["order_day"]).sum()
        found = []
        for day, used in volume[volume > TOLERANCE * self.size].items():
            containers = np.ceil(used / self.size - TOLERANCE)
            least = (containers - 1 + self.least_share) * self.size
            found += over_limit(self.name, f"day {day}", float(used), float(least), "m³", True)
        return found
