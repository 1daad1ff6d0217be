"""Price breaks under shared limits: prices of limits do not know them, and the bound says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.settings import Settings, Solver
from experiments.benchmarks.optimization_instances import Shape
from optimization.reference import solve_reference
from optimization.shared.certificate import relative_gap
from optimization.solver import Verdict
from tests.unit.optimization.shared_limits import instance, solved

OPTIONS = Solver(time_limit_seconds=60.0, relative_gap=1e-6, threads=1)


@pytest.mark.parametrize("seed", [5, 6, 7])
def test_the_bound_lies_below_the_cheapest_plan_there_is(seed: int) -> None:
    plain, rows = instance(
        Shape(6, multiple=0.4), seed, Settings(unmet_demand="backordered"), ("budget",), 0.8
    )
    first = np.full((6, 1), 2.0 * plain.multiple.max())
    problem = replace(plain, break_from=first, break_saving=np.full((6, 1), 0.5))
    found = solved(problem, rows, OPTIONS)
    theirs = solve_reference(problem, Solver(time_limit_seconds=30, threads=1), rows)
    assert theirs.verdict is Verdict.OPTIMAL
    assert theirs.objective <= found.objective * (1 + 1e-6)
    assert found.bound <= theirs.objective * (1 + 1e-6)
    gap = relative_gap(found.objective, found.bound)
    assert (found.status == "optimal") == (gap <= OPTIONS.relative_gap)
