"""A fill rate that a group of items keeps together: Σ E(D - C)⁺ ≤ (1 - fill rate) · Σ E D.

Expected units short at the end of a cycle count, those short before it began included, so the
fill rate kept is no lower than the one asked for. Convex in what is ordered, and exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.terms import Flags
from optimization.constraints import LIMITS
from optimization.constraints.group import in_group
from optimization.constraints.violation import Violation, over_limit
from optimization.shared.ground import Ground, together
from optimization.shared.rows import Entries, Row, StockEntries
from optimization.shared.shortages import cycle_demand, end_points


@LIMITS.register("group_service")
@dataclass(frozen=True)
class GroupService:
    """The fill rate of all items of a category, supplier and location (None: of any)."""

    name: str
    fill_rate: float  # 0 to 1
    category: str | None = None
    supplier: str | None = None
    location: str | None = None

    def _theirs(self, frame: pd.DataFrame) -> Flags:
        return in_group(frame, self.category, self.supplier, self.location)

    def rows(self, grounds: Sequence[Ground]) -> list[Row]:
        """Σ_i E(D - C)⁺ ≤ (1 - fill rate) · Σ_i E D of the cycle, a row for each cycle in turn."""
        most = max((ground.problem.floor.shape[1] for ground in grounds), default=0)
        found = []
        for u in range(most):
            reach = [ground for ground in grounds if u < ground.problem.floor.shape[1]]
            parts = [self._cycle(ground, u) for ground in reach]
            demand = sum(part[0] for part in parts)
            constant = sum(part[1] for part in parts)
            if demand > 0:
                found.append(
                    Row(
                        self.name, "group_service", f"cycle {u + 1}",
                        (1.0 - self.fill_rate) * demand - constant, "units short", constant,
                        orders=together([part[2] for part in parts]),
                        stock=_stock([part[3] for part in parts]),
                    )
                )  # fmt: skip
        return found

    def _cycle(self, ground: Ground, u: int) -> tuple[float, float, Entries, StockEntries]:
        """Demand of the cycle, shortage if nothing were ordered and none left over, entries."""
        problem = ground.problem
        here = self._theirs(ground.frame) & ground.solved & (u < problem.cycles.count)
        series = np.flatnonzero(here)
        cycle, through = cycle_demand(problem)
        point = end_points(problem)[series, u]
        supply = problem.supply[series, u, point]
        earlier = np.tile(np.arange(u + 1), series.size)
        owner = np.repeat(ground.place[series], u + 1)
        stock = StockEntries(
            ground.place[series], np.full(series.size, u), u * problem.knots.shape[2] + point,
            np.ones(series.size), supply - problem.supply[series, 0, 0],
        )  # fmt: skip
        orders = Entries(owner, earlier, np.full(owner.size, -1.0))
        constant = float((through[series, u] - supply).sum())
        return float(cycle[series, u].sum()), constant, orders, stock

    def violations(self, plan: pd.DataFrame, openings: pd.DataFrame) -> list[Violation]:
        """Cycles in which the group is short of more than its share of demand."""
        theirs = plan[self._theirs(plan) & plan["expected_demand"].notna()]
        found = []
        for cycle, lines in theirs.groupby("decision"):
            allowed = (1.0 - self.fill_rate) * float(lines["expected_demand"].sum())
            short = float(lines["expected_short"].sum())
            found += over_limit(self.name, f"cycle {cycle}", short, allowed, "units short")
        return found


def _stock(parts: Sequence[StockEntries]) -> StockEntries:
    columns = zip(*(vars(part).values() for part in parts), strict=True)
    return StockEntries(*(np.concatenate(column) for column in columns))
