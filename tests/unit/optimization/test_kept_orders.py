"""Orders that an earlier plan had are kept where changing them saves too little."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.settings import Settings
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.kept_orders import CHANGE_COST, keep_planned
from optimization.problem import Problem, Solution
from optimization.solve import cost_of, prepare, solve_prepared
from tests.unit.optimization.problems import single

BACKORDERED = Settings(unmet_demand="backordered")
CERTAIN = [1e-9]
ONE_SHORT = np.array([9.0])  # where ten are wanted: 9.00 of shortage more


def ten_a_week() -> tuple[Problem, Solution]:
    problem = prepare(single(CERTAIN, [[10], [20]], multiple=1.0), BACKORDERED)
    found = solve_prepared(problem, 1)
    assert found.quantity[0].tolist() == [10.0, 10.0]
    return problem, found


def test_an_order_is_kept_as_long_as_changing_it_saves_no_more_than_it_costs() -> None:
    problem, found = ten_a_week()
    kept = keep_planned(problem, found, ONE_SHORT, 9.01)
    assert kept.quantity[0].tolist() == [9.0, 11.0]
    assert kept.binding[0] == CHANGE_COST
    assert kept.objective == pytest.approx(found.objective + 9.0)
    assert kept.bound == found.bound
    changed = keep_planned(problem, found, ONE_SHORT, 8.99)
    assert changed.quantity[0].tolist() == [10.0, 10.0]


def test_an_order_that_cannot_be_placed_any_more_is_changed() -> None:
    problem, found = ten_a_week()
    half = keep_planned(problem, found, np.array([9.5]), 1e6)
    assert half.quantity[0, 0] == 10.0
    least = replace(problem, minimum=np.array([10.0]))
    assert keep_planned(least, found, ONE_SHORT, 1e6).quantity[0, 0] == 10.0
    assert keep_planned(problem, found, np.array([np.nan]), 1e6).quantity[0, 0] == 10.0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.4]), st.floats(0.0, 20.0))
def test_keeping_costs_no_more_than_allowed_and_nothing_for_the_plan_itself(
    seed: int, multiple: float, change_cost: float
) -> None:
    problem = prepare(random_problem(Shape(30, cycles=3, multiple=multiple), seed), BACKORDERED)
    found = solve_prepared(problem, 1)
    again = keep_planned(problem, found, found.quantity[:, 0], change_cost)
    assert again.quantity.tobytes() == found.quantity.tobytes()
    pack = np.where(problem.multiple > 0, problem.multiple, 1.0)
    before = pack * np.random.default_rng(seed).poisson(found.quantity[:, 0] / pack)
    kept = keep_planned(problem, found, before, change_cost)
    assert (kept.cost <= found.cost + change_cost + 1e-9).all()
    np.testing.assert_allclose(cost_of(problem, kept.quantity), kept.cost, rtol=1e-9, atol=1e-9)
    as_before = kept.quantity[:, 0] == before
    as_found = kept.quantity[:, 0] == found.quantity[:, 0]
    assert (as_before | as_found).all()
