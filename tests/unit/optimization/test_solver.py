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
from optimization.solver import SparseColumns, Standing, Verdict, solve_model
from tests.unit.optimization.shared_limits import (
    EVERY_KIND,
    ground_of,
    rows_of,
    solved,
    tightened,
)


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


def growing(right: float) -> tuple[Standing, pulp.LpVariable]:
    """At least `right` of something that is dear, before cheaper columns come."""
    model = pulp.LpProblem("grows", pulp.LpMinimize)
    dear = model.add_variable("dear", lowBound=0)
    model += 10 * dear
    model += -dear <= -right
    model += dear <= 100
    return Standing(model, Solver(threads=1)), dear


def columns(*found: tuple[float, dict[int, float]]) -> SparseColumns:
    """Columns by their costs, and their weights by row."""
    start = np.cumsum([0, *(len(weights) for _, weights in found)])
    rows = [row for _, weights in found for row in weights]
    weights = [weight for _, weights in found for weight in weights.values()]
    cost = np.array([cost for cost, _ in found])
    return SparseColumns(
        cost, start, np.array(rows, dtype=np.int64), np.array(weights, dtype=np.float64)
    )


def test_a_standing_model_goes_on_with_the_columns_it_is_given() -> None:
    standing, dear = growing(6.0)
    alone = standing.solve()
    assert alone is not None
    assert (alone.objective, alone.value[dear.index]) == (60.0, 6.0)
    assert alone.dual[0] == pytest.approx(-10.0)
    standing.add(columns((4.0, {0: -2.0}), (1.0, {0: -1.0, 1: 50.0})))  # 2 apiece; 1, but 2 at most
    found = standing.solve()
    assert found is not None
    assert found.objective == pytest.approx(2 * 1.0 + 4.0 * 2.0)
    assert found.value == pytest.approx([0.0, 2.0, 2.0])


def test_a_standing_model_follows_its_limits_and_prices() -> None:
    standing, dear = growing(6.0)
    place = np.array([dear.index])
    costs = []
    for right, price in ((6.0, 10.0), (8.0, 10.0), (8.0, 3.0), (6.0, 10.0)):
        standing.bound(0, -right)
        standing.price(place, np.array([price]), np.array([np.inf]))
        found = standing.solve()
        assert found is not None
        costs.append(found.objective)
    assert costs == [60.0, 80.0, 24.0, 60.0]


def test_a_standing_model_that_cannot_be_kept_is_refused_and_mends() -> None:
    standing, _ = growing(101.0)
    with pytest.raises(InfeasibleError):
        standing.solve()
    standing.bound(0, -100.0)
    found = standing.solve()
    assert found is not None
    assert found.objective == pytest.approx(1000.0)


def test_whole_numbers_and_both_ends_of_variables_reach_the_solver() -> None:
    model = pulp.LpProblem("ends", pulp.LpMinimize)
    x = model.add_variable("x", -3, 7.5, cat=pulp.LpInteger)
    y = model.add_variable("y", None, 2.25)
    model += -x - y + 1.5
    model += x + y >= -20
    answer = solve_model(model, Solver(threads=1))
    assert answer.verdict is Verdict.OPTIMAL
    assert (x.varValue, y.varValue) == (7.0, 2.25)
    assert answer.objective == pytest.approx(-7.0 - 2.25 + 1.5)


def test_where_one_simplex_method_is_lost_the_other_answers() -> None:
    settings = Settings(unmet_demand="lost")
    shape = Shape(40, multiple=0.3, order_cost=20.0, groups=5)
    problem = prepare(random_problem(shape, 46), settings)
    rows = tightened(problem, rows_of(EVERY_KIND, ground_of(problem, settings, 4)), 0.7)
    found = solved(problem, rows, Solver(time_limit_seconds=60.0, relative_gap=1e-6, threads=1))
    assert np.isfinite(found.objective)
    assert 0 < found.bound <= found.objective


def test_one_more_of_a_limit_that_is_at_its_least_is_not_worth_more_than_all_costs() -> None:
    # At such a mix a price may be as high as one likes, and primal simplex gives the highest.
    settings = Settings(unmet_demand="backordered")
    problem = prepare(random_problem(Shape(40, ragged=True, points=2), 4), settings)
    limits = rows_of(("order_lines", "budget"), ground_of(problem, settings, 0))
    found = solved(problem, tightened(problem, limits, 0.7))
    assert (found.marginal_value <= found.objective).all()


def test_plans_that_take_any_number_of_times_a_limit_of_nothing_are_weighed() -> None:
    settings = Settings(unmet_demand="backordered")
    problem = prepare(random_problem(Shape(40, ragged=True, points=2), 6), settings)
    limits = rows_of(EVERY_KIND, ground_of(problem, settings, 0))
    found = solved(problem, tightened(problem, limits, 0.7))
    assert 0 < found.bound <= found.objective
