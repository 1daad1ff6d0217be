"""A plan's solve against the readable PuLP model, on the user's own data.

The model answers up to `MOST_SERIES` sku-locations. Where a plan has more, those with the highest
expected cost are solved again, both ways, with the orders of all others as the plan has them.
Limits that ask for much or nothing (smallest orders, containers) and shared stock at a source are
no part of the model and are left out of both.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from domain.settings import Solver
from domain.terms import Integers
from optimization.problem import Problem
from optimization.reference import MOST_SERIES, solve_reference
from optimization.shared.cut import cut_to, taken_by
from optimization.shared.minimums import solve_shared
from optimization.shared.rows import Row
from optimization.solve import prepare, solve_prepared
from planning.decision import portions
from planning.distributions import distributions
from planning.limited import Portion, portion
from planning.limits import limits_of
from planning.plan import Decision
from planning.problem import build_problem, worth_ordering
from planning.situation import Situation


@dataclass(frozen=True)
class Answer:
    """What one way of solving ended with."""

    method: str
    objective: float  # money; infinite where nothing was found in time
    bound: float  # money
    status: str  # optimal, feasible, nothing
    seconds: float

    @property
    def gap(self) -> float:
        """How far the objective may be above the least possible, as a share of it."""
        if not np.isfinite(self.objective):
            return np.inf
        return max(self.objective - self.bound, 0.0) / max(abs(self.objective), 1e-12)


@dataclass(frozen=True)
class Comparison:
    """Both answers to the same problem, and how much of the plan that problem is."""

    solved: int  # sku-locations in it
    planned: int  # sku-locations the plan solves
    left_out: tuple[str, ...]  # limits that are in neither
    ours: Answer
    reference: Answer

    @property
    def sentences(self) -> list[str]:
        """What a planner is told, a line each."""
        cut = "" if self.solved == self.planned else f" of {self.planned:,}, those that cost most"
        lines = [f"Against the reference model, {self.solved:,} sku-locations{cut}:"]
        for answer in (self.ours, self.reference):
            cost = f"{answer.objective:,.2f}" if np.isfinite(answer.objective) else "no plan found"
            gap = f", gap at most {answer.gap:.2g}" if np.isfinite(answer.gap) else ""
            lines.append(
                f"  {answer.method}: {cost}, {answer.status}{gap}, {answer.seconds:.2f} seconds"
            )
        if self.left_out:
            lines.append(f"  Left out of both: {', '.join(self.left_out)}.")
        return lines

    @property
    def record(self) -> dict[str, object]:
        """The same for machines."""
        answers = {
            name: vars(a) | {"gap": a.gap if np.isfinite(a.gap) else None,
                             "objective": a.objective if np.isfinite(a.objective) else None,
                             "bound": a.bound if np.isfinite(a.bound) else None}
            for name, a in (("ours", self.ours), ("reference", self.reference))
        }  # fmt: skip
        return {"solved": self.solved, "planned": self.planned, "left_out": list(self.left_out),
                **answers}  # fmt: skip


def compare(situation: Situation, decision: Decision) -> Comparison:
    """Solve what the model can hold of a plan both ways. Raises UnavailableError without HiGHS."""
    planned = _planned(situation)
    order = np.argsort(-decision.solution.cost[planned], kind="stable")
    chosen = np.sort(planned[order[:MOST_SERIES]])
    options = situation.dataset.settings.solver
    rows: list[Row] = []
    left_out: tuple[str, ...] = ()
    limits = limits_of(situation)
    if limits:
        problem, rows, left_out = _cut(situation, decision, chosen)
    else:
        part = situation.take(chosen)
        known = distributions(part)
        problem = prepare(build_problem(part, known), situation.dataset.settings)
    return Comparison(
        solved=int(chosen.size),
        planned=int(planned.size),
        left_out=left_out,
        ours=_timed("the plan's solve", lambda: _ours(problem, rows, options)),
        reference=_timed("the reference model", lambda: _reference(problem, rows, options)),
    )


def _planned(situation: Situation) -> Integers:
    """The series that a plan solves."""
    found = [
        rows[situation.planned_for_stock[rows] & worth_ordering(part, distributions(part))]
        for rows in portions(situation)
        for part in [situation.take(rows)]
    ]
    return np.sort(np.concatenate(found))


def _cut(
    situation: Situation, decision: Decision, chosen: Integers
) -> tuple[Problem, list[Row], tuple[str, ...]]:
    """The problem of the chosen series and the limits as they are left for them."""
    first = portion(situation.take(chosen), np.arange(chosen.size))
    rest = np.setdiff1d(np.arange(situation.series), chosen)
    others: list[tuple[Integers, Portion]] = []
    begun = chosen.size
    for rows in portions(situation.take(rest)) if rest.size else []:
        place = np.arange(begun, begun + rows.size)
        others.append((rest[rows], portion(situation.take(rest[rows]), place)))
        begun += rows.size
    grounds = [first.ground, *(part.ground for _, part in others)]
    every = [row for limit in limits_of(situation) for row in limit.rows(grounds)]
    rows_kept = [row for row in every if not row.or_nothing]
    used = np.zeros(len(rows_kept))
    for rows, part in others:
        quantity = decision.solution.quantity[rows, : part.problem.floor.shape[1]].copy()
        quantity[:, 0] -= part.ground.settled
        used += taken_by(part.problem, part.ground.place, rows_kept, quantity)
    names = tuple(dict.fromkeys(row.limit for row in every if row.or_nothing))
    return first.problem, cut_to(rows_kept, chosen.size, used), names


def _timed(method: str, solve: Callable[[], Answer]) -> Answer:
    begun = time.perf_counter()
    found = solve()
    return replace(found, method=method, seconds=round(time.perf_counter() - begun, 3))


def _ours(problem: Problem, rows: list[Row], options: Solver) -> Answer:
    if rows:
        shared = solve_shared([problem], [np.arange(problem.series)], rows, options)
        return Answer("", shared.objective, shared.bound, shared.status, 0.0)
    alone = solve_prepared(problem, options.threads)
    return Answer("", alone.objective, alone.bound, alone.status, 0.0)


def _reference(problem: Problem, rows: list[Row], options: Solver) -> Answer:
    found = solve_reference(problem, options, rows)
    return Answer("", found.objective, found.bound, found.verdict.value, 0.0)
