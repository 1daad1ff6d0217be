"""The adapter believes HiGHS, not PuLP."""

from __future__ import annotations

import sys

import numpy as np
import pulp
import pytest

from domain.errors import InfeasibleError, PlanError, UnavailableError
from domain.settings import Settings, Solver
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.reference import solve_reference
from optimization.solve import prepare
from optimization.solver import Verdict, solve_model


def test_a_solve_stopped_by_its_time_limit_is_not_called_optimal() -> None:
    problem = prepare(random_problem(Shape(60, cycles=6, minimum=1.0, multiple=0.3), 1), Settings())
    answer = solve_reference(problem, Solver(time_limit_seconds=0.01, threads=1))
    assert answer.verdict is not Verdict.OPTIMAL
    assert answer.bound <= answer.objective


def test_limits_that_cannot_hold_together_are_refused() -> None:
    model = pulp.LpProblem("none", pulp.LpMinimize)
    x = model.add_variable("x", 0, 1)
    model += x
    model += x >= 2
    with pytest.raises(InfeasibleError):
        solve_model(model, Solver(threads=1))


def test_a_cost_without_end_is_refused() -> None:
    model = pulp.LpProblem("endless", pulp.LpMinimize)
    x = model.add_variable("x", 0)
    model += -1 * x
    model += x >= 1
    with pytest.raises(PlanError):
        solve_model(model, Solver(threads=1))


def test_without_the_solver_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "highspy", None)
    with pytest.raises(UnavailableError, match="Install highspy"):
        solve_model(pulp.LpProblem("any", pulp.LpMinimize), Solver(threads=1))


def test_the_reference_refuses_more_than_it_is_for() -> None:
    problem = prepare(random_problem(Shape(201), 1), Settings())
    with pytest.raises(PlanError, match="too many"):
        solve_reference(problem, Solver())


def test_numbers_no_plan_can_be_made_from_are_refused() -> None:
    problem = random_problem(Shape(2), 1)
    problem.holding[0] = np.nan
    with pytest.raises(PlanError, match="holding"):
        prepare(problem, Settings())
