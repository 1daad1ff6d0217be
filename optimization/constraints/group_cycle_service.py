"""A cycle service level that a group of items keeps on average, cycle by cycle.

The share of items that are short in a cycle, Σ P(D > C) / n ≤ 1 - a, is no linear limit. What is:
each item's expected shortage over the one that it has at its own a-quantile x_i is 1 on average at
most,

    Σ_i E(D_i - C_i)⁺ / E(D_i - x_i)⁺ ≤ n.

Where the hazard of demand rises (log-concave demand: normal, Poisson, gamma of shape 1 and above)
P(D > C) is a concave function of E(D - C)⁺: dE/dP is 1 / hazard (Mills' ratio), which rises with
P. By Jensen's inequality the level is then kept, and exactly where all items lie at their own
quantile. Demand with heavier tails may be short a little oftener; an item that can hardly be
served weighs more here than its probability would, so that less is promised than could be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.terms import Flags, Floats
from optimization.constraints import LIMITS
from optimization.constraints.group import in_group
from optimization.constraints.violation import Violation, over_limit
from optimization.shared.ground import Ground, together
from optimization.shared.rows import Entries, Row, StockEntries
from optimization.shared.shortages import cycle_demand, end_points, short_at_level

LEAST_SHORT = 1e-6
"""Share of a cycle's demand, short at the level, below which an item is none to promise for."""


def short_column(level: float) -> str:
    """The column of a plan that holds the units short at a level."""
    return f"short_at_{level:.12g}"


@LIMITS.register("group_cycle_service")
@dataclass(frozen=True)
class GroupCycleService:
    """The cycle service level of all items of a category, supplier and location (None: any)."""

    name: str
    cycle_service_level: float  # 0 to 1 [a]
    category: str | None = None
    supplier: str | None = None
    location: str | None = None
    most: float = 1.0  # of what is short over what the level leaves short, on average

    def _theirs(self, frame: pd.DataFrame) -> Flags:
        return in_group(frame, self.category, self.supplier, self.location)

    def rows(self, grounds: Sequence[Ground]) -> list[Row]:
        """Σ_i E(D_i - C_i)⁺ / E(D_i - x_i)⁺ ≤ n, a row for each cycle in turn."""
        most = max((ground.problem.floor.shape[1] for ground in grounds), default=0)
        found = []
        for u in range(most):
            reach = [ground for ground in grounds if u < ground.problem.floor.shape[1]]
            parts = [self._cycle(ground, u) for ground in reach]
            count = sum(part[0] for part in parts)
            constant = sum(part[1] for part in parts)
            if count:
                stock = zip(*(vars(part[3]).values() for part in parts), strict=True)
                found.append(
                    Row(
                        self.name, "group_cycle_service", f"cycle {u + 1}",
                        self.most * count - constant, "shares short", constant,
                        orders=together([part[2] for part in parts]),
                        stock=StockEntries(*(np.concatenate(column) for column in stock)),
                    )
                )  # fmt: skip
        return found

    def _cycle(self, ground: Ground, u: int) -> tuple[int, float, Entries, StockEntries]:
        """Items in the cycle, what is short if nothing is ordered or left over, entries."""
        problem = ground.problem
        cycle, through = cycle_demand(problem)
        allowed = short_at_level(problem, self.cycle_service_level)
        here = self._theirs(ground.frame) & ground.solved & (u < problem.cycles.count)
        here &= counts(allowed[:, u], cycle[:, u])
        series = np.flatnonzero(here)
        weight = 1.0 / allowed[series, u]
        point = end_points(problem)[series, u]
        supply = problem.supply[series, u, point]
        owner = np.repeat(ground.place[series], u + 1)
        stock = StockEntries(
            ground.place[series], np.full(series.size, u), u * problem.knots.shape[2] + point,
            weight, supply - problem.supply[series, 0, 0],
        )  # fmt: skip
        earlier = np.tile(np.arange(u + 1), series.size)
        orders = Entries(owner, earlier, -np.repeat(weight, u + 1))
        constant = float((weight * (through[series, u] - supply)).sum())
        return int(series.size), constant, orders, stock

    def violations(self, plan: pd.DataFrame, openings: pd.DataFrame) -> list[Violation]:
        """Cycles in which the group is short of more than its level leaves it, on average."""
        theirs = plan[self._theirs(plan) & plan["expected_demand"].notna()]
        allowed = theirs[short_column(self.cycle_service_level)].to_numpy(dtype=np.float64)
        kept = counts(allowed, theirs["expected_demand"].to_numpy(dtype=np.float64))
        share = (theirs["expected_short"].to_numpy() / np.where(kept, allowed, 1.0))[kept]
        found = []
        for cycle, shares in pd.Series(share).groupby(theirs["decision"].to_numpy()[kept]):
            what = (f"cycle {cycle}", float(shares.sum()), self.most * len(shares))
            found += over_limit(self.name, *what, "shares short")
        return found


def counts(allowed: Floats, demand: Floats) -> Flags:
    """Which items have any demand in a cycle that the level would leave short."""
    return np.asarray((demand > 0) & (allowed > LEAST_SHORT * demand))
