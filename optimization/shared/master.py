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
from optimization.solver import Verdict, solve_model, solve_with

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


@dataclass(frozen=True)
class Mix:
    """What the master answers."""

    weight: Floats  # N, share of each plan in its group
    price: Floats  # R, 0 or above
    objective: float  # of the master, box included
    outside: float  # what the box was paid: 0 where the limits are kept by the plans alone
    cost: float  # of the plans alone


def solve_master(
    columns: Columns, groups: int, bound: Floats, lower: Floats, upper: Floats, options: Solver
) -> Mix | None:
    """The cheapest mix; None where time ran out before there was one."""
    model, weight, outer = _build(columns, groups, bound, lower, upper)
    answer = solve_model(model, options, presolve=False)
    if answer.verdict is not Verdict.OPTIMAL:
        return None
    share = np.maximum([variable.varValue for variable in weight], 0.0)
    share = share / np.bincount(columns.group, weights=share, minlength=groups)[columns.group]
    price = np.maximum([-answer.duals[f"limit{r}"] for r in range(bound.size)], 0.0)
    outside = float(sum(variable.varValue for variable in outer))
    return Mix(share, price, answer.objective, outside, float(share @ columns.cost))


def try_bounds(
    columns: Columns, groups: int, bound: Floats, upper: Floats, which: Integers, step: float,
    options: Solver,
) -> tuple[Floats, Floats]:  # fmt: skip
    """What `step` more of each limit in `which` saves, and what `step` less costs, scaled."""
    model, _, _ = _build(columns, groups, bound, np.zeros(bound.size), upper)
    answer = solve_model(model, options, presolve=False)
    if answer.verdict is not Verdict.OPTIMAL:
        return np.zeros(which.size), np.zeros(which.size)
    known = answer.objective
    more = [known - solve_with(model, f"limit{r}", float(bound[r]) + step) for r in which]
    less = [solve_with(model, f"limit{r}", float(bound[r]) - step) - known for r in which]
    return np.array(more), np.array(less)


def _build(
    columns: Columns, groups: int, bound: Floats, lower: Floats, upper: Floats
) -> tuple[pulp.LpProblem, list[pulp.LpVariable], list[pulp.LpVariable]]:
    """The model, its weights, and what steps over the box."""
    import pulp

    model = pulp.LpProblem("master", pulp.LpMinimize)
    weight = [model.add_variable(f"w{n}", lowBound=0) for n in range(columns.group.size)]
    above = [model.add_variable(f"above{r}", lowBound=0) for r in range(bound.size)]
    held = np.flatnonzero(lower > 0)
    below = {int(r): model.add_variable(f"below{r}", lowBound=0) for r in held}
    terms = [*zip(weight, columns.cost.tolist(), strict=True)]
    terms += zip(above, upper.tolist(), strict=True)
    terms += [(variable, -float(lower[r])) for r, variable in below.items()]
    model += pulp.LpAffineExpression(terms)
    for r in range(bound.size):
        row = [(w, use) for w, use in zip(weight, columns.use[:, r].tolist(), strict=True) if use]
        row.append((above[r], -1.0))
        if r in below:
            row.append((below[r], 1.0))
        _constrain(model, row, pulp.LpConstraintLE, f"limit{r}", float(bound[r]))
    for g in range(groups):
        theirs = [(weight[n], 1.0) for n in np.flatnonzero(columns.group == g)]
        _constrain(model, theirs, pulp.LpConstraintEQ, f"group{g}", 1.0)
    return model, weight, [*above, *below.values()]


def _constrain(
    model: pulp.LpProblem, terms: list[tuple[pulp.LpVariable, float]], sense: int, name: str,
    right: float,
) -> None:  # fmt: skip
    import pulp

    model.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, name, right))
