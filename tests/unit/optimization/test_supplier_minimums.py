"""Orders of a supplier come to its smallest order, or to nothing."""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import replace

import numpy as np
import pytest

from domain.errors import InfeasibleError
from domain.settings import Settings, Solver
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.constraints import LIMITS
from optimization.integer import smallest_order
from optimization.order_costs import paid_order_costs
from optimization.problem import Problem
from optimization.reference import solve_reference
from optimization.shared.ground import Ground
from optimization.shared.rows import Entries, Row, forbidden, turned
from optimization.solve import cost_of, prepare, solve_prepared
from optimization.solver import Verdict
from tests.unit.optimization.shared_limits import ground_of, instance, plan_frame, solved

SETTINGS = Settings(unmet_demand="backordered")


def ordered(place: Ground, quantity: np.ndarray) -> np.ndarray:
    """Money ordered of the even supplier for the south, a number a decision."""
    theirs = (place.frame["supplier"] == "even") & (place.frame["location"] == "south")
    value = quantity * place.frame["unit_cost"].to_numpy()[:, None]
    return np.asarray(value[theirs.to_numpy()].sum(axis=0))


@pytest.mark.parametrize("multiple", [0.0, 0.3])
def test_small_orders_are_raised_or_dropped(multiple: float) -> None:
    shape = Shape(30, cycles=3, multiple=multiple)
    for seed in range(3):
        place = ground_of(prepare(random_problem(shape, seed), SETTINGS), SETTINGS, seed)
        free = solve_prepared(place.problem, 1)
        least = float(np.median(ordered(place, free.quantity)) * 1.3 + 1.0)
        limit = LIMITS.get("supplier_minimum")("even", "south", least)
        found = solved(place.problem, limit.rows([place]))
        value = ordered(place, found.solutions[0].quantity)
        assert ((value <= 1e-6 * least) | (value >= least * (1 - 1e-6))).all()
        assert found.bound <= found.objective
        assert found.objective >= free.objective * (1 - 1e-9)
        plan = plan_frame(place, found.solutions[0].quantity)
        assert limit.violations(plan[plan["quantity"] > 1e-6], plan) == []


def test_a_minimum_that_does_not_fit_the_budget_drops_the_order() -> None:
    problem, rows = instance(Shape(30, cycles=2), 1, SETTINGS, ("budget",), 0.3)
    place = ground_of(problem, SETTINGS, 1)
    budget: list[Row] = [row for row in rows if row.limit == "all"]
    limit = LIMITS.get("supplier_minimum")("even", "south", 2.0 * budget[0].bound)
    found = solved(problem, [*budget, *limit.rows([place])])
    assert ordered(place, found.solutions[0].quantity).max() <= 1e-6 * budget[0].bound
    assert found.used[0] <= budget[0].bound * (1 + 1e-6)
    assert found.marginal_value.size == found.used.size == 1 + len(limit.rows([place]))


def test_a_minimum_that_every_order_reaches_changes_nothing() -> None:
    place = ground_of(prepare(random_problem(Shape(30, cycles=2), 1), SETTINGS), SETTINGS, 1)
    limit = LIMITS.get("supplier_minimum")("even", "south", 1e-3)
    found = solved(place.problem, limit.rows([place]))
    free = solve_prepared(place.problem, 1)
    assert found.solutions[0].quantity.tobytes() == free.quantity.tobytes()


def test_a_first_order_is_raised_where_that_is_cheaper_than_none() -> None:
    place = ground_of(prepare(random_problem(Shape(30, cycles=3), 1), SETTINGS), SETTINGS, 1)
    first = float(ordered(place, solve_prepared(place.problem, 1).quantity)[0])
    rows = LIMITS.get("supplier_minimum")("even", "south", 2.2 * first).rows([place])
    found = solved(place.problem, rows)
    none = solved(place.problem, [forbidden(row) for row in rows])
    assert found.objective < none.objective


@pytest.mark.parametrize("least", [1e10, 1e12])
def test_nothing_is_ordered_where_no_order_is_large_enough(least: float) -> None:
    place = ground_of(prepare(random_problem(Shape(30, cycles=3), 1), SETTINGS), SETTINGS, 1)
    limit = LIMITS.get("supplier_minimum")("even", "south", least)
    found = solved(place.problem, limit.rows([place]))
    assert ordered(place, found.solutions[0].quantity).max() < 1e-6


