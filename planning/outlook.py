"""What is expected of every series, with the plan and without today's order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.kpis.days_of_cover import days_of_cover
from domain.kpis.excess import excess
from domain.kpis.slow_moving import slow_moving
from domain.terms import Flags, Floats, Integers
from optimization.cycles import latest_order_days
from optimization.expectation import expected_losses
from optimization.problem import Problem, Solution
from planning.distributions import Distributions, means_through
from planning.expected_waste import expected_waste
from planning.problem import how_to_order, starting_stock, worth_ordering
from planning.situation import Situation

RECENT_DAYS = 28


@dataclass(frozen=True)
class Outlook:
    """Per series [S], units unless said otherwise."""

    on_hand: Floats  # on the shelf and free to use
    on_order: Floats  # on open orders that count
    sold_last_28_days: Floats
    forecast_next_28_days: Floats
    protection_days: Integers  # days, from as_of to the end of the first cycle [L + R]
    lead_time_demand: Floats  # mean demand of these days
    safety_stock: Floats  # order-up-to level above that
    target_level: Floats  # probability that demand of these days stays within the level
    cover: Floats  # days until on hand is used up
    cover_with_orders: Floats  # days, on order included
    cover_after: Floats  # days, today's order included
    kept_to_be_safe: Floats  # there + wanted = expected demand that can be served + this
    order_by_day: Integers  # last day to order without drawing on what is kept, 0 = as_of
    shortage_before: Floats  # short before an order of today can arrive
    shortage_without: Floats  # short in the first cycle without today's order
    shortage_with: Floats  # the same with it
    stockout_probability: Floats  # share: of running out before the next delivery
    slow_moving_units: Floats
    excess_units: Floats
    average_stock: Floats  # expected on hand, averaged over the days of the plan
    horizon_demand: Floats  # mean demand of the days of the plan
    horizon_shortage: Floats  # expected shortage of these days
    horizon_days: Integers  # days of the plan: through the end of its last cycle
    late_slow_units: Floats  # slow-moving units expected at the end of the plan
    wanted_later: Flags  # whether an order of today would find any demand
    end_stock: Floats  # expected on hand at the end of the plan
    short_cycle_probability: Floats  # share: of a shortage in the first cycle, with the plan
    expected_waste: Floats  # of what is there and ordered, too old before it is sold


def probability_within(levels: Floats, knots: Floats, units: Floats) -> Floats:
    """P(D ≤ units), between two knots by straight line; 0 below 0 [shape of `units`].

    `levels` S × K; `knots` S × … × K, ascending.
    """
    shape = (levels.shape[0],) + (1,) * (knots.ndim - 2) + (levels.shape[1],)
    spread = np.broadcast_to(levels.reshape(shape), knots.shape)
    index = (knots <= units[..., None]).sum(axis=-1)
    last = levels.shape[1] - 1
    low, high = np.maximum(index - 1, 0)[..., None], np.minimum(index, last)[..., None]
    x_low, x_high = (np.take_along_axis(knots, i, -1)[..., 0] for i in (low, high))
    t_low, t_high = (np.take_along_axis(spread, i, -1)[..., 0] for i in (low, high))
    x_low, t_low = np.where(index == 0, 0.0, x_low), np.where(index == 0, 0.0, t_low)
    gap = x_high - x_low
    inside = np.where(gap > 0, (units - x_low) / np.where(gap > 0, gap, 1.0), 0.0)
    value = t_low + np.clip(inside, 0.0, 1.0) * (t_high - t_low)
    value = np.where(units > knots[..., -1], 1.0, value)  # nothing lies above the last knot
    result: Floats = np.where(units < 0, 0.0, value)
    return result


@dataclass(frozen=True)
class _Whole:
    """What a plan brings over all its days, per series."""

    average_stock: Floats
    demand: Floats
    shortage: Floats
    days: Integers
    late_slow_units: Floats
    end_stock: Floats


def look_out(
    situation: Situation, known: Distributions, problem: Problem, solution: Solution
) -> Outlook:
    """What the solution is expected to bring; `problem` is the one that was solved."""
    cycles, row = problem.cycles, np.arange(situation.series)
    on_hand, on_order = situation.stock.usable, situation.open_orders.per_series(situation.series)
    last_point = (cycles.point_day[:, 0] >= 0).sum(axis=1) - 1
    lead_time_demand = known.mean[row, 0, last_point]
    level = solution.order_up_to_level
    today = solution.quantity[:, 0] * cycles.orders_today
    position = on_hand + on_order - situation.stock.backordered
    review_demand = lead_time_demand - means_through(situation, cycles.arrival_day[:, 0] - 1)
    cover, with_orders, after = (
        _cover(situation, units)
        for units in (on_hand, on_hand + on_order, on_hand + on_order + today)
    )
    knots = problem.knots[row, 0, last_point]
    supply = problem.supply[row, 0, last_point]
    # No more can be missed than is expected to be asked for, and owed: the quantiles of a rare
    # demand have heavier tails than its mean, and would promise more.
    owed = np.maximum(-starting_stock(situation), 0.0)
    before = np.minimum(_shortage_before(problem), lead_time_demand - review_demand + owed)
    without, with_today = (
        np.minimum(_in_first_cycle(situation, problem, knots, units, before), review_demand + owed)
        for units in (supply, supply + today)
    )
    whole = _over_the_plan(problem, solution, known)
    # What stores want of a source that has run out they still want later.
    lost = before * ((situation.dataset.settings.unmet_demand == "lost") & ~situation.supplies)
    kept = np.maximum(position + solution.wanted - lead_time_demand + lost, 0.0)
    left_alone = (situation.terms.frame["planned"] == "no").to_numpy()
    return Outlook(
        on_hand=on_hand,
        on_order=on_order,
        sold_last_28_days=situation.sold_in_last(RECENT_DAYS),
        forecast_next_28_days=means_through(situation, np.full(situation.series, RECENT_DAYS)),
        protection_days=cycles.end_day[:, 0],
        lead_time_demand=lead_time_demand,
        safety_stock=level - lead_time_demand,
        target_level=probability_within(known.levels, known.knots[row, 0, last_point], level),
        cover=cover,
        cover_with_orders=with_orders,
        cover_after=after,
        order_by_day=_order_by(situation, _cover(situation, on_hand + on_order - kept)),
        kept_to_be_safe=kept,
        shortage_before=before,
        shortage_without=without,
        shortage_with=with_today,
        stockout_probability=_stockout_probability(problem),
        slow_moving_units=_slow_moving(situation, cycles.end_day[:, 0]),
        excess_units=excess(position, level, level - review_demand, problem.minimum) * ~left_alone,
        average_stock=whole.average_stock,
        horizon_demand=whole.demand,
        horizon_shortage=whole.shortage + before,
        horizon_days=whole.days,
        late_slow_units=whole.late_slow_units,
        wanted_later=worth_ordering(situation, known),
        end_stock=whole.end_stock,
        short_cycle_probability=1.0 - probability_within(problem.levels, knots, supply + today),
        expected_waste=expected_waste(situation, supply + today),
    )


def _cover(situation: Situation, units: Floats) -> Floats:
    """Days until mean demand uses up `units` of each series."""
    mean = situation.mean_ahead
    ends = situation.calendar.ends_ahead(mean.shape[1])
    return days_of_cover(units, mean, np.diff(ends, prepend=0).astype(np.float64))


def _order_by(situation: Situation, cover: Floats) -> Integers:
    """The last day to order so that goods are there when `cover` (days, S) has been used up.

    Where that is too late already it is today.
    """
    terms, calendars = how_to_order(situation.dataset, situation.terms.frame, situation.as_of)
    need = np.floor(cover).astype(np.int64) + 1
    return np.maximum(latest_order_days(situation.as_of, need, terms, calendars), 0)


def _shortage_before(problem: Problem) -> Floats:
    """Units short before today's order can arrive: the most at any point until then."""
    if problem.before_supply.shape[1] == 0:
        return np.zeros(problem.series)
    floor = np.zeros_like(problem.before_supply)
    _, short = expected_losses(problem.levels, floor, problem.before_knots, problem.before_supply)
    return np.where(problem.cycles.before_day > 0, short, 0.0).max(axis=1)


