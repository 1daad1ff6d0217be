"""Whole orders that take far too much of limits are mended until these hold, in few rounds."""

from __future__ import annotations

import time

import numpy as np
import pytest

from domain.settings import Settings
from experiments.benchmarks.optimization_instances import Shape
from optimization.shared.entries import weights_of
from optimization.shared.pricer import Pricer
from optimization.shared.repair import repair
from optimization.shared.rows import Part, bounds
from tests.unit.optimization.shared_limits import instance

SETTINGS = Settings(unmet_demand="backordered")


@pytest.mark.parametrize("kind", ["budget", "supplier_capacity", "linear_limit"])
def test_orders_a_thousand_times_too_large_end_within_the_limits(kind: str) -> None:
    problem, rows = instance(Shape(6, cycles=12, multiple=0.1), 1, SETTINGS, (kind,), 0.5)
    every = np.arange(problem.series)
    part = Part(problem, every, weights_of(rows, every, every.size))
    pricer = Pricer([part], len(rows), 6, 1, [np.zeros(problem.series)])
    pack = np.where(problem.multiple > 0, problem.multiple, 1.0)[:, None]
    orders = [np.ascontiguousarray(np.full(problem.floor.shape, 1e4) * pack)]
    limit = bounds(rows)
    left = repair(
        pricer, orders, limit, np.zeros(len(rows)), np.maximum(limit, 1e-9), time.monotonic() + 60
    )
    assert (left >= -1e-6 * limit).all()
    assert (pricer.use(orders) <= limit * (1 + 1e-6)).all()
