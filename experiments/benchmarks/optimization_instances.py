"""Random replenishment problems: heavy-tailed volumes and costs, for benchmarks and oracles.

Demand over n days has mean m·n and variance-to-mean ratio 1 to 6, gamma-shaped (Wilson &
Hilferty's approximation, which is what makes a hundred thousand of them cheap).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from domain.terms import Floats, Integers
from optimization.problem import Cycles, Problem
from optimization.targets import set_shortage

LEVELS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999)
NORMAL = (
    -1.644854, -1.281552, -0.841621, -0.524401, -0.253347, 0.0, 0.253347, 0.524401, 0.841621,
    1.281552, 1.644854, 1.959964, 2.326348, 2.575829, 3.090232,
)  # fmt: skip
SLOW_MOVING_DAYS = 90
BLOCK = 50_000


@dataclass(frozen=True)
class Shape:
    """How large a problem is and what it is made of."""

    series: int
    cycles: int = 3
    points: int = 1  # evaluation points a cycle
    review_days: int = 7
    minimum: float = 0.0  # mean minimum order, in weeks of demand; 0: none
    multiple: float = 0.0  # mean pack in weeks of demand, whole units; 0: any amount
    line_cost: float = 0.0  # money per order line
    order_cost: float = 0.0  # money per order
    groups: int = 0  # groups that share orders; 0: none
    ragged: bool = False  # series differ in cycles and points, stock comes later, some is owed
    whole_stock: bool = True


def random_problem(shape: Shape, seed: int = 0) -> Problem:
    """A problem of this shape; half the series with a service level, half with a shortage cost."""
    rng = np.random.default_rng(seed)
    weekly = rng.lognormal(1.0, 1.3, shape.series)
    cycles = _cycles(shape, rng)
    spread = rng.uniform(1.0, 6.0, shape.series)
    daily = weekly / 7.0
    floor = daily[:, None] * np.maximum(cycles.order_day, 0)
    ahead = np.maximum(cycles.point_day - cycles.order_day[:, :, None], 1)
    before = np.maximum(cycles.before_day, 1)
    last = np.maximum(cycles.end_day, 0).max(axis=1)
    late_floor = floor[np.arange(shape.series), cycles.count - 1]
    late_days = last + SLOW_MOVING_DAYS - np.maximum(cycles.order_day, 0).max(axis=1)
    unit_cost = rng.lognormal(1.5, 1.0, shape.series)
    holding = unit_cost * 0.25 / 365.0
    problem = Problem(
        cycles=cycles,
        levels=np.broadcast_to(LEVELS, (shape.series, len(LEVELS))).copy(),
        floor=floor,
        knots=_quantiles(daily[:, None, None] * ahead, spread, floor[:, :, None]),
        supply=_supply(shape, cycles, weekly, rng),
        before_knots=_quantiles(daily[:, None] * before, spread, np.zeros((shape.series, 1))),
        before_supply=np.zeros(before.shape),
        late_floor=late_floor,
        late_knots=_quantiles(daily * late_days, spread, late_floor),
        holding=holding,
        shortage=unit_cost * rng.uniform(0.1, 1.0, shape.series),
        surplus=unit_cost + holding * SLOW_MOVING_DAYS,
        surplus_above_target=np.zeros(shape.series, dtype=np.bool_),
        minimum=np.ceil(weekly * rng.uniform(0.3, 1.7, shape.series)) * shape.minimum,
        multiple=np.ceil(weekly * rng.uniform(0.2, 1.8, shape.series) * shape.multiple),
        line_cost=np.full(shape.series, shape.line_cost),
        order_group=(
            rng.integers(0, shape.groups, shape.series)
            if shape.groups
            else np.full(shape.series, -1)
        ),
        order_cost=np.full(shape.groups, shape.order_cost),
    )
    first = problem.supply[:, 0, :1]
    problem = replace(problem, before_supply=np.broadcast_to(first, before.shape).copy())
    nothing = np.full(shape.series, np.nan)
    level = np.where(rng.random(shape.series) < 0.5, rng.choice(LEVELS[9:13], shape.series), np.nan)
    return set_shortage(problem, nothing, nothing, level)


def _quantiles(mean: Floats, spread: Floats, floor: Floats) -> Floats:
    """Quantiles at LEVELS of `floor` (S × …) and gamma demands above it with these means
    (S × …) and variances mean · spread, so many series at a time."""
    found = np.empty((*mean.shape, len(LEVELS)))
    for begin in range(0, len(mean), BLOCK):
        block = slice(begin, begin + BLOCK)
        ratio = spread[block].reshape(-1, *(1,) * (mean.ndim - 1))
        inverse = (ratio / np.maximum(mean[block], 1e-9))[..., None] / 9.0
        cube = np.maximum(1.0 - inverse + np.asarray(NORMAL) * np.sqrt(inverse), 0.0) ** 3
        above = np.maximum.accumulate(mean[block][..., None] * cube, axis=-1)
        found[block] = floor[block][..., None] + above
    return found


def _cycles(shape: Shape, rng: np.random.Generator) -> Cycles:
    """Reviews in equal steps, lead times of one to six weeks."""
    lead = rng.integers(5, 43, shape.series)
    order = np.arange(shape.cycles) * shape.review_days + np.zeros((shape.series, 1), dtype=int)
    today = np.ones(shape.series, dtype=np.bool_)
    count = np.full(shape.series, shape.cycles)
    if shape.ragged:
        wait = np.where(rng.random(shape.series) < 0.2, 2, 0)
        order = order + wait[:, None]
        today = wait == 0
        count = rng.integers(1, shape.cycles + 1, shape.series)
    arrival = order + lead[:, None] + 1
    end = arrival + shape.review_days - 1
    weight = np.full((*order.shape, shape.points), shape.review_days // shape.points)
    weight[..., -1] += shape.review_days - weight[0, 0].sum()
    if shape.ragged and shape.points > 1:  # some cycles have a single point
        single = rng.random(order.shape) < 0.3
        weight[single] = 0
        weight[single, 0] = shape.review_days
    day = arrival[..., None] - 1 + np.cumsum(weight, axis=-1)
    there = np.arange(shape.cycles) < count[:, None]
    weight = np.where(there[..., None], weight, 0)
    return Cycles(
        count=count,
        orders_today=today,
        order_day=np.where(there, order, -1),
        arrival_day=np.where(there, arrival, -1),
        end_day=np.where(there, end, -1),
        point_day=np.where(weight > 0, day, -1),
        point_weight=weight.astype(np.int32),
        before_day=arrival[:, :1] - 1,
    )


def _supply(shape: Shape, cycles: Cycles, weekly: Floats, rng: np.random.Generator) -> Floats:
    """Stock of none to a bit more than is needed; when ragged, goods that come later, backlogs."""
    protected = np.asarray(cycles.end_day[:, 0] / 7.0)
    stock = weekly * protected * rng.uniform(0.0, 1.4, shape.series)
    supply = np.broadcast_to(stock[:, None, None], cycles.point_day.shape).copy()
    if shape.ragged:
        owed = rng.random(shape.series) < 0.1
        supply -= np.where(owed, weekly * (protected + 1.0), 0.0)[:, None, None]
        comes: Integers = rng.integers(0, 60, shape.series)
        more = weekly * rng.uniform(0.0, 2.0, shape.series)
        supply += np.where(cycles.point_day >= comes[:, None, None], more[:, None, None], 0.0)
    return np.round(supply) if shape.whole_stock else supply
