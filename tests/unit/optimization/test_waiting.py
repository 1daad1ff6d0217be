"""What a series costs where nothing is ordered today, as pricing under limits has reckoned it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.settings import Settings
from experiments.benchmarks.optimization_instances import Shape
from optimization.shared.joint import Joint
from optimization.solve import cost_of
from tests.unit.optimization.shared_limits import instance

BACKORDERED = Settings(unmet_demand="backordered")
SHAPES = (
    Shape(40, ragged=True, points=2),
    Shape(40, multiple=0.4),
    Shape(40, minimum=1.0, multiple=0.3, line_cost=2.0),
    Shape(40, multiple=0.3, order_cost=20.0, groups=5),
)


@pytest.mark.parametrize("breaks", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_waiting_costs_what_its_orders_cost(shape: Shape, breaks: bool) -> None:
    problem, rows = instance(shape, 5, BACKORDERED, ("budget", "storage"), 0.8)
    if breaks:
        from_units = np.full((40, 1), 10.0)
        problem = replace(problem, break_from=from_units, break_saving=np.full((40, 1), 0.3))
    layout = Joint([problem], [np.arange(40)], rows, 0)
    price = np.random.default_rng(6).uniform(0.0, 0.2, len(rows))
    waiting = layout.costs_of_waiting(price)[0]
    orders = layout.joined(layout.pricer.orders(price, first=1))[0]
    assert (orders[:, 0] == 0).all()
    assert (orders > 0).any()
    np.testing.assert_allclose(waiting, cost_of(problem, orders), rtol=1e-9, atol=1e-9)
