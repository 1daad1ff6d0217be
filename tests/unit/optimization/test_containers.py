"""Orders of a supplier fill containers, or are nothing."""

from __future__ import annotations

import numpy as np
import pytest

from domain.settings import Settings
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.constraints import LIMITS
from optimization.constraints.container_fill import ContainerFill
from optimization.shared.ground import Ground
from optimization.solve import prepare, solve_prepared
from tests.unit.optimization.shared_limits import ground_of, plan_frame, solved

SETTINGS = Settings(unmet_demand="backordered")


def volumes(place: Ground, quantity: np.ndarray) -> np.ndarray:
    """Cubic metres ordered of the even supplier, a number a decision."""
    theirs = (place.frame["supplier"] == "even").to_numpy()
    each = place.frame["volume_m3"].to_numpy()[:, None]
    return np.asarray((quantity * each)[theirs].sum(axis=0))


@pytest.mark.parametrize("multiple", [0.0, 0.1])
@pytest.mark.parametrize("containers", [0.4, 2.7])
def test_every_container_is_filled_to_its_share(multiple: float, containers: float) -> None:
    for seed in range(2):
        shape = Shape(30, cycles=3, multiple=multiple)
        place = ground_of(prepare(random_problem(shape, seed), SETTINGS), SETTINGS, seed)
        free = solve_prepared(place.problem, 1)
        size = float(np.median(volumes(place, free.quantity))) / containers
        limit = ContainerFill("even", None, size, 0.8)
        found = solved(place.problem, limit.rows([place]))
        held = volumes(place, found.solutions[0].quantity) / size
        last = held - np.maximum(np.ceil(held - 1e-6) - 1, 0)
        assert ((held <= 1e-6) | (last >= 0.8 - 1e-6)).all()
        assert limit.violations(plan_frame(place, found.solutions[0].quantity), place.frame) == []
        assert found.bound <= found.objective
        assert found.bound == pytest.approx(free.bound, rel=1e-9)
        if containers > 1:  # some are filled, and filling them costs less than ordering nothing
            assert held.max() > 0.7


def test_containers_that_are_full_enough_change_nothing() -> None:
    place = ground_of(prepare(random_problem(Shape(30, cycles=2), 1), SETTINGS), SETTINGS, 1)
    free = solve_prepared(place.problem, 1)
    limit = LIMITS.get("container_fill")("even", None, 1e-3, 1e-3)
    found = solved(place.problem, limit.rows([place]))
    assert found.solutions[0].quantity.tobytes() == free.quantity.tobytes()


def test_a_bound_on_money_holds_beside_containers() -> None:
    place = ground_of(prepare(random_problem(Shape(30, cycles=2), 3), SETTINGS), SETTINGS, 3)
    free = solve_prepared(place.problem, 1).quantity
    cost = place.frame["unit_cost"].to_numpy()[:, None]
    spent = float((free[:, 0] * cost[:, 0]).sum())
    budget = LIMITS.get("budget")("budget", "", 0.6 * spent, 0, 6)
    limit = ContainerFill("even", None, float(volumes(place, free).max()) / 3, 0.9)
    rows = [*budget.rows([place]), *limit.rows([place])]
    found = solved(place.problem, rows)
    plan = plan_frame(place, found.solutions[0].quantity)
    assert limit.violations(plan, place.frame) == []
    assert budget.violations(plan, place.frame) == []
    assert found.used.size == found.marginal_value.size == len(rows)
