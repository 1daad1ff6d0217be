"""What will be lost before a delivery is not ordered again, neither its mean nor its spread."""

from dataclasses import replace

import numpy as np
import pytest

from domain.settings import Settings
from optimization.problem import Problem
from optimization.solve import prepare, solve
from optimization.targets import set_shortage
from tests.unit.optimization.problems import single

LOST = Settings(unmet_demand="lost")
LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95]
BEFORE = [50.0, 80.0, 100.0, 120.0, 160.0]  # demand until the delivery
CYCLE = [4.0, 8.0, 10.0, 12.0, 18.0]  # demand of the cycle alone
WHOLE = [58.0, 90.0, 110.0, 130.0, 170.0]  # demand to the cycle's end


def waiting(stock: float) -> Problem:
    """One decision that arrives after ten days, with a cycle service level of 0.95."""
    problem = single(LEVELS, [WHOLE], stock=stock)
    cycles = replace(problem.cycles, before_day=np.array([[10]]))
    problem = replace(
        problem,
        cycles=cycles,
        before_knots=np.array([[BEFORE]]),
        before_supply=np.array([[stock]]),
        cycle_knots=np.array([CYCLE]),
    )
    none = np.array([np.nan])
    return set_shortage(problem, none, none, np.array([0.95]))


def test_an_empty_shelf_asks_for_the_cycle_alone() -> None:
    assert solve(waiting(0.0), LOST).quantity[0, 0] == pytest.approx(18.0)


def test_plenty_of_stock_asks_for_all_demand_to_the_cycles_end() -> None:
    assert solve(waiting(168.0), LOST).quantity[0, 0] == pytest.approx(2.0)


def test_the_level_that_is_told_is_the_quantile_whatever_the_stock() -> None:
    for stock in (0.0, 90.0, 300.0):
        assert solve(waiting(stock), LOST).order_up_to_level[0] == pytest.approx(170.0)


def test_more_stock_never_raises_an_order_and_never_lowers_what_it_reaches() -> None:
    stocks = np.arange(0.0, 200.0, 2.5)
    orders = np.array([solve(waiting(stock), LOST).quantity[0, 0] for stock in stocks])
    assert (np.diff(orders) <= 1e-9).all()
    assert (np.diff(stocks + orders) >= -1e-9).all()


def test_supply_and_what_is_asked_of_it_stay_in_order() -> None:
    for stock in (0.0, 60.0, 100.0, 250.0):
        ready = prepare(waiting(stock), LOST)
        assert ready.supply[0, 0, 0] == stock
        assert (np.diff(ready.knots[0, 0, 0]) >= 0).all()
