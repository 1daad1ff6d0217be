"""Price breaks under shared limits: known to the prices, the plan, its bound and its mending."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.settings import Settings, Solver
from experiments.benchmarks.optimization_instances import Shape
from optimization.problem import Problem
from optimization.reference import solve_reference
from optimization.shared.certificate import relative_gap
from optimization.shared.rows import Row
from optimization.solve import cost_of
from optimization.solver import Verdict
from tests.unit.optimization.shared_limits import instance, solved, tightened, use_of

OPTIONS = Solver(time_limit_seconds=60.0, relative_gap=1e-6, threads=1)
BACKORDERED = Settings(unmet_demand="backordered")
KINDS = (("budget",), ("storage",), ("budget", "supplier_capacity", "order_lines"))
SHAPES = (Shape(6, multiple=0.4), Shape(6, multiple=0.4, minimum=0.8, line_cost=0.3), Shape(5))
NEAR = 1e-6


def with_breaks(problem: Problem, but: int = 1) -> Problem:
    """Two price breaks of all series but the first `but`."""
    usual = np.maximum(2.0 * problem.multiple, problem.knots[:, 0, -1].max(axis=1) / 4)
    starts = usual[:, None] * np.array([1.0, 2.5])
    starts[:but] = np.inf
    saving = problem.holding[:, None] * np.array([6.0, 9.0])
    return replace(problem, break_from=starts, break_saving=saving)


def broken(shape: Shape, seed: int, kinds: tuple[str, ...]) -> tuple[Problem, list[Row]]:
    """A problem with price breaks and rows that bind."""
    plain, rows = instance(shape, seed, BACKORDERED, kinds, 0.8)
    problem = with_breaks(plain)
    return problem, tightened(problem, rows, 0.7)


@pytest.mark.parametrize("kinds", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_plan_keeps_limits_and_lies_between_its_bound_and_near_the_cheapest(
    shape: Shape, kinds: tuple[str, ...]
) -> None:
    problem, rows = broken(shape, 5, kinds)
    found = solved(problem, rows, OPTIONS)
    (solution,) = found.solutions
    limit = np.array([row.bound for row in rows])
    assert (use_of(problem, rows, solution.quantity) <= limit + NEAR * np.abs(limit)).all()
    assert found.objective == pytest.approx(cost_of(problem, solution.quantity).sum())
    theirs = solve_reference(problem, Solver(time_limit_seconds=20, threads=1), rows)
    size = abs(cost_of(problem, 0 * solution.quantity).sum())
    assert found.bound <= theirs.objective + NEAR * size
    if theirs.verdict is Verdict.OPTIMAL:
        assert theirs.objective <= found.objective + NEAR * size
    assert found.objective <= theirs.objective + 0.02 * size
    gap = relative_gap(found.objective, found.bound)
    assert (found.status == "optimal") == (gap <= OPTIONS.relative_gap)