def whole_instance(seed: int = 0, series: int = 60, weeks: int = 6) -> tuple[Problem, list[Row]]:
    """Packs, order costs, a budget a week that binds, smallest orders of two suppliers."""
    raw = random_problem(Shape(series, cycles=weeks, minimum=1.0, multiple=0.3), seed)
    group = np.arange(series) % 2
    problem = prepare(replace(raw, order_group=group, order_cost=np.full(2, 3.0)), SETTINGS)
    free = solve_prepared(problem, 1).quantity
    cost = problem.holding * 365 / 0.25
    rows = []
    for u in range(weeks):
        money = Entries(np.arange(series), np.full(series, u), cost)
        bound = 0.95 * float(cost @ free[:, u])
        rows.append(Row("budget", "budget", f"week {u}", bound, "money", orders=money))
    for number in range(2):
        theirs = np.flatnonzero(group == number)
        least = 0.9 * float(cost[theirs] @ free[theirs].sum(axis=1)) / weeks
        for u in range(weeks):
            taken = turned(Entries(theirs, np.full(theirs.size, u), cost[theirs]))
            rows.append(
                Row(f"supplier {number}", "supplier_minimum", f"week {u}", -least, "money",
                    orders=taken, at_least=True, day=7 * u, or_nothing=True)
            )  # fmt: skip
    return problem, rows


def assert_kept(problem: Problem, rows: list[Row], quantity: np.ndarray) -> None:
    """Every budget holds, every order is large enough or none, packs and minimums are whole."""
    for row in rows:
        taken = float(row.orders.weight @ quantity[row.orders.series, row.orders.decision])
        none = row.or_nothing and taken == 0
        assert none or taken <= row.bound + 1e-7 * abs(row.bound), row.name
    packs = quantity / problem.multiple[:, None]
    assert np.abs(packs - np.round(packs)).max() < 1e-9
    assert ((quantity == 0) | (quantity >= smallest_order(problem)[:, None] * (1 - 1e-9))).all()


@pytest.mark.parametrize("seconds", [0.1, 60.0])
def test_whole_orders_keep_budgets_and_smallest_orders_however_little_time(seconds: float) -> None:
    problem, rows = whole_instance()
    found = solved(problem, rows, Solver(time_limit_seconds=seconds, threads=1))
    assert_kept(problem, rows, found.solutions[0].quantity)
    free = solve_prepared(problem, 1)
    assert free.bound * (1 - 1e-9) <= found.bound <= found.objective
    assert found.status == "feasible"
    assert found.objective == pytest.approx(
        float(cost_of(problem, found.solutions[0].quantity).sum())
        + paid_order_costs(problem, found.solutions[0].quantity)
    )


def test_threads_change_nothing_in_whole_orders_with_smallest_ones() -> None:
    problem, rows = whole_instance(1)
    one, two = (
        solved(problem, rows, Solver(time_limit_seconds=60, threads=count)) for count in (1, 2)
    )
    assert one.solutions[0].quantity.tobytes() == two.solutions[0].quantity.tobytes()
    assert one.bound == two.bound


@pytest.mark.parametrize("seed", [2, 3])
def test_the_cheapest_of_all_choices_lies_between_bound_and_plan(seed: int) -> None:
    problem, rows = whole_instance(seed, 12, 2)
    optional = [r for r, row in enumerate(rows) if row.or_nothing]
    costs = []
    for placed in itertools.product((False, True), repeat=len(optional)):
        settled = list(rows)
        for r, one in zip(optional, placed, strict=True):
            settled[r] = rows[r] if one else forbidden(rows[r])
        with contextlib.suppress(InfeasibleError):
            found = solve_reference(problem, Solver(time_limit_seconds=20, threads=1), settled)
            assert found.verdict is Verdict.OPTIMAL
            costs.append(found.objective)
    plan = solved(problem, rows)
    assert plan.bound <= min(costs) * (1 + 1e-6)
    assert min(costs) * (1 - 1e-4) <= plan.objective <= min(costs) * 1.01
