"""The fast solves and the readable PuLP model agree on two hundred random problems."""

from __future__ import annotations

import numpy as np
import pytest

from domain.settings import Settings, Solver
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.reference import solve_reference
from optimization.solve import cost_of, prepare, solve_prepared
from optimization.solver import Verdict

LOST = Settings(unmet_demand="lost")
BACKORDERED = Settings(unmet_demand="backordered")
EXACT = Solver(time_limit_seconds=60.0, relative_gap=1e-9, threads=1)

# kind, instances: 200 in all. Integer ones are small: they are proved by branch and bound.
KINDS = {
    "any amount": (Shape(50, cycles=4, points=2, ragged=True), 8),
    "any amount, few": (Shape(6, cycles=5, points=3, ragged=True, whole_stock=False), 52),
    "packs": (Shape(8, cycles=3, points=2, multiple=0.4, ragged=True), 40),
    "minimum": (Shape(3, cycles=3, minimum=1.0, ragged=True), 25),
    "minimum and packs": (Shape(3, cycles=3, minimum=1.0, multiple=0.3, ragged=True), 25),
    "line cost": (Shape(4, cycles=3, line_cost=0.3, ragged=True), 25),
    "everything": (Shape(2, cycles=3, minimum=0.7, multiple=0.3, line_cost=0.2), 25),
}


@pytest.mark.parametrize("kind", KINDS)
def test_objective_is_the_reference_models(kind: str) -> None:
    shape, instances = KINDS[kind]
    for seed in range(instances):
        settings = LOST if seed % 2 else BACKORDERED
        problem = prepare(random_problem(shape, seed), settings)
        ours = solve_prepared(problem, threads=1, monotone=False)
        theirs = solve_reference(problem, EXACT)
        assert theirs.verdict is Verdict.OPTIMAL
        slack = 1e-6 * abs(theirs.objective)
        assert abs(ours.objective - theirs.objective) <= slack, f"{kind}, seed {seed}"
        assert ours.status == "optimal"
        # Each plan costs in the other's eyes what it costs in its own.
        judged = float(cost_of(problem, np.where(theirs.quantity > 1e-7, theirs.quantity, 0)).sum())
        assert abs(judged - theirs.objective) <= 1e-5 * abs(theirs.objective), f"{kind}, {seed}"


def test_with_the_monotone_rule_the_bound_is_the_reference_optimum() -> None:
    for seed in range(10):
        problem = prepare(random_problem(Shape(3, minimum=1.0, multiple=0.3), seed), LOST)
        ruled = solve_prepared(problem, threads=1)
        optimum = solve_reference(problem, EXACT).objective
        assert ruled.bound == pytest.approx(optimum, rel=1e-6)
        assert ruled.objective >= optimum * (1 - 1e-6)


def test_shared_order_costs_lie_between_bound_and_plan() -> None:
    shape = Shape(6, multiple=0.3, order_cost=1.0, groups=2)
    for seed in range(10):
        problem = prepare(random_problem(shape, seed), BACKORDERED)
        ours = solve_prepared(problem, threads=1)
        optimum = solve_reference(problem, EXACT).objective
        assert ours.bound <= optimum * (1 + 1e-6)
        assert optimum <= ours.objective * (1 + 1e-6)


def test_an_order_cost_of_one_line_is_exact() -> None:
    for seed in range(10):
        problem = prepare(random_problem(Shape(1, order_cost=1.0, groups=1), seed), BACKORDERED)
        ours = solve_prepared(problem, threads=1)
        optimum = solve_reference(problem, EXACT).objective
        assert ours.objective == pytest.approx(optimum, rel=1e-6)
        assert ours.status == "optimal"
