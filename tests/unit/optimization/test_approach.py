"""Where series are many, near prices are found on a sample: the plan is as good as without it."""

from __future__ import annotations

import numpy as np
import pytest

from domain.settings import Settings, Solver
from experiments.benchmarks.optimization_instances import Shape
from optimization.problem import Problem
from optimization.shared import sample, solve
from optimization.shared.rows import Row
from tests.unit.optimization.shared_limits import instance, solved, use_of

BACKORDERED = Settings(unmet_demand="backordered")
LIMITS = ("budget", "storage", "supplier_capacity")
ASKED = Solver(relative_gap=1e-6, threads=1)


@pytest.fixture
def sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every problem counts as one of many series, of which every other one is in the sample."""
    monkeypatch.setattr(solve, "MANY", 1)
    monkeypatch.setattr(sample, "ONE_IN", 2)


def limited(seed: int, multiple: float = 0.0) -> tuple[Problem, list[Row]]:
    shape = Shape(300, cycles=3, ragged=True, multiple=multiple)
    return instance(shape, seed, BACKORDERED, LIMITS, 0.7)


@pytest.mark.parametrize("seed", [1, 2])
def test_sampled_search_reaches_the_gap_and_keeps_every_limit(
    seed: int, request: pytest.FixtureRequest
) -> None:
    problem, rows = limited(seed)
    plain = solved(problem, rows, ASKED)
    request.getfixturevalue("sampled")
    found = solved(problem, rows, ASKED)
    assert found.status == "optimal"
    assert found.objective - found.bound <= 1e-6 * found.objective
    assert found.objective == pytest.approx(plain.objective, rel=2e-6)
    assert found.bound <= plain.objective * (1 + 1e-12)
    limit = np.array([row.bound for row in rows])
    used = use_of(problem, rows, found.solutions[0].quantity)
    assert (used <= limit + 1e-8 * np.abs(limit)).all()


@pytest.mark.usefixtures("sampled")
@pytest.mark.parametrize("multiple", [0.0, 0.4])
def test_threads_change_no_byte_of_a_sampled_search(multiple: float) -> None:
    problem, rows = limited(3, multiple)
    one = solved(problem, rows, ASKED)
    two = solved(problem, rows, ASKED.model_copy(update={"threads": 2}))
    assert one.solutions[0].quantity.tobytes() == two.solutions[0].quantity.tobytes()
    assert one.marginal_value.tobytes() == two.marginal_value.tobytes()
    assert (one.bound, one.objective) == (two.bound, two.objective)


@pytest.mark.usefixtures("sampled")
def test_packs_keep_the_limits_with_a_bound_below() -> None:
    problem, rows = limited(4, 0.4)
    found = solved(problem, rows, ASKED)
    limit = np.array([row.bound for row in rows])
    used = use_of(problem, rows, found.solutions[0].quantity)
    assert (used <= limit + 1e-8 * np.abs(limit)).all()
    assert found.bound <= found.objective <= found.bound * 1.01


@pytest.mark.usefixtures("sampled")
def test_no_time_gives_a_plan_with_its_true_gap() -> None:
    problem, rows = limited(5)
    found = solved(problem, rows, ASKED.model_copy(update={"time_limit_seconds": 0.01}))
    assert found.status == "feasible"
    assert found.bound < found.objective
    limit = np.array([row.bound for row in rows])
    used = use_of(problem, rows, found.solutions[0].quantity)
    assert (used <= limit + 1e-8 * np.abs(limit)).all()
