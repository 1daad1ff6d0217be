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
from optimization.shared.changes import solve_with_planned
from optimization.shared.rows import Row
from optimization.solve import cost_of, solve_prepared
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


@pytest.mark.parametrize("shape", SHAPES)
def test_limits_that_do_not_bind_change_nothing(shape: Shape) -> None:
    plain, rows = instance(shape, 6, BACKORDERED, ("budget", "storage", "order_lines"), 0.8)
    problem = with_breaks(plain)
    wide = [replace(row, bound=1e9) for row in rows]
    found = solved(problem, wide, OPTIONS)
    free = solve_prepared(problem)
    assert (found.solutions[0].quantity == free.quantity).all()
    assert found.objective == free.objective


@pytest.mark.parametrize("shape", SHAPES)
def test_a_limit_that_binds_a_little_costs_a_little(shape: Shape) -> None:
    plain, rows = instance(replace(shape, series=30), 6, BACKORDERED, ("budget",), 0.8)
    problem = with_breaks(plain)
    found = solved(problem, tightened(problem, rows, 0.99), OPTIONS)
    free = solve_prepared(problem)
    assert free.objective <= found.objective + NEAR * abs(free.objective)
    assert found.objective <= free.objective + 0.05 * abs(free.objective)
    saved = cost_of(replace(problem, break_from=None), found.solutions[0].quantity)
    assert found.objective < saved.sum()  # some orders reach a lower price


def test_the_number_of_threads_changes_no_byte() -> None:
    problem, rows = broken(SHAPES[1], 5, KINDS[2])
    one = solved(problem, rows, OPTIONS)
    two = solved(problem, rows, OPTIONS.model_copy(update={"threads": 2}))
    assert (one.solutions[0].quantity == two.solutions[0].quantity).all()
    assert (one.objective, one.bound) == (two.objective, two.bound)


@pytest.mark.parametrize("shape", SHAPES)
def test_an_earlier_order_at_a_lower_price_is_kept_where_that_is_worth_it(shape: Shape) -> None:
    problem, rows = broken(replace(shape, series=12), 5, ("budget",))
    plain = solved(problem, rows, OPTIONS)
    (before,) = plain.solutions
    pack = np.where(problem.multiple > 0, problem.multiple, 1.0)
    planned = np.where(before.quantity[:, 0] > 0, before.quantity[:, 0] + pack, 0.0)
    every = [np.arange(problem.series)]
    size = abs(cost_of(problem, 0 * before.quantity).sum())
    free = solve_with_planned([problem], every, rows, OPTIONS, [planned], 1e-9)
    assert free.objective <= plain.objective + NEAR * size
    held = solve_with_planned([problem], every, rows, OPTIONS, [planned], size)
    limit = np.array([row.bound for row in rows])
    assert (held.used <= limit + NEAR * np.abs(limit)).all()
    changed = (held.solutions[0].quantity[:, 0] != planned).sum()
    assert changed < (before.quantity[:, 0] != planned).sum()
