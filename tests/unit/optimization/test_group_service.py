"""A group keeps its fill rate at the least cost, as the whole PuLP model says too."""

from __future__ import annotations

import numpy as np
import pytest

from domain.settings import Settings
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.constraints.group_service import GroupService
from optimization.reference import solve_reference
from optimization.shared.ground import Ground
from optimization.shared.shortages import cycle_demand, shortages
from optimization.solve import prepare, solve_prepared
from tests.unit.optimization.shared_limits import EXACT, ground_of, plan_frame, solved

SETTINGS = Settings(unmet_demand="backordered")
SHAPE = Shape(10, cycles=3, points=2, whole_stock=False)


def ground(seed: int) -> Ground:
    return ground_of(prepare(random_problem(SHAPE, seed), SETTINGS), SETTINGS, seed)


def rates(place: Ground, quantity: np.ndarray) -> np.ndarray:
    """Fill rate of all items in each cycle."""
    demand, _ = cycle_demand(place.problem)
    return np.asarray(1.0 - shortages(place.problem, quantity).sum(axis=0) / demand.sum(axis=0))


@pytest.mark.parametrize("seed", range(4))
def test_a_promise_is_kept_at_the_cost_of_the_reference(seed: int) -> None:
    place = ground(seed)
    alone = rates(place, solve_prepared(place.problem, 1).quantity)
    asked = float(1.0 - 0.4 * (1.0 - alone.min()))
    limit = GroupService("all", asked)
    rows = limit.rows([place])
    found = solved(place.problem, rows)
    theirs = solve_reference(place.problem, EXACT, rows)
    assert found.objective == pytest.approx(theirs.objective, rel=1e-6)
    quantity = found.solutions[0].quantity
    assert rates(place, quantity).min() == pytest.approx(asked, abs=1e-6)
    assert limit.violations(plan_frame(place, quantity), place.frame) == []
    assert found.marginal_value.max() > 0


def test_a_promise_that_is_kept_anyway_changes_nothing() -> None:
    place = ground(1)
    free = solve_prepared(place.problem, 1).quantity
    rows = GroupService("all", float(rates(place, free).min()) - 0.01).rows([place])
    assert solved(place.problem, rows).solutions[0].quantity.tobytes() == free.tobytes()


def test_a_promise_holds_for_its_group_only() -> None:
    place = ground(2)
    limit = GroupService("toys", 0.995, category="toys")
    found = solved(place.problem, limit.rows([place])).solutions[0].quantity
    free = solve_prepared(place.problem, 1).quantity
    others = (place.frame["category"] != "toys").to_numpy()
    np.testing.assert_allclose(found[others], free[others], rtol=1e-6, atol=1e-6)
    assert found[~others].sum() > free[~others].sum()
