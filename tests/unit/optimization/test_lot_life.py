"""A lot is weighed over its life: ordered where it earns its keep, whatever the horizon."""

from dataclasses import replace

import numpy as np
import pytest

from domain.settings import Settings
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.lot_life import cost_of_unit, with_lots
from optimization.problem import Problem
from optimization.reference import solve_reference
from optimization.separable import evaluate
from optimization.solve import prepare, solve, solve_prepared
from tests.unit.optimization.problems import single
from tests.unit.optimization.shared_limits import EXACT, ground_of, rows_of, solved, tightened

LOST = Settings(unmet_demand="lost", slow_moving_days=90)
LEVELS = [k / 100 for k in range(1, 100)]
SAME = [1.0] * len(LEVELS)


def slow(shortage: float, pack: float = 100.0, line_cost: float = 0.0) -> Problem:
    """One unit sold a day without fail, two cycles of a day, nothing in stock, κ of 50 a unit."""
    problem = single(
        LEVELS, [SAME, [2.0] * len(SAME)], holding=0.01, shortage=shortage, multiple=pack,
        line_cost=line_cost, surplus=50.0,
    )  # fmt: skip
    return replace(problem, late_knots=np.array([[92.0] * len(SAME)]), daily_demand=np.array([1.0]))


def test_a_unit_costs_what_the_economic_lot_makes_it_cost() -> None:
    problem = slow(9.0, pack=0.0, line_cost=2.0)  # √(2 · 2 · 1 / 0.01) = 20 units
    assert cost_of_unit(problem, np.array([1.0])) == pytest.approx([2 / 20 + 0.01 * 20 / 2])
    packs = replace(problem, multiple=np.array([16.0]))  # 16 costs less than 32
    assert cost_of_unit(packs, np.array([1.0])) == pytest.approx([2 / 16 + 0.01 * 16 / 2])
    least = replace(packs, minimum=np.array([50.0]))  # 64, the fourth pack
    assert cost_of_unit(least, np.array([1.0])) == pytest.approx([2 / 64 + 0.01 * 64 / 2])


def test_a_lot_that_earns_its_keep_is_ordered_and_no_other() -> None:
    # A hundred units last a hundred days: 0.01 · 100 / 2 = 0.5 a unit.
    assert solve(slow(1.2), LOST).quantity[0, 0] == 100.0
    assert solve(slow(0.4), LOST).quantity.sum() == 0.0
    refused = replace(slow(1.2), daily_demand=None)
    assert solve(refused, LOST).quantity.sum() == 0.0


def test_the_order_cost_counts_over_the_life_of_the_lot() -> None:
    assert solve(slow(1.2, line_cost=30.0), LOST).quantity[0, 0] == 100.0
    assert solve(slow(1.2, line_cost=90.0), LOST).quantity.sum() == 0.0


def test_what_is_left_costs_its_holding_until_sold_less_what_it_saves() -> None:
    ready = prepare(slow(1.2), LOST)
    cost = [evaluate(ready, np.array([[x, 0.0]]))[0] for x in (2.0, 52.0, 102.0)]
    for units, more in ((50.0, cost[1] - cost[0]), (100.0, cost[2] - cost[0])):
        life = 0.01 * units**2 / 2 - 0.5 * units
        cycles = 0.01 * units * 2  # held through both
        assert more == pytest.approx(life + cycles, abs=0.02 * 0.5 * units)


def test_without_lots_or_with_a_promise_or_where_customers_wait_the_plan_is_as_it_was() -> None:
    for problem in (
        slow(1.2, pack=1.0),
        replace(slow(1.2), surplus_above_target=np.array([True])),
        replace(slow(1.2), waits=np.array([True])),
        replace(slow(1.2), daily_demand=np.array([0.0])),
    ):
        assert with_lots(problem) is problem
    waiting = Settings(unmet_demand="backordered")
    assert prepare(slow(1.2), waiting).saved is None


def test_the_reference_model_weighs_lots_alike() -> None:
    raw = random_problem(Shape(12, cycles=3, multiple=4.0, line_cost=3.0), 3)
    sold = (raw.late_knots.mean(axis=1) + raw.late_floor) / 150.0
    problem = prepare(replace(raw, daily_demand=sold), LOST)
    assert problem.saved is not None
    assert (problem.saved > 0).any()
    ours = solve_prepared(problem)
    theirs = solve_reference(problem, Settings().solver)
    assert ours.objective == pytest.approx(theirs.objective, rel=1e-6)


def test_limits_that_items_share_weigh_lots_alike() -> None:
    raw = random_problem(Shape(8, cycles=3, points=2, multiple=4.0, line_cost=3.0), 5)
    sold = (raw.late_knots.mean(axis=1) + raw.late_floor) / 150.0
    problem = prepare(replace(raw, daily_demand=sold), LOST)
    nothing = np.zeros(problem.series)
    free = replace(problem, multiple=nothing, line_cost=nothing)  # a linear program again
    assert free.saved is not None
    assert (free.saved > 0).any()
    rows = tightened(free, rows_of(("budget", "storage"), ground_of(free, LOST)), 0.6)
    ours, theirs = solved(free, rows), solve_reference(free, EXACT, rows)
    assert ours.objective == pytest.approx(theirs.objective, rel=1e-6)
    assert ours.bound == pytest.approx(theirs.objective, rel=1e-6)
