"""Expected stock on hand at the opening of a day, as entries of a limit.

Between two deliveries it is interpolated between the points where demand is known; at a
delivery it is what the cycle before leaves and what comes in. Where unmet demand is lost that is
E(C_u-1 - D)⁺ + q_u, else E(C_u - D)⁺, D demand until the day before. After a series' last cycle
its stock is taken to stay. Before its first delivery no decision changes it: what is lost by then
is lost, and goods on their way are added. Customers who wait already are not taken from a delivery
where later demand is lost: never too low.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from domain.terms import Flags, Floats, Integers
from optimization.expectation import expected_losses
from optimization.shared.ground import Ground
from optimization.shared.rows import Entries, StockEntries


class Opening(NamedTuple):
    """What stock of a portion takes at the opening of a day; series counted as in the portion."""

    stock: StockEntries
    orders: Entries
    constant: Floats  # S, what no decision changes


def opening(ground: Ground, which: Flags, day: int, weight: Floats) -> Opening:
    """Σ weight (S) · expected stock of the series in `which` (S) at the opening of `day`."""
    cycles = ground.problem.cycles
    alive = np.arange(cycles.arrival_day.shape[1]) < cycles.count[:, None]
    decision = ((cycles.arrival_day <= day) & alive).sum(axis=1) - 1
    supply = ground.supply_on(day)
    idle = which & ((decision < 0) | ~ground.solved)
    there = _without_orders(ground, day, supply) + ground.settled * (
        cycles.arrival_day[:, 0] <= day
    )
    constant = np.where(idle, there * weight, 0.0)
    series = np.flatnonzero(which & ~idle)
    share, point = _next_point(ground, series, decision[series], day)
    before = 1.0 - share
    last = _point_supply(ground)
    shift = supply[series] - ground.problem.supply[series, 0, 0]
    inside = share > 0
    ahead = StockEntries(
        series[inside], decision[series][inside], point[inside],
        (weight[series] * share)[inside], shift[inside],
    )  # fmt: skip
    at = before > 0
    opened = _at_delivery(
        ground, series[at], decision[series][at], (weight[series] * before)[at], shift[at], supply,
        last,
    )  # fmt: skip
    np.add.at(constant, series[at], opened.constant)
    both = zip(vars(ahead).values(), vars(opened.stock).values(), strict=True)
    return Opening(StockEntries(*map(np.concatenate, both)), opened.orders, constant)


def placed(ground: Ground, found: Opening) -> Opening:
    """The same with series counted among all."""
    stock = replace(
        found.stock,
        series=ground.place[found.stock.series].astype(np.int32),
        decision=found.stock.decision.astype(np.int32),
        point=found.stock.point.astype(np.int32),
    )
    orders = replace(
        found.orders,
        series=ground.place[found.orders.series].astype(np.int32),
        decision=found.orders.decision.astype(np.int32),
    )
    return Opening(stock, orders, found.constant)


def stock_at(ground: Ground, quantity: Floats, day: int) -> Floats:
    """Expected stock on hand with these orders (S × U) at the opening of `day`, units, S."""
    problem = ground.problem
    every = np.ones(ground.place.size, dtype=np.bool_)
    found = opening(ground, every, day, np.ones(ground.place.size))
    there = found.constant.copy()
    orders, stock = found.orders, found.stock
    np.add.at(there, orders.series, orders.weight * quantity[orders.series, orders.decision])
    position = problem.supply[:, :1, 0] + np.cumsum(quantity, axis=1)
    at = position[stock.series, stock.decision] + stock.shift
    cycle, point = np.divmod(np.maximum(stock.point, 0), problem.knots.shape[2])
    knots = problem.knots[stock.series, cycle, point]
    floor = problem.floor[stock.series, cycle]
    early = stock.point < 0
    if early.any():
        knots[early] = problem.before_knots[stock.series[early], -1 - stock.point[early]]
        floor = np.where(early, 0.0, floor)
    over, _ = expected_losses(problem.levels[stock.series], floor, knots, at)
    np.add.at(there, stock.series, stock.weight * over)
    return there


def _next_point(
    ground: Ground, series: Integers, decision: Integers, day: int
) -> tuple[Floats, Integers]:
    """Share and code of the next point of the cycle; the rest is of its opening."""
    cycles = ground.problem.cycles
    points = cycles.point_day[series, decision]  # n × P
    opened = cycles.arrival_day[series, decision] - 1
    end = (points >= 0).sum(axis=1) - 1
    at = np.minimum(((points < day - 1) & (points >= 0)).sum(axis=1), end)
    row = np.arange(series.size)
    next_day = points[row, at]
    previous = np.where(at > 0, points[row, np.maximum(at - 1, 0)], opened)
    width = np.maximum(next_day - previous, 1)
    share = np.clip((day - 1 - previous) / width, 0.0, 1.0)
    # Within a later piece of the cycle its first point stands for all before it: never too low.
    code = decision * cycles.point_day.shape[2] + np.where(share >= 1.0, at, np.maximum(at - 1, 0))
    whole = (at > 0) | (share >= 1.0)
    return np.where(whole, 1.0, share), code


def _point_supply(ground: Ground) -> Floats:
    """Supply at the last point of each cycle, S × U."""
    problem = ground.problem
    end = np.maximum((problem.cycles.point_day >= 0).sum(axis=2) - 1, 0)
    return np.take_along_axis(problem.supply, end[:, :, None], axis=2)[:, :, 0]


def _at_delivery(
    ground: Ground, series: Integers, decision: Integers, weight: Floats, shift: Floats,
    supply: Floats, last: Floats,
) -> Opening:  # fmt: skip
    """Stock right after the delivery of `decision`."""
    problem = ground.problem
    cycles, points = problem.cycles, problem.knots.shape[2]
    first = decision == 0
    end = (cycles.point_day[series, np.maximum(decision - 1, 0)] >= 0).sum(axis=1) - 1
    before = (cycles.before_day[series] >= 0).sum(axis=1) - 1
    code = np.where(first, -1 - before, (decision - 1) * points + end)
    bare = first & (before < 0)  # delivered before any demand
    if not ground.lost:
        kept = ~bare
        stock = StockEntries(series[kept], decision[kept], code[kept], weight[kept], shift[kept])
        orders = Entries(series[bare], decision[bare], weight[bare])
        owned = np.maximum(supply[series[bare]], 0.0)
        constant = np.zeros(series.size)
        constant[bare] = owned * weight[bare]
        return Opening(stock, orders, constant)
    later = ~first
    base = problem.supply[series, 0, 0]
    left = last[series, np.maximum(decision - 1, 0)]
    stock = StockEntries(
        series[later], decision[later] - 1, code[later], weight[later], (left - base)[later]
    )
    arrived = np.where(later, np.maximum(supply[series] - left, 0.0), 0.0)
    there = np.where(first, _before_first(ground, series, supply), arrived)
    return Opening(stock, Entries(series, decision, weight), there * weight)


def _before_first(ground: Ground, series: Integers, supply: Floats) -> Floats:
    """Expected stock at the opening of the first delivery, without it."""
    last = (ground.problem.cycles.before_day >= 0).sum(axis=1) - 1
    return _left(ground, supply, last)[series]


def _without_orders(ground: Ground, day: int, supply: Floats) -> Floats:
    """Expected stock at the opening of a day before any delivery of the plan, S."""
    days = ground.problem.cycles.before_day
    return _left(ground, supply, ((days <= day - 1) & (days >= 0)).sum(axis=1) - 1)


def _left(ground: Ground, supply: Floats, last: Integers) -> Floats:
    """Expected stock with `supply` (S, all that is usable by then), before any order, S.

    `last` S: the last point before the first delivery that counts, -1 where there is none. What
    is lost is lost by the largest shortage until then, whatever comes later.
    """
    problem = ground.problem
    days = problem.cycles.before_day
    if not days.shape[1]:
        return np.maximum(supply, 0.0)
    row, at = np.arange(supply.size), np.maximum(last, 0)
    if not ground.lost:
        knots = problem.before_knots[row, at]
        over, _ = expected_losses(problem.levels, np.zeros(supply.size), knots, supply)
        return np.where(last >= 0, over, np.maximum(supply, 0.0))
    over, short = expected_losses(
        problem.levels, np.zeros(days.shape), problem.before_knots, problem.before_supply
    )
    owed = np.maximum(-problem.before_supply, 0.0)
    lost = np.maximum.accumulate(np.maximum(short - owed, 0.0), axis=1)
    there = over + lost - np.maximum(short - owed, 0.0)
    arrived = supply[:, None] - problem.before_supply - owed
    found = (there + np.maximum(arrived, 0.0))[row, at]
    return np.asarray(np.where(last >= 0, found, np.maximum(supply, 0.0)))
