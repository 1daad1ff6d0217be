"""Limits that cannot hold together are named, exactly, with what would mend each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.errors import InfeasibleError
from domain.settings import Settings, Solver
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.constraints import LIMITS
from optimization.problem import Problem
from optimization.shared.feasible import rounded_up
from optimization.shared.ground import Ground
from optimization.shared.rows import Row, bounds
from optimization.solve import prepare
from tests.unit.optimization.shared_limits import ground_of, rows_of, solved, tightened, use_of

SETTINGS = Settings(unmet_demand="backordered")
SHAPE = Shape(12, cycles=3)


def ground() -> Ground:
    problem: Problem = prepare(random_problem(SHAPE, 2), SETTINGS)
    return ground_of(problem, SETTINGS)


def promise(place: Ground, units: float) -> Row:
    """At least so many units of all, in the first week."""
    weights = place.frame[["sku"]].assign(location=None, weight=1.0)
    make = LIMITS.get("linear_limit")
    (row,) = make("promise", "", units, 0, 6, weights, True).rows([place])
    return row


def conflict(place: Ground, rows: list[Row]) -> InfeasibleError:
    with pytest.raises(InfeasibleError) as caught:
        solved(place.problem, rows)
    return caught.value


@pytest.mark.parametrize("kind", ["budget", "supplier_capacity", "order_lines", "linear_limit"])
def test_more_taken_already_than_there_is(kind: str) -> None:
    place = ground()
    rows = tightened(place.problem, rows_of([kind], place), 1.0)
    broken = replace(rows[-1], bound=-3.0)
    error = conflict(place, [*rows[:-1], broken])
    assert error.limits == (broken.name,)
    assert "by 3" in error.mend


def test_stock_that_is_there_fills_more_than_the_space() -> None:
    place = ground()
    rows = tightened(place.problem, rows_of(["storage"], place), 1.0)
    idle = use_of(place.problem, rows, np.zeros(place.problem.floor.shape))
    full = [replace(row, bound=row.bound - 2 * (r == 1) * row.bound) for r, row in enumerate(rows)]
    error = conflict(place, full)
    assert error.limits == (rows[1].name,)
    assert f"{rounded_up(idle[1] + rows[1].bound):,.6g}" in error.mend


def test_every_limit_that_cannot_be_kept_by_itself_is_named_though_others_ask_for_orders() -> None:
    place = ground()
    rows = tightened(place.problem, rows_of(["storage"], place), 1.0)
    full = [replace(row, bound=-row.bound) if r < 3 else row for r, row in enumerate(rows)]
    error = conflict(place, [*full, promise(place, 20.0)])
    assert error.limits == tuple(row.name for row in full[:3])


def test_what_is_said_to_mend_a_limit_is_never_too_little() -> None:
    for amount in np.random.default_rng(0).lognormal(0.0, 6.0, 200).tolist():
        said = float(f"{rounded_up(amount):.6g}")
        assert amount * (1 - 1e-9) <= said <= amount * (1 + 1.1e-5)
    row = Row("space", "storage", "", -3.6e-15, "m³", taken=30.7)
    assert bounds([row]).tolist() == [0.0]


def test_a_promise_beyond_the_budget_names_both_and_no_other() -> None:
    place = ground()
    others = tightened(place.problem, rows_of(["storage", "supplier_capacity"], place), 1.0)
    others = [replace(row, bound=row.bound * 10 + 1e6) for row in others]
    (budget,) = (row for row in rows_of(["budget"], place) if row.limit == "first week")
    cheapest = float(place.frame["unit_cost"].min())
    money = replace(budget, bound=100.0 * cheapest)
    error = conflict(place, [*others, money, promise(place, 150.0)])
    assert error.limits == (money.name, "promise")
    # The budget lacks fifty of the cheapest; or the promise is too large by as many.
    assert f"{50 * cheapest:,.6g}" in error.mend
    assert "promise by 50" in error.mend


def test_a_promise_that_can_be_kept_is_kept() -> None:
    place = ground()
    row = promise(place, 5000.0)
    found = solved(place.problem, [row])
    assert found.solutions[0].quantity[:, 0].sum() == pytest.approx(5000.0)
    assert found.marginal_value[0] > 0


@pytest.mark.parametrize(
    "shape",
    [
        replace(SHAPE, minimum=1.0),
        replace(SHAPE, minimum=1.0, multiple=0.3),
        replace(SHAPE, multiple=0.3, line_cost=0.3),
    ],
)
def test_a_promise_far_above_demand_is_kept_by_whole_orders_too(shape: Shape) -> None:
    place = ground_of(prepare(random_problem(shape, 2), SETTINGS), SETTINGS)
    found = solved(place.problem, [promise(place, 50_000.0)])
    assert found.solutions[0].quantity[:, 0].sum() >= 50_000.0 * (1 - 1e-9)
    assert found.objective == pytest.approx(found.bound, rel=1e-3)


def test_what_a_limit_of_nothing_lacks_is_what_another_asks_for() -> None:
    place = ground()
    (budget,) = (row for row in rows_of(["budget"], place) if row.limit == "first week")
    cheapest = float(place.frame["unit_cost"].min())
    error = conflict(place, [replace(budget, bound=0.0), promise(place, 150.0)])
    assert f"{rounded_up(150 * cheapest):,.6g}" in error.mend
    assert "promise by 150" in error.mend


@pytest.mark.parametrize("seed", [0, 4])
def test_smallest_orders_that_a_promise_of_service_needs_are_placed_and_no_reason_to_refuse(
    seed: int,
) -> None:
    problem = prepare(random_problem(Shape(10, cycles=3, line_cost=0.3), seed), SETTINGS)
    place = ground_of(problem, SETTINGS, seed)
    rows = tightened(problem, rows_of(["supplier_minimum", "container_fill"], place), 1.0)
    large = [
        replace(row, bound=-60.0, size=70.0)
        if row.kind == "container_fill"
        else replace(row, bound=-4.0 * abs(row.bound) - 20.0)
        for row in rows
    ]
    service = LIMITS.get("group_service")("served", 0.97).rows([place])
    options = Solver(time_limit_seconds=5.0, threads=1)
    found = solved(problem, [*large, *service], options)
    assert (found.used[-len(service) :] <= bounds(service) + 1e-6).all()
    least = np.array([-row.bound for row in large])
    ordered = found.used[: len(large)]
    assert ((ordered <= 1e-6) | (ordered >= least * (1 - 1e-6))).all()
