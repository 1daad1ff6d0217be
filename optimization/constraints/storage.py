"""Space at a location: Σ volume · stock on hand ≤ capacity at every opening.

At the opening of each day on which orders of the plan arrive, goods of the day included. What is
in stock is what is expected; with `percentile` what is not exceeded so often, for all items
together: the sum is taken to be normal, and each item's deviation to be no more than its demand's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from domain.terms import Floats
from optimization.constraints import LIMITS
from optimization.constraints.violation import Violation, over_limit
from optimization.shared.ground import Ground, together
from optimization.shared.opening_spread import opening_deviation, pooled
from optimization.shared.openings import Opening, opening, placed
from optimization.shared.rows import NO_STOCK, Row, StockEntries


@LIMITS.register("storage")
@dataclass(frozen=True)
class Storage:
    """The space of a location, in cubic metres."""

    location: str
    capacity: float  # cubic metres
    percentile: float | None = None  # 0.5 to 1; None: what is expected
    likeness: float = 0.0  # correlation of the items' demand, 0 to 1 [ρ]

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
        """Σ_i volume_i · E(stock on hand of i) + z · σ ≤ capacity, a row a day of arrival.

        σ: the most by which the sum may deviate; z: the normal quantile of `percentile`, else 0.
        """
        found = []
        local = [ground.take(np.flatnonzero(self._here(ground))) for ground in grounds]
        for day in self.days(grounds):
            parts = []
            for ground in local:
                found_here = opening(ground, self._here(ground), day, _volume(ground.frame))
                parts.append(placed(ground, found_here))
            taken = sum(float(part.constant.sum()) for part in parts)
            if self.percentile is not None:
                each = [_volume(g.frame) * opening_deviation(g, day) for g in local]
                taken += self._room_for_chance(np.concatenate(each))
            found.append(
                Row(
                    self.name, "storage", f"day {day}", self.capacity - taken, "m³", taken,
                    orders=together([part.orders for part in parts]), stock=_stock(parts), day=day,
                    location=self.location,
                )
            )  # fmt: skip
        return found

    def _room_for_chance(self, deviation: Floats) -> float:
        """Cubic metres above what is expected, for deviations (S, cubic metres)."""
        if self.percentile is None:
            return 0.0
        return NormalDist().inv_cdf(self.percentile) * pooled(deviation, self.likeness)

    def violations(self, plan: pd.DataFrame, openings: pd.DataFrame) -> list[Violation]:
        """Days on which stock needs more space than there is."""
        here = openings[openings["location"] == self.location]
        found = []
        for day, lines in here.groupby("day"):
            volume = _volume(lines)
            used = float((lines["on_hand"] * volume).sum())
            used += self._room_for_chance(lines["deviation"].to_numpy() * volume)
            found += over_limit(self.name, f"day {day}", used, self.capacity, "m³")
        return found


def _volume(frame: pd.DataFrame) -> Floats:
    """Cubic metres of a unit of each row, 0 where none is known."""
    return np.nan_to_num(frame["volume_m3"].to_numpy(dtype=np.float64))


def _stock(parts: Sequence[Opening]) -> StockEntries:
    """The stock entries of several portions as one."""
    if not parts:
        return NO_STOCK
    columns = [tuple(vars(part.stock).values()) for part in parts]
    return StockEntries(*(np.concatenate(column) for column in zip(*columns, strict=True)))
