"""The walk by hand: what is on the shelf, who waits, what is ordered and what it costs."""

import numpy as np
import pytest

from planning.simulation.walk import (
    AFTER,
    ARRIVED,
    BEFORE,
    DEMAND,
    EMPTY,
    END_STOCK,
    END_WAITING,
    HANDED,
    HOLDING,
    MISSED,
    SERVED_VALUE,
    SHORTAGE,
    SPENT,
    STOCK_VALUE,
    UNSERVED,
    UNSERVED_VALUE,
    order_of,
)
from tests.unit.simulation.ground import ground, walked

STEADY = np.full(5, 4.0)


def test_lost_demand_and_an_order_of_today() -> None:
    # 10 - 4 - 4 - 2 served of 4; 6 arrive for day 4: 2 left, then 2 of 4 served.
    series = ground(today=np.array([6.0]), order_day=np.array([[0]]), arrival_day=np.array([[4]]))
    course, sums, _, facts = walked(series, STEADY)
    assert course[STOCK_VALUE, :, 0].tolist() == [12.0, 4.0, 0.0, 4.0, 0.0]
    assert course[SPENT, :, 0].tolist() == [12.0, 0.0, 0.0, 0.0, 0.0]
    assert sums[[DEMAND, UNSERVED, SERVED_VALUE], 0].tolist() == [20.0, 4.0, 32.0]
    assert sums[[UNSERVED_VALUE, SHORTAGE, EMPTY], 0].tolist() == [20.0, 12.0, 2.0]
    assert sums[HOLDING, 0] == pytest.approx(0.1 * (6 + 2 + 0 + 2 + 0))
    assert facts[0, [BEFORE, AFTER, END_STOCK, MISSED]].tolist() == [1.0, 1.0, 0.0, 4.0]


def test_backorders_wait_and_are_charged_where_a_cycle_ends() -> None:
    # 2 wait after day 3 (a cycle ends there), the 6 that come serve them and 4 more.
    series = ground(
        lost=False,
        today=np.array([6.0]),
        order_day=np.array([[0, 3]]),
        arrival_day=np.array([[4, 6]]),
        **{name: np.zeros((1, 2)) for name in ("level", "most", "mean", "through", "gain")},
        open_due=np.zeros((1, 2)),
    )
    course, sums, _, facts = walked(series, STEADY)
    assert course[STOCK_VALUE, :, 0].tolist() == [12.0, 4.0, 0.0, 0.0, 0.0]
    assert facts[0, END_WAITING] == 4.0
    assert sums[UNSERVED, 0] == 2.0 + 4.0
    assert sums[SHORTAGE, 0] == 3.0 * (2.0 + 4.0)  # day 3 and day 5, the days before deliveries
    assert facts[0, HANDED] == 16.0


def test_a_delivery_in_the_middle_of_a_bucket_serves_only_what_comes_after() -> None:
    # One week, 14 units asked: 2 a day. 4 there; 20 come at the opening of day 5.
    series = ground(
        ends=np.array([7]),
        on_hand=np.array([4.0]),
        planned=np.full((1, 1), 7.0),
        open_begins=np.array([0, 1]),
        open_day=np.array([5]),
        open_units=np.array([20.0]),
    )
    course, sums, _, _ = walked(series, np.array([14.0]))
    assert sums[UNSERVED, 0] == 4.0
    assert course[STOCK_VALUE, 0, 0] == 2.0 * (20.0 - 6.0)


def test_a_review_orders_up_to_its_level_in_packs_and_a_late_delivery_comes_late() -> None:
    # Day 2: 2 on hand, level 9 asks for 7: in packs of 5, 5. Due on day 4, one day late.
    series = ground(
        order_day=np.array([[2]]),
        arrival_day=np.array([[4]]),
        level=np.array([[9.0]]),
        mean=np.array([[6.0]]),
        lot=np.array([5.0]),
        multiple=np.array([5.0]),
        delay=np.ones((1, 1, 1), np.int64),
        latest=np.ones(1, np.int64),
    )
    course, _, _, facts = walked(series, STEADY)
    assert course[SPENT, :, 0].tolist() == [0.0, 10.0, 0.0, 0.0, 0.0]
    assert course[STOCK_VALUE, :, 0].tolist() == [12.0, 4.0, 0.0, 0.0, 2.0]
    assert facts[0, ARRIVED] == 5.0


def test_a_level_moves_with_what_demand_was_above_its_mean() -> None:
    # 8 asked where 4 were expected: twice. With a gain of 0.5 the level is half as much again.
    series = ground(
        order_day=np.array([[2]]),
        arrival_day=np.array([[9]]),
        level=np.array([[10.0]]),
        through=np.array([[4.0]]),
        gain=np.array([[0.5]]),
    )
    course, _, _, _ = walked(series, STEADY)
    assert course[SPENT, 1, 0] == 2.0 * (1.5 * 10.0 - 2.0)


def test_promised_units_are_a_floor_on_demand_so_far() -> None:
    _, sums, _, _ = walked(ground(promised=np.array([9.0])), STEADY)
    assert sums[DEMAND, 0] == 20.0
    _, sums, _, _ = walked(ground(promised=np.array([30.0])), STEADY)
    assert sums[DEMAND, 0] == 30.0


def test_what_is_not_used_in_time_is_slow_moving() -> None:
    _, _, slow, _ = walked(ground(use=np.array([3.0])), np.ones(5))
    assert slow.tolist() == [2.0 * (5.0 - 3.0)]


@pytest.mark.parametrize(
    ("lack", "rounds_up", "lot", "multiple", "units"),
    [
        (0.0, True, 6.0, 6.0, 0.0),
        (7.0, False, 6.0, 6.0, 6.0),
        (10.0, False, 6.0, 6.0, 12.0),
        (2.0, False, 6.0, 6.0, 0.0),
        (2.0, True, 6.0, 6.0, 6.0),
        (7.3, False, 0.0, 0.0, 7.3),
        (7.3, True, 20.0, 0.0, 20.0),
    ],
)
def test_orders_are_packs_and_no_less_than_a_lot(
    lack: float, rounds_up: bool, lot: float, multiple: float, units: float
) -> None:
    assert order_of(lack, rounds_up, lot, multiple) == units


@pytest.mark.parametrize("lost", [True, False])
def test_nothing_is_made_or_lost_on_the_way(lost: bool) -> None:
    draw = np.random.default_rng(5)
    reviews = {"order_day": np.arange(8)[None] * 3, "arrival_day": np.arange(8)[None] * 3 + 5}
    zeros = np.zeros((1, 8))
    series = ground(
        ends=np.arange(1, 5) * 7,
        lost=lost,
        planned=np.full((1, 4), 7.0),
        today=np.array([4.0]),
        level=zeros + 30.0,
        most=zeros + np.inf,
        mean=zeros + 20.0,
        through=np.arange(8)[None] * 9.0,
        gain=zeros + 0.4,
        open_due=zeros,
        delay=draw.integers(-2, 3, (1, 8, 50)),
        latest=np.full(1, 2),
        **reviews,
    )
    _, _, _, facts = walked(series, draw.poisson(20.0, (4, 50)).astype(float))
    opening, found = 10.0, facts[0]
    assert opening + found[ARRIVED] == pytest.approx(found[HANDED] + found[END_STOCK])
    assert found[ARRIVED] > 40.0
