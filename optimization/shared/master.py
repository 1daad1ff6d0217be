"""The master of the decomposition: which mix of each group's plans keeps the limits cheapest.

min Σ cost_gj · w_gj + Σ (upper_r · above_r - lower_r · below_r)
    Σ use_rgj · w_gj - above_r + below_r ≤ bound_r      one row a limit, its dual -price_r
    Σ_j w_gj = 1                                        one row a group, w ≥ 0

`above` and `below` keep the prices between `lower` and `upper`, a box around the best ones so
far (Marsten, Hogan & Blankenship 1975, doi 10.1287/opre.23.3.389): without it prices swing from
one iteration to the next. All numbers are scaled to about 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from domain.settings import Solver
from domain.terms import Floats, Integers
from optimization.solver import Solved, SparseColumns, Standing

if TYPE_CHECKING:
    import pulp


@dataclass
class Columns:
    """N plans of groups: each is what its group does at one price vector."""

    group: Integers  # N
    at: Integers  # N, which price vector
    cost: Floats  # N
    use: Floats  # N × R

    def add(self, cost: Floats, use: Floats, at: int, groups: Sequence[int]) -> int:
        """A plan for each of some groups, except those that are there already; how many are new.

        `cost` and `use` are of all G groups.
        """
        fresh: list[int] = []
        for g in groups:
            known = self.group == g
            same = known & (np.abs(self.cost - cost[g]) <= SAME * abs(cost[g]))
            if not (np.abs(self.use[same] - use[g]) <= SAME * np.abs(use[g])).all(axis=1).any():
                fresh.append(g)
        self.group = np.concatenate([self.group, fresh]).astype(np.int64)
        self.at = np.concatenate([self.at, np.full(len(fresh), at)]).astype(np.int64)
        self.cost = np.concatenate([self.cost, cost[fresh]])
        self.use = np.concatenate([self.use, use[fresh]])
        return len(fresh)

    def keep(self, places: Integers) -> None:
        """Forget all others."""
        self.group, self.at = self.group[places], self.at[places]
        self.cost, self.use = self.cost[places], self.use[places]


SAME = 1e-13
"""Relative: plans of a group nearer than this are one."""
MOST_USE = 1e14
"""Scaled use of a limit of next to nothing that counts as any more: HiGHS refuses 1e15."""


@dataclass(frozen=True)
class Mix:
    """What the master answers."""

    weight: Floats  # N, share of each plan in its group
    price: Floats  # R, 0 or above
    objective: float  # of the master, box included
    outside: float  # what the box was paid: 0 where the limits are kept by the plans alone
    cost: float  # of the plans alone


class Master:
    """The master of some groups under R limits: it grows by plans and is solved again and again.

    PuLP states the limits, the groups and the box; plans are columns that the solver gets as
    they are found, and it goes on from the mix it had.
    """

    def __init__(self, groups: int, bound: Floats, options: Solver) -> None:
        """`groups`: how many; `bound` R, scaled."""
        self.bound, self.groups = bound, groups
        self.group, self.cost = np.zeros(0, dtype=np.int64), np.zeros(0)
        model, outer = _frame(groups, bound)
        self._standing = Standing(model, options)
        self._box = np.array([variable.index for variable in outer], dtype=np.int64)

    def add(self, columns: Columns, begin: int) -> None:
        """Take up the plans from `begin` on."""
        group, cost, use = columns.group[begin:], columns.cost[begin:], columns.use[begin:]
        rows = self.bound.size
        weight = np.column_stack([np.clip(use, -MOST_USE, MOST_USE), np.ones(group.size)])
        row = np.column_stack([np.broadcast_to(np.arange(rows), use.shape), rows + group])
        there = weight != 0
        start = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
        self._standing.add(SparseColumns(cost, start, row[there], weight[there]))
        self.group = np.concatenate([self.group, group])
        self.cost = np.concatenate([self.cost, cost])

    def limit_to(self, bound: Floats) -> None:
        """Other limits, R, for the same plans."""
        for row in np.flatnonzero(bound != self.bound).tolist():
            self._standing.bound(row, float(bound[row]))
        self.bound = bound

    def solve(self, lower: Floats, upper: Floats) -> Mix | None:
        """The cheapest mix with prices from `lower` to `upper` (R each); None where time ran out
        before there was one."""
        found = self._solved(lower, upper)
        if found is None:
            return None
        share = np.maximum(found.value[self._box.size :], 0.0)
        whole = np.bincount(self.group, weights=share, minlength=self.groups)
        share = share / whole[self.group]
        price = np.maximum(-found.dual[: self.bound.size], 0.0)
        outside = float(found.value[self._box].sum())
        return Mix(share, price, found.objective, outside, float(share @ self.cost))

    def try_bounds(self, upper: Floats, which: Integers, step: float) -> tuple[Floats, Floats]:
        """What `step` more of each limit in `which` saves, and what `step` less costs, scaled."""
        more, less = np.zeros(which.size), np.zeros(which.size)
        known = self._solved(np.zeros(upper.size), upper)
        if known is None:
            return more, less
        for place, row in enumerate(which.tolist()):
            more[place] = known.objective - self._objective_at(row, step)
            less[place] = self._objective_at(row, -step) - known.objective
            self._standing.bound(row, float(self.bound[row]))
        return more, less

    def _solved(self, lower: Floats, upper: Floats) -> Solved | None:
        most = np.concatenate([np.full(upper.size, np.inf), np.where(lower > 0, np.inf, 0.0)])
        self._standing.price(self._box, np.concatenate([upper, -lower]), most)
        return self._standing.solve()

    def _objective_at(self, row: int, step: float) -> float:
        self._standing.bound(row, float(self.bound[row]) + step)
        found = self._standing.solve(primal=True)
        return found.objective if found else np.inf


def _frame(groups: int, bound: Floats) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """Limits and groups without plans, and what steps over the box: R above, then R below."""
    import pulp

    model = pulp.LpProblem("master", pulp.LpMinimize)
    above = [model.add_variable(f"above{r}", lowBound=0) for r in range(bound.size)]
    below = [model.add_variable(f"below{r}", lowBound=0) for r in range(bound.size)]
    model += pulp.LpAffineExpression([(variable, 0.0) for variable in [*above, *below]])
    for r, most in enumerate(bound.tolist()):
        model += -above[r] + below[r] <= most, f"limit{r}"
    nobody = pulp.LpAffineExpression([])
    for g in range(groups):
        model += pulp.LpConstraint(nobody, pulp.LpConstraintEQ, f"group{g}", 1.0)
    return model, [*above, *below]
