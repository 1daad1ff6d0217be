"""Whole orders under budgets, with order costs and without, by prices and by the search."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.settings import Solver
from optimization.problem import Problem
from optimization.reference import solve_reference
from optimization.shared import searched, solve
from optimization.shared.rows import Row
from optimization.shared.solve import Shared, solve_limits
from optimization.solver import Verdict
from tests.unit.optimization.shared_limits import solved
from tests.unit.optimization.test_supplier_minimums import assert_kept, whole_instance

OPTIONS = Solver(time_limit_seconds=60.0, threads=1)


def budgets(seed: int, series: int, weeks: int, order_cost: float) -> tuple[Problem, list[Row]]:
    """Packs and minimums, two suppliers whose orders cost so much, a budget a week that binds."""
    problem, rows = whole_instance(seed, series, weeks)
    hard = [row for row in rows if not row.or_nothing]
    return replace(problem, order_cost=np.full(2, order_cost)), hard


def by_prices(problem: Problem, rows: list[Row]) -> Shared:
    """The plan that prices alone lead to."""
    return solve_limits([problem], [np.arange(problem.series)], rows, OPTIONS)


@pytest.mark.parametrize("order_cost", [0.0, 3.0])
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_a_plan_lies_within_a_hundredth_of_the_reference(seed: int, order_cost: float) -> None:
    problem, rows = budgets(seed, 24, 2, order_cost)
    found, alone = solved(problem, rows, OPTIONS), by_prices(problem, rows)
    theirs = solve_reference(problem, Solver(time_limit_seconds=20, threads=1), rows)
    assert theirs.verdict is Verdict.OPTIMAL
    assert_kept(problem, rows, found.solutions[0].quantity)
    assert found.bound <= theirs.objective * (1 + 1e-6)
    assert theirs.objective * (1 - 1e-4) <= found.objective <= theirs.objective * 1.01
    assert found.objective <= alone.objective
    assert found.bound >= alone.bound


def test_several_spreads_of_the_mix_over_few_items_cost_no_more_than_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    costs: dict[int, list[float]] = {1: [], 16: []}
    for spreads, found in costs.items():
        monkeypatch.setattr(solve, "MOST_SPREADS", spreads)
        for seed in range(4):
            problem, rows = budgets(seed, 30, 4, 0.0)
            plan = by_prices(problem, rows)
            assert_kept(problem, rows, plan.solutions[0].quantity)
            found.append(plan.objective)
    assert (np.array(costs[16]) <= costs[1]).all()
    assert min(np.array(costs[16]) / costs[1]) < 1 - 1e-3


def test_order_costs_are_shared_better_than_at_prices_alone() -> None:
    problem, rows = budgets(0, 60, 6, 3.0)
    found, alone = solved(problem, rows, OPTIONS), by_prices(problem, rows)
    assert_kept(problem, rows, found.solutions[0].quantity)
    assert found.objective < alone.objective
    assert found.bound > 1.02 * alone.bound
    # What limits are worth is what prices say.
    for name in ("marginal_value", "more", "less"):
        assert getattr(found, name).tobytes() == getattr(alone, name).tobytes()
    again = solved(problem, rows, OPTIONS.model_copy(update={"threads": 2}))
    assert again.solutions[0].quantity.tobytes() == found.solutions[0].quantity.tobytes()
    assert (again.objective, again.bound) == (found.objective, found.bound)


def test_above_the_size_that_was_measured_prices_alone_decide(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem, rows = budgets(0, 30, 3, 3.0)
    monkeypatch.setattr(searched, "MOST_SERIES", 29)
    found, alone = solved(problem, rows, OPTIONS), by_prices(problem, rows)
    assert found.solutions[0].quantity.tobytes() == alone.solutions[0].quantity.tobytes()
    assert found.bound == alone.bound
