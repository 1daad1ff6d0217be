"""A cycle service level that items keep on average."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.settings import Settings
from domain.settings_limits import GroupServiceSetting
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.constraints import LIMITS
from optimization.problem import Problem
from optimization.shared.ground import Ground
from optimization.shared.shortages import end_points
from optimization.solve import prepare, solve_prepared
from tests.unit.optimization.shared_limits import LAST_DAY, ground_of, solved

BACKORDERED = Settings(unmet_demand="backordered")


def place(seed: int) -> Ground:
    problem = random_problem(Shape(40, cycles=2, whole_stock=False), seed)
    return ground_of(prepare(problem, BACKORDERED), BACKORDERED, seed)


def probability_of_no_shortage(problem: Problem, quantity: np.ndarray, u: int) -> np.ndarray:
    """P(D ≤ C) at the end of cycle u, straight between knots, S."""
    row = np.arange(problem.series)
    point = end_points(problem)[row, u]
    supply = problem.supply[row, u, point] + quantity[:, : u + 1].sum(axis=1)
    return np.array(
        [
            np.interp(
                supply[s], problem.knots[s, u, point[s]], problem.levels[s], left=0.0, right=1.0
            )
            for s in row
        ]
    )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("level", [0.9, 0.97])
def test_the_level_is_kept_on_average_though_money_is_short(seed: int, level: float) -> None:
    ground = place(seed)
    problem = ground.problem
    free = solve_prepared(problem, 1).quantity
    served = LIMITS.get("group_cycle_service")("served", level).rows([ground])
    found = solved(problem, served).solutions[0]
    for u in range(2):
        assert probability_of_no_shortage(problem, found.quantity, u).mean() >= level - 0.01
    alone = probability_of_no_shortage(problem, free, 0).mean()
    if alone < level - 0.02:
        assert found.cost.sum() > solve_prepared(problem, 1).cost.sum()
        assert probability_of_no_shortage(problem, found.quantity, 0).mean() <= level + 0.05


def test_items_that_are_cheap_to_hold_serve_for_the_others() -> None:
    alike = random_problem(Shape(1, cycles=2, whole_stock=False), 3).take(np.zeros(12, dtype=int))
    dear = np.repeat([1.0, 8.0], 6) * alike.holding
    problem = prepare(replace(alike, holding=dear, shortage=alike.shortage * 0.5), BACKORDERED)
    served = LIMITS.get("group_cycle_service")("served", 0.95).rows(
        [ground_of(problem, BACKORDERED)]
    )
    chance = probability_of_no_shortage(problem, solved(problem, served).solutions[0].quantity, 0)
    assert chance[:6].mean() > chance[6:].mean()
    assert chance.mean() >= 0.94


def test_no_more_is_promised_than_money_can_buy() -> None:
    ground = place(2)
    rows = LIMITS.get("group_cycle_service")("served", 0.97).rows([ground])
    rows += LIMITS.get("budget")("money", "", 1.0, 0, LAST_DAY).rows([ground])
    with pytest.raises(Exception, match="cannot hold together"):
        solved(ground.problem, rows)


@pytest.mark.parametrize("given", [{}, {"fill_rate": 0.9, "cycle_service_level": 0.9}])
def test_a_promise_is_one_of_the_two(given: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="either fill_rate or cycle_service_level"):
        GroupServiceSetting(**given)  # type: ignore[arg-type]


def test_a_promise_is_called_what_it_is() -> None:
    assert GroupServiceSetting(fill_rate=0.9).name == "fill rate"
    assert GroupServiceSetting(cycle_service_level=0.9).name == "cycle service level"
    assert GroupServiceSetting(cycle_service_level=0.9, name="toys").name == "toys"
