"""When a series can order, when it is on the shelf, and what the order answers for."""

from __future__ import annotations

import numpy as np
import pytest

from domain.errors import PlanError
from domain.periods import Bucket, Calendar
from optimization.cycles import (
    EVERY_DAY,
    ClosureCalendar,
    OrderTerms,
    build_cycles,
    latest_order_days,
)
from optimization.problem import Cycles

SUNDAY = np.datetime64("2024-04-14")
WEEKS = np.arange(7, 120, 7)
MONDAYS = 0b0000001


def terms(lead: int, review: int = 7, weekdays: int = EVERY_DAY, closure: int = -1) -> OrderTerms:
    return OrderTerms(*(np.array([value]) for value in (lead, review, weekdays, closure)))


def closed(orders: str = "", shipping: str = "", receiving: str = "") -> ClosureCalendar:
    """Days 0, 1, 2 … as text, x where closed."""
    flags = (np.array([mark == "x" for mark in text], dtype=bool) for text in
             (orders, shipping, receiving))  # fmt: skip
    return ClosureCalendar(*flags)


def build(orders: OrderTerms, horizon: int = 28, calendar: ClosureCalendar | None = None) -> Cycles:
    return build_cycles(SUNDAY, WEEKS, orders, [calendar] if calendar else [], horizon)


def test_the_example_of_the_design() -> None:
    cycles = build(terms(lead=14))
    assert cycles.orders_today[0]
    assert cycles.arrival_day[0, 0] == 15  # Monday 2024-04-29
    assert cycles.end_day[0, 0] == 21  # Sunday 2024-05-05: buckets 1 to 3
    assert cycles.point_day[0, 0].tolist() == [21]
    assert cycles.point_weight[0, 0].tolist() == [7]
    assert cycles.before_day[0].tolist() == [7, 14]
    assert cycles.count[0] == 2  # the second ends on day 28, the third would on day 35


def test_the_first_cycle_is_planned_however_short_the_horizon() -> None:
    assert build(terms(lead=14), horizon=1).count[0] == 1


def test_a_month_of_31_days_ends_in_another_bucket_than_one_of_30() -> None:
    calendar = Calendar(Bucket.MONTH, np.datetime64("2024-01-01"), 4)  # as_of 30 April
    ends = calendar.ends_ahead(6)
    cycles = build_cycles(calendar.as_of, ends, terms(lead=31, review=31), [], 100)
    assert ends[:3].tolist() == [31, 61, 92]
    assert cycles.point_day[0, 0].tolist() == [61, 62]  # June's end, and one day of July
    assert cycles.point_weight[0, 0].tolist() == [30, 1]
    assert cycles.before_day[0].tolist() == [31]


def test_without_lead_time_nothing_lies_before_the_first_delivery() -> None:
    cycles = build(terms(lead=0))
    assert cycles.arrival_day[0, 0] == 1
    assert cycles.before_day.shape == (1, 0)


def test_a_supplier_that_takes_no_orders_today_is_ordered_from_on_its_next_day() -> None:
    cycles = build(terms(lead=2, weekdays=MONDAYS))
    assert not cycles.orders_today[0]
    assert cycles.order_day[0, :2].tolist() == [1, 8]


def test_the_next_order_day_is_the_first_allowed_one_after_the_review_period() -> None:
    cycles = build(terms(lead=2, review=8, weekdays=MONDAYS), horizon=60)
    assert cycles.order_day[0, :3].tolist() == [1, 15, 29]


def test_closed_for_orders_pushes_the_order() -> None:
    cycles = build(terms(lead=2, closure=0), calendar=closed(orders="xx"))
    assert cycles.order_day[0, 0] == 2
    assert cycles.arrival_day[0, 0] == 5


def test_the_lead_time_clock_stands_still_while_shipping_is_closed() -> None:
    cycles = build(terms(lead=3, closure=0), calendar=closed(shipping="..xxx"))
    # Days 1, 5 and 6 count; days 2 to 4 do not.
    assert cycles.arrival_day[0, 0] == 7


def test_goods_wait_until_the_location_takes_them_in() -> None:
    cycles = build(terms(lead=3, closure=0), calendar=closed(receiving="....xx"))
    assert cycles.arrival_day[0, 0] == 6


def test_of_two_orders_that_arrive_on_the_same_day_the_later_one_is_placed() -> None:
    cycles = build(terms(lead=2, closure=0), calendar=closed(receiving="." * 3 + "x" * 10))
    assert cycles.order_day[0, 0] == 7
    assert cycles.arrival_day[0, 0] == 13
    assert not cycles.orders_today[0]


def test_weights_are_the_days_of_each_cycle_and_cycles_follow_each_other() -> None:
    orders = OrderTerms(
        np.array([0, 3, 14, 30, 14]), np.array([1, 7, 10, 31, 7]),
        np.array([EVERY_DAY, MONDAYS, EVERY_DAY, 0b10101, EVERY_DAY]), np.array([-1, 0, 0, 0, -1]),
    )  # fmt: skip
    calendar = closed("." * 9 + "x" * 12, "." * 20 + "x" * 9, "x" * 3)
    cycles = build_cycles(SUNDAY, WEEKS, orders, [calendar], 90)
    for s in range(5):
        count = cycles.count[s]
        length = cycles.end_day[s, :count] - cycles.arrival_day[s, :count] + 1
        assert cycles.point_weight[s, :count].sum(axis=1).tolist() == length.tolist()
        assert (cycles.arrival_day[s, 1:count] == cycles.end_day[s, : count - 1] + 1).all()
        assert (cycles.point_weight[s, count:] == 0).all()
        assert (cycles.order_day[s, count:] == -1).all()


def test_the_last_day_to_order_for_a_day_of_need() -> None:
    calendar = closed(shipping="." * 5 + "x" * 20)
    days = latest_order_days(SUNDAY, np.array([20]), terms(lead=4, closure=0), [calendar])
    assert days.tolist() == [0]  # from day 1 on one day of the four lies behind the closure
    assert latest_order_days(SUNDAY, np.array([3]), terms(lead=4), []).tolist() == [-1]
    assert latest_order_days(SUNDAY, np.array([5]), terms(lead=4), []).tolist() == [0]


def test_a_supplier_without_a_weekday_is_refused() -> None:
    with pytest.raises(PlanError, match="no day of the week"):
        build(terms(lead=1, weekdays=0))
