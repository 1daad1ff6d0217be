"""From a situation to the problem of DESIGN §6: when, what, at which cost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from domain.periods import Calendar, Day
from domain.terms import NEVER, Flags, Floats, Integers
from optimization.cycles import ClosureCalendar, OrderTerms, build_cycles
from optimization.problem import Cycles, Problem
from optimization.targets import set_shortage
from planning.closed_days import closure_calendars
from planning.dataset import Dataset
from planning.distributions import Distributions, means_through
from planning.price_breaks import break_arrays
from planning.shelf_life import shelf_lives
from planning.situation import Situation
from planning.supply import OpenOrders

CLOSED_MARGIN_DAYS = 120
"""Days beyond the horizon that evaluation points may lie, where closures push deliveries."""


def how_to_order(
    dataset: Dataset, terms: pd.DataFrame, as_of: Day
) -> tuple[OrderTerms, list[ClosureCalendar]]:
    """How each series can order, and the closures their suppliers and locations have."""
    which, calendars = closure_calendars(dataset.table("closures"), terms, as_of)
    found = OrderTerms(
        lead_time_days=terms["lead_time_days"].to_numpy(),
        review_period_days=terms["review_period_days"].to_numpy(),
        order_weekdays=terms["order_weekdays"].to_numpy(),
        closure=which,
    )
    return found, calendars


def plan_cycles(
    dataset: Dataset, calendar: Calendar, terms: pd.DataFrame, horizon_days: int
) -> Cycles:
    """When every series can order, and what each order answers for."""
    order_terms, calendars = how_to_order(dataset, terms, calendar.as_of)
    longest = int((terms["lead_time_days"] + 2 * terms["review_period_days"]).max())
    ahead = calendar.buckets_to_cover(max(horizon_days, longest) + CLOSED_MARGIN_DAYS)
    ends = calendar.ends_ahead(ahead)
    return build_cycles(calendar.as_of, ends, order_terms, calendars, horizon_days)


def build_problem(situation: Situation, known: Distributions) -> Problem:
    """The problem of all series, before lost sales are allowed for."""
    frame, settings, cycles = situation.terms.frame, situation.dataset.settings, situation.cycles
    holding = frame["holding_cost_per_day"].to_numpy()
    kind = frame["target_kind"]
    # Units promised to customers by shipment are a floor on demand that is still to come.
    promised = situation.stock.promised
    cost = frame["unit_cost"].to_numpy() if situation.terms.costs_known else np.zeros(len(frame))
    left_over = holding * settings.slow_moving_days + cost - frame["salvage_value"].to_numpy()
    groups, group_cost = order_groups(situation.terms.frame)
    problem = Problem(
        cycles=cycles,
        levels=known.levels,
        floor=known.floor,
        knots=np.maximum(known.knots, promised[:, None, None, None]),
        supply=np.zeros(cycles.point_day.shape),
        before_knots=np.maximum(known.before_knots, promised[:, None, None]),
        before_supply=np.zeros(cycles.before_day.shape),
        late_floor=known.late_floor,
        late_knots=np.maximum(known.late_knots, promised[:, None]),
        holding=holding,
        shortage=np.zeros(len(frame)),
        surplus=np.maximum(left_over, 0.0),
        surplus_above_target=np.zeros(len(frame), dtype=np.bool_),
        minimum=frame["minimum_order_quantity"].to_numpy(),
        multiple=frame["order_multiple"].to_numpy(),
        line_cost=frame["line_cost"].to_numpy(),
        order_group=groups,
        order_cost=group_cost,
        cycle_knots=known.cycle_knots,
    )
    if situation.supplies.any():
        problem = replace(problem, waits=situation.supplies)
    if settings.unmet_demand == "lost":
        problem = replace(problem, daily_demand=_daily_demand(situation, known))
    breaks = break_arrays(frame)
    if breaks is not None:
        problem = replace(problem, break_from=breaks[0], break_saving=breaks[1])
    problem = with_open_orders(problem, starting_stock(situation), situation.open_orders)
    target = frame["target_level"].to_numpy()
    problem = set_shortage(
        problem,
        frame["shortage_cost"].to_numpy(dtype=np.float64),
        frame["fill_rate"].where(kind == "fill_rate").to_numpy(dtype=np.float64),
        np.where(kind.isin(["settings", "cycle_service_level"]), target, np.nan),
    )
    if "shortage_factor" not in frame:
        return problem
    return replace(problem, shortage=problem.shortage * frame["shortage_factor"].to_numpy())


def _daily_demand(situation: Situation, known: Distributions) -> Floats:
    """Mean demand of a day as it goes on beyond the horizon, units [S].

    0 where it ends or what is left goes off: nothing is kept for years there.
    """
    frame, cycles = situation.terms.frame, situation.cycles
    last = cycles.end_day[np.arange(len(frame)), cycles.count - 1]
    daily = known.late_mean / (last + situation.dataset.settings.slow_moving_days)
    ends = situation.forecast.ends_day[situation.rows]
    lasts = (ends >= NEVER) & ~np.isfinite(shelf_lives(frame))
    return np.asarray(np.where(lasts, daily, 0.0))


def starting_stock(situation: Situation) -> Floats:
    """Units that can be used at once, less what customers wait for [S]."""
    return situation.stock.usable - situation.stock.backordered


def with_open_orders(problem: Problem, start: Floats, orders: OpenOrders) -> Problem:
    """The problem with this stock and these open orders to count on."""
    cycles = problem.cycles
    return replace(
        problem,
        supply=start[:, None, None] + orders.usable_by(cycles.point_day),
        before_supply=start[:, None] + orders.usable_by(cycles.before_day),
    )


def order_groups(frame: pd.DataFrame) -> tuple[Integers, Floats]:
    """Which order each line belongs to (a supplier at a location), and what an order costs."""
    costly = frame["order_cost"].to_numpy() > 0
    groups = np.full(len(frame), -1, dtype=np.int64)
    if not costly.any():
        return groups, np.zeros(0)
    keys = frame.loc[costly].groupby(["supplier", "location"], sort=True)
    groups[costly] = keys.ngroup().to_numpy()
    return groups, keys["order_cost"].first().to_numpy()


def worth_ordering(situation: Situation, known: Distributions) -> Flags:
    """Which series have any use for an order: demand after it can be here, or debts to customers.

    What an item that ends before then still sells is lost or served from what there is, and the
    expected loss alone would leave its spread to be ordered.
    """
    before = means_through(situation, situation.cycles.arrival_day[:, 0] - 1)
    owing = situation.dataset.settings.unmet_demand == "backordered"
    return (known.late_mean > before + NO_DEMAND) | owing


NO_DEMAND = 1e-9
"""Units below which demand is none."""


def on_order_only(situation: Situation, problem: Problem) -> Floats:
    """What to buy of series that are bought on order only: what customers wait for, in packs."""
    waiting = situation.stock.promised - starting_stock(situation)
    waiting = waiting - situation.open_orders.per_series(situation.series)
    need = np.maximum(waiting, 0.0)
    least = np.where(need > 0, np.maximum(need, problem.minimum), 0.0)
    pack = problem.multiple
    packs = np.ceil(least / np.where(pack > 0, pack, 1.0) - 1e-9) * pack
    return np.where(pack > 0, packs, least)
