"""Decisions, deliveries, cycles: when a series can order and what that order answers for.

The timing of DESIGN §4 and §6. Days are counted from `as_of` (0 is its close). A decision at
the close of day r is on the shelf at the opening of day r + L + 1, later where the lead-time
clock stands still (shipping closed) or the location takes no goods in (receiving closed).

Two decisions that would arrive on the same day are one: the earlier could only do what the
later does knowing more, so it is dropped. Where today's is the one that is dropped, nothing
is ordered today (`orders_today` false) and the first decision is the later one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from domain.errors import PlanError
from domain.periods import Day, as_days, weekday
from domain.terms import Flags, Integers
from optimization.problem import Cycles

EVERY_DAY = 0b1111111
PADDING = -1


@dataclass(frozen=True)
class ClosureCalendar:
    """What is closed on day 0, 1, 2 … from `as_of`; days beyond the arrays are open."""

    orders: Flags  # days on which the supplier takes no orders
    shipping: Flags  # days on which the lead-time clock stands still
    receiving: Flags  # days on which the location takes no goods in


OPEN = ClosureCalendar(*(np.zeros(0, dtype=np.bool_),) * 3)


@dataclass(frozen=True)
class OrderTerms:
    """How each of S series can order."""

    lead_time_days: Integers  # S, whole days from order to shelf [L]
    review_period_days: Integers  # S, days between chances to order, 1 or more [R]
    order_weekdays: Integers  # S, bit 0 = Monday … bit 6 = Sunday
    closure: Integers  # S, index into the closure calendars; -1: never closed


class _Timing(NamedTuple):
    """The cycles of all series that share their terms."""

    order_day: list[int]
    arrival_day: list[int]
    end_day: list[int]
    points: list[list[tuple[int, int]]]  # day, weight; of each cycle
    before: list[int]


class _Combination(NamedTuple):
    """One set of terms that many series share, on one calendar."""

    lead: int
    review: int
    weekdays: int
    first_weekday: int  # weekday of day 0, Monday = 0
    closed: ClosureCalendar

    def takes_orders(self, day: int) -> bool:
        """Whether an order can be placed at the close of `day`."""
        open_weekday = bool(self.weekdays >> ((self.first_weekday + day) % 7) & 1)
        return open_weekday and not _is_closed(self.closed.orders, day)

    def order_day_from(self, day: int) -> int:
        """The first day from `day` on on which orders are taken."""
        while not self.takes_orders(day):
            day += 1
        return day

    def arrival(self, order_day: int) -> int:
        """The day at whose opening an order placed at the close of `order_day` is on the shelf."""
        day, left = order_day, self.lead
        while left > 0:
            day += 1
            left -= not _is_closed(self.closed.shipping, day)
        day += 1
        while _is_closed(self.closed.receiving, day):
            day += 1
        return day


def _is_closed(days: Flags, day: int) -> bool:
    return day < days.size and bool(days[day])


def build_cycles(
    as_of: Day,
    bucket_ends: Integers,
    terms: OrderTerms,
    calendars: Sequence[ClosureCalendar],
    horizon_days: int,
) -> Cycles:
    """The cycles of every series that end within `horizon_days`, always the first.

    `bucket_ends`: days from `as_of` to the end of each bucket ahead, ascending. Series with
    the same terms are worked once. Raises PlanError where a supplier takes orders on no day.
    """
    columns = (terms.lead_time_days, terms.review_period_days, terms.order_weekdays, terms.closure)
    _refuse_impossible(terms)
    combinations, which = np.unique(
        np.stack(columns, axis=1).astype(np.int64), axis=0, return_inverse=True
    )
    first_weekday = int(weekday(as_days(as_of)))
    ends = [int(day) for day in np.sort(np.asarray(bucket_ends))]
    timings = [
        _timing(_combine(row, first_weekday, calendars), ends, horizon_days)
        for row in combinations.tolist()
    ]
    return _pack(timings).take(which.reshape(-1))


def latest_order_days(
    as_of: Day, need_day: Integers, terms: OrderTerms, calendars: Sequence[ClosureCalendar]
) -> Integers:
    """The last day one can order so that goods are on the shelf at the opening of `need_day`.

    S, days from `as_of`; -1 where it is too late already.
    """
    _refuse_impossible(terms)
    rows = np.stack(
        (
            terms.lead_time_days,
            terms.review_period_days,
            terms.order_weekdays,
            terms.closure,
            np.asarray(need_day, dtype=np.int64),
        ),
        axis=1,
    ).astype(np.int64)
    distinct, which = np.unique(rows, axis=0, return_inverse=True)
    first_weekday = int(weekday(as_days(as_of)))
    latest = np.full(len(distinct), PADDING, dtype=np.int64)
    for position, row in enumerate(distinct.tolist()):
        combination = _combine(row[:4], first_weekday, calendars)
        # Closures only delay, so the search may start at the lead time without them.
        for day in range(row[4] - combination.lead - 1, -1, -1):
            if combination.takes_orders(day) and combination.arrival(day) <= row[4]:
                latest[position] = day
                break
    return np.asarray(latest[which.reshape(-1)])


def _refuse_impossible(terms: OrderTerms) -> None:
    """Refuse terms under which no cycle exists."""
    if np.any((terms.order_weekdays & EVERY_DAY) == 0):
        raise PlanError(
            "a supplier takes orders on no day of the week",
            "order_weekdays",
            "Name at least one weekday, 1 (Monday) to 7.",
        )
    if np.any(terms.lead_time_days < 0) or np.any(terms.review_period_days < 1):
        raise PlanError(
            "a lead time below 0 or a review period below 1 day",
            "lead_time_days, review_period_days",
            "Give a lead time of at least 0 days and a review period of at least 1 day.",
        )


def _combine(
    row: list[int], first_weekday: int, calendars: Sequence[ClosureCalendar]
) -> _Combination:
    lead, review, weekdays, closure = row
    closed = OPEN if closure < 0 else calendars[closure]
    return _Combination(lead, review, weekdays, first_weekday, closed)


def _timing(combination: _Combination, ends: list[int], horizon_days: int) -> _Timing:
    """Decisions, arrivals and evaluation points of one set of terms."""
    timing = _Timing([], [], [], [], [])
    order = combination.order_day_from(0)
    arrival = combination.arrival(order)
    while True:
        next_order = combination.order_day_from(order + combination.review)
        next_arrival = combination.arrival(next_order)
        end = next_arrival - 1
        if end >= arrival:  # else the later decision arrives on the same day: this one is dropped
            if timing.order_day and end > horizon_days:
                break
            timing.order_day.append(order)
            timing.arrival_day.append(arrival)
            timing.end_day.append(end)
            timing.points.append(points_between(ends, arrival, end))
        order, arrival = next_order, next_arrival
    first_arrival = timing.arrival_day[0]
    if first_arrival > 1:
        timing.before.extend(day for day, _ in points_between(ends, 1, first_arrival - 1))
    return timing


def points_between(ends: list[int], first: int, last: int) -> list[tuple[int, int]]:
    """Bucket ends in first … last, `last` always, each with the days it stands for."""
    points = []
    begin = first
    for day in [*(end for end in ends if first <= end < last), last]:
        points.append((day, day - begin + 1))
        begin = day + 1
    return points


def _pack(timings: list[_Timing]) -> Cycles:
    """Padded arrays, one row a set of terms."""
    rows = len(timings)
    most = max((len(timing.order_day) for timing in timings), default=0)
    points = max((len(cycle) for timing in timings for cycle in timing.points), default=0)
    before = max((len(timing.before) for timing in timings), default=0)
    days = np.full((3, rows, most), PADDING, dtype=np.int64)
    point_day = np.full((rows, most, points), PADDING, dtype=np.int64)
    point_weight = np.zeros((rows, most, points), dtype=np.int32)
    before_day = np.full((rows, before), PADDING, dtype=np.int64)
    for row, timing in enumerate(timings):
        count = len(timing.order_day)
        days[0, row, :count] = timing.order_day
        days[1, row, :count] = timing.arrival_day
        days[2, row, :count] = timing.end_day
        before_day[row, : len(timing.before)] = timing.before
        for u, cycle in enumerate(timing.points):
            point_day[row, u, : len(cycle)] = [day for day, _ in cycle]
            point_weight[row, u, : len(cycle)] = [weight for _, weight in cycle]
    return Cycles(
        count=np.array([len(timing.order_day) for timing in timings], dtype=np.int64),
        orders_today=np.array([timing.order_day[0] == 0 for timing in timings], dtype=np.bool_),
        order_day=days[0],
        arrival_day=days[1],
        end_day=days[2],
        point_day=point_day,
        point_weight=point_weight,
        before_day=before_day,
    )
