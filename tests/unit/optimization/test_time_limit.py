"""A solve that must stop early gives the best plan so far, its true gap, and no better name."""

from __future__ import annotations

import numpy as np
import pytest

from domain.settings import Settings, Solver
from experiments.benchmarks.optimization_instances import Shape
from tests.unit.optimization.shared_limits import EXACT, instance, solved

SETTINGS = Settings(unmet_demand="backordered")
CASES = {
    "any amount": (Shape(40, cycles=3), ("budget", "storage", "supplier_capacity")),
    "whole orders": (Shape(40, cycles=3, multiple=0.3, minimum=0.7), ("budget", "order_lines")),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seconds", [1e-6, 0.1])
def test_a_plan_that_was_stopped_keeps_its_limits_and_says_its_gap(
    case: str, seconds: float
) -> None:
    shape, kinds = CASES[case]
    problem, rows = instance(shape, 1, SETTINGS, kinds, 0.7)
    found = solved(problem, rows, Solver(time_limit_seconds=seconds, threads=1))
    best = solved(problem, rows, EXACT)
    bound = np.array([row.bound for row in rows])
    assert (found.used <= bound + 1e-6 * np.maximum(np.abs(bound), 1.0)).all()
    assert found.bound <= best.objective * (1 + 1e-9)  # so the gap told is no smaller than it is
    assert found.objective >= best.bound * (1 - 1e-9)
    gap = (found.objective - found.bound) / found.objective
    assert (found.status == "optimal") == (gap <= 1e-6)
