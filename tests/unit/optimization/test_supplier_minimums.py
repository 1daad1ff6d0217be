"""Orders of a supplier come to its smallest order, or to nothing."""

from __future__ import annotations

import numpy as np
import pytest

from domain.settings import Settings
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.constraints import LIMITS
from optimization.shared.ground import Ground
from optimization.shared.minimums import forbidden
from optimization.shared.rows import Row
from optimization.solve import prepare, solve_prepared
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