def _in_first_cycle(
    situation: Situation, problem: Problem, knots: Floats, supply: Floats, before: Floats
) -> Floats:
    """Units short from the first delivery to the next one that is possible.

    `knots`: of demand through the last day before that one, S × K.

    What is lost before it is in the supply already (DESIGN §6, lost sales); what is
    backordered before it is short still, and taken off here.
    """
    _, short = expected_losses(problem.levels, problem.floor[:, 0], knots, supply)
    if situation.dataset.settings.unmet_demand == "backordered":
        short = short - before
    return np.maximum(short, 0.0)


def _stockout_probability(problem: Problem) -> Floats:
    """Probability that demand exceeds supply at some point before today's order can arrive."""
    if problem.before_supply.shape[1] == 0:
        return np.zeros(problem.series)
    within = probability_within(problem.levels, problem.before_knots, problem.before_supply)
    return np.where(problem.cycles.before_day > 0, 1.0 - within, 0.0).max(axis=1)


def _slow_moving(situation: Situation, protection_days: Integers) -> Floats:
    """Units on hand that mean demand will not use in time (see the KPI)."""
    window = np.maximum(situation.dataset.settings.slow_moving_days, protection_days)
    frame = situation.terms.frame
    young = situation.launched_within(window)
    minimum_stock = frame["minimum_stock"].fillna(0.0).to_numpy()
    return slow_moving(
        situation.stock.usable, means_through(situation, window), minimum_stock, young
    )


def _over_the_plan(problem: Problem, solution: Solution, known: Distributions) -> _Whole:
    """Stock, demand and shortage from `as_of` to the end of each series' last cycle."""
    cycles, row = problem.cycles, np.arange(problem.series)
    supply = problem.supply + np.cumsum(solution.quantity, axis=1)[:, :, None]
    floor = np.broadcast_to(problem.floor[:, :, None], supply.shape)
    held, short = expected_losses(problem.levels, floor, problem.knots, supply)
    unit_days = (held * cycles.point_weight).sum(axis=(1, 2))
    weight = np.diff(cycles.before_day, axis=1, prepend=0) * (cycles.before_day > 0)
    before_floor = np.zeros_like(problem.before_supply)
    early, _ = expected_losses(
        problem.levels, before_floor, problem.before_knots, problem.before_supply
    )
    unit_days += (early * weight).sum(axis=1)
    last = cycles.count - 1
    days = cycles.end_day[row, last]
    last_point = (cycles.point_day >= 0).sum(axis=2) - 1
    ends = np.arange(cycles.end_day.shape[1])
    at_ends = short[row[:, None], ends[None, :], np.maximum(last_point, 0)]
    alive = ends[None, :] < cycles.count[:, None]
    end_supply = supply[row, last, last_point[row, last]]
    return _Whole(
        average_stock=unit_days / np.maximum(days, 1),
        demand=known.mean[row, last, last_point[row, last]],
        shortage=(at_ends * alive).sum(axis=1),
        days=days,
        late_slow_units=np.maximum(end_supply - known.late_mean, 0.0),
        end_stock=held[row, last, last_point[row, last]],
    )
