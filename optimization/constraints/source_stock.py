"""Stock of an item at the place that supplies others: Σ units moved until its next goods ≤ stock.

Where promises of at least something are made as well: they and the stock then decide together who
gets how much (else `optimization.stock_shares` shares it out by itself).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.terms import Flags
from optimization.constraints import LIMITS
from optimization.constraints.violation import Violation, over_limit
from optimization.shared.ground import Ground, together
from optimization.shared.rows import Row


@LIMITS.register("source_stock")
@dataclass(frozen=True)
class SourceStock:
    """What the places supplied by a location may take of an item on days first … last."""

    sku: str
    location: str  # the source
    units: float
    first_day: int
    last_day: int
    period: str = ""

    @property
    def name(self) -> str:
        """What the limit is called."""
        return f"stock of {self.sku} at {self.location}"

    def _theirs(self, frame: pd.DataFrame) -> Flags:
        theirs = (frame["sku"] == self.sku) & (frame["from_location"] == self.location)
        return theirs.to_numpy(dtype=np.bool_)

    def rows(self, grounds: Sequence[Ground]) -> list[Row]:
        """Σ_i Σ_u q_iu ≤ units, over series of the item that the location supplies."""
        entries = [
            ground.orders(
                self._theirs(ground.frame), self.first_day, self.last_day,
                np.ones(ground.place.size),
            )
            for ground in grounds
        ]  # fmt: skip
        return [
            Row(
                self.name, "source_stock", self.period, self.units, "units",
                orders=together(entries),
            )
        ]  # fmt: skip

    def violations(self, plan: pd.DataFrame, openings: pd.DataFrame) -> list[Violation]:
        """Whether more is moved than there is."""
        theirs = plan[self._theirs(plan)]
        moved = theirs[theirs["order_day"].between(self.first_day, self.last_day)]["quantity"]
        return over_limit(self.name, self.period, float(moved.sum()), self.units, "units")
