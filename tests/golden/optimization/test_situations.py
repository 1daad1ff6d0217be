"""Small situations with a story, and the orders that follow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.settings import Settings
from optimization.solve import prepare, solve, solve_prepared
from tests.unit.optimization.problems import single

BACKORDERED = Settings(unmet_demand="backordered")
CERTAIN = [1e-9]  # one level: demand is its knot


def test_the_full_shelf() -> None:
    """Thirty candles are there, ten will be wanted: nothing is ordered, now or later."""
    solution = solve(single(CERTAIN, [[10], [20]], stock=30), BACKORDERED)
    assert solution.quantity[0].tolist() == [0.0, 0.0]
    assert solution.binding[0] == ""


def test_the_empty_shelf() -> None:
    """Ten mugs a week are wanted and none are there: ten now, ten next week."""
    solution = solve(single(CERTAIN, [[10], [20]]), BACKORDERED)
    assert solution.quantity[0].tolist() == [10.0, 10.0]
    assert solution.status == "optimal"


def test_customers_wait_already() -> None:
    """Three are owed: the first order serves them too."""
    solution = solve(single(CERTAIN, [[10], [20]], stock=-3), BACKORDERED)
    assert solution.quantity[0].tolist() == [13.0, 10.0]


def test_the_container_arrives_next_week() -> None:
    """What comes with the second delivery need not be ordered for it, but for this week it must."""
    problem = single(CERTAIN, [[10], [20]])
    problem.supply[0, 1, 0] = 50.0
    solution = solve(problem, BACKORDERED)
    assert solution.quantity[0].tolist() == [10.0, 0.0]


def test_the_carton_of_a_slow_spare_part() -> None:
    """One gasket is wanted in a month and a carton holds a hundred: it is left to chance."""
    solution = solve(
        single([0.5], [[1.0]], holding=0.1, shortage=2.0, multiple=100, days=30), BACKORDERED
    )
    assert solution.quantity[0, 0] == 0
    assert solution.wanted[0] > 0
    assert solution.binding[0] == "order multiple"


def test_the_minimum_that_covers_two_weeks() -> None:
    """Ten a week, twenty at least: once for both weeks rather than twice."""
    solution = solve(single(CERTAIN, [[10], [20]], minimum=20, shortage=50), BACKORDERED)
    assert solution.quantity[0].tolist() == [20.0, 0.0]
    assert solution.binding[0] == "minimum order quantity"


def test_more_stock_would_raise_the_optimal_order_and_does_not_raise_ours() -> None:
    """Ten this week, ten next, at least ten an order, and what is left over is hard to sell.

    From nothing the optimum is ten twice. From a stock of five it is fifteen at once, since a
    second order of ten would leave five over. Ours orders ten from five as well, and says in its
    gap what that costs.
    """
    exact, ours = [], []
    for stock in range(31):
        problem = prepare(
            single(CERTAIN, [[10], [20]], stock, minimum=10, multiple=1, surplus=0.5), BACKORDERED
        )
        exact.append(solve_prepared(problem, monotone=False))
        ours.append(solve_prepared(problem))
    orders = [float(solution.quantity[0, 0]) for solution in ours]
    assert (exact[0].quantity[0, 0], exact[5].quantity[0, 0]) == (10.0, 15.0)
    assert (orders[0], orders[5]) == (10.0, 10.0)
    assert orders == sorted(orders, reverse=True)
    assert ours[5].bound == pytest.approx(exact[5].objective)
    assert ours[5].objective > exact[5].objective
    assert ours[5].status == "feasible"


def test_two_lines_share_one_order() -> None:
    """Neither line alone is worth the order's cost of 100; both together are."""
    one = single(CERTAIN, [[10]], shortage=9)  # an order saves 90
    joint = replace(one, order_group=np.array([0]), order_cost=np.array([100.0]))
    assert solve(joint, BACKORDERED).quantity[0, 0] == 0
    two = joint.take(np.array([0, 0]))
    solution = solve(two, BACKORDERED)
    assert solution.quantity[:, 0].tolist() == [10.0, 10.0]
    assert solution.objective == pytest.approx(100.0)
