"""One product decided on again from what a plan left behind, with something otherwise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.errors import ConflictError, NotFoundError
from domain.periods import DAYS_PER_YEAR, Calendar
from domain.terms import Known, Panel, SeriesKey
from forecasting.result import Forecast
from optimization.problem import Problem, Solution
from optimization.solve import cost_of, prepare, solve_prepared
from planning.dataset import Dataset
from planning.decision import nothing_ordered
from planning.distributions import distributions
from planning.item_costs import SMALLEST_HOLDING, choose_targets
from planning.item_terms import Terms
from planning.pipeline import planning_horizon
from planning.problem import build_problem, plan_cycles, worth_ordering
from planning.shelf_life import within_shelf_life
from planning.situation import Situation, trimmed
from planning.supply import OpenOrders, Stock
from planning.what_if.ground import Ground
from planning.what_if.stockouts import calendar_of, forecast_of

ONE = np.zeros(1, dtype=np.int64)
ROUNDING = 1e-9


@dataclass(frozen=True)
class Change:
    """What is otherwise; None: as it was planned."""

    on_hand: float | None = None  # units on the shelf and free to use
    lead_time_days: float | None = None
    unit_cost: float | None = None  # money
    budget: float | None = None  # money there is for today's order of this product


@dataclass(frozen=True)
class Answer:
    """What would be ordered today."""

    quantity: float  # units
    wanted: float  # units, without minimum, multiple and budget
    order_up_to_level: float  # units [S]
    order_value: float  # money
    order_on: str
    due_on: str
    orders_today: bool  # whether the supplier takes orders that day
    expected_cost: float  # money, of the plan's days
    expected_cost_without: float  # money, nothing ordered today


def answer(ground: Ground, sku: str, location: str, change: Change) -> Answer:
    """The decision on one product; the number that a whole plan with that change would give.

    Raises NotFoundError for a product that the plan does not have, ConflictError for one that
    others decide on too.
    """
    row = ground.place.get((sku, location))
    if row is None:
        raise NotFoundError(
            f"the plan has no {sku!r} at {location!r}", "sku", "Ask for one of its inventory."
        )
    why = str(ground.series["why_not"].iloc[row])
    if why:
        raise ConflictError(
            f"{sku} at {location} is not decided on by itself: {why}",
            "what-if",
            "Ask for a plan with the change in its tables or settings.",
        )
    situation = _situation(ground, row, change)
    known = distributions(situation)
    problem = prepare(build_problem(situation, known), ground.settings)
    planned = situation.planned_for_stock & worth_ordering(situation, known)
    solution = nothing_ordered(*problem.cycles.order_day.shape)
    if planned[0]:
        solution = solve_prepared(problem, 1)
    return _told(situation, problem, solution, change)


def _situation(ground: Ground, row: int, change: Change) -> Situation:
    """The situation of the one series, with what is otherwise."""
    series, rest, settings = ground.series.iloc[[row]], ground.rest, ground.settings
    frame = _terms(series.reset_index(drop=True), ground, change)
    calendar = calendar_of(ground)
    closures = {} if ground.closures.empty else {"closures": ground.closures}
    dataset = Dataset(closures, settings)
    horizon = planning_horizon(calendar, settings, _all_times(ground, row, frame))
    cycles = trimmed(plan_cycles(dataset, calendar, frame, horizon))
    cycles = trimmed(within_shelf_life(cycles, frame))
    usable = series["usable"].to_numpy() if change.on_hand is None else np.array([change.on_hand])
    orders = ground.orders[ground.orders["series"] == row].assign(series=0)
    key = (SeriesKey(str(frame["sku"].iloc[0]), str(frame["location"].iloc[0])),)
    return Situation(
        name="what-if",
        dataset=dataset,
        calendar=calendar,
        terms=Terms(frame, (), bool(rest["costs_known"])),
        stock=Stock(
            usable=usable.astype(np.float64),
            backordered=series["backordered"].to_numpy(),
            promised=series["promised"].to_numpy(),
            counted_on=np.full(1, calendar.as_of),
            there=True,
        ),
        open_orders=OpenOrders(orders.reset_index(drop=True)),
        panel=_no_history(key, calendar),
        history=pd.DataFrame(),
        forecast=_forecast(ground, row, calendar, int(cycles.end_day.max())),
        horizon_days=horizon,
        cycles=cycles,
        rows=ONE,
    )


def _terms(frame: pd.DataFrame, ground: Ground, change: Change) -> pd.DataFrame:
    """The terms of the series, and what follows from what is otherwise."""
    settings = ground.settings
    if change.lead_time_days is not None:
        frame["lead_time_days"] = np.int64(np.ceil(change.lead_time_days))
    if change.unit_cost is None:
        return frame
    rate = settings.holding_rate_per_year / DAYS_PER_YEAR
    before = max(float(frame["unit_cost"].iloc[0]) * rate, SMALLEST_HOLDING)
    if float(frame["holding_cost_per_day"].iloc[0]) == before:
        frame["holding_cost_per_day"] = max(change.unit_cost * rate, SMALLEST_HOLDING)
    frame["unit_cost"], frame["cost_known"] = float(change.unit_cost), True
    if frame["target_kind"].iloc[0] == "margin":
        frame["shortage_cost"] = np.nan
    choose_targets(frame, settings)
    return frame


def _all_times(ground: Ground, row: int, frame: pd.DataFrame) -> pd.DataFrame:
    """Lead times and review periods of all series: the longest says how far a plan looks."""
    times = ground.series[["lead_time_days", "review_period_days"]].copy()
    times.iloc[row] = frame[["lead_time_days", "review_period_days"]].iloc[0].to_numpy()
    return times


def _forecast(ground: Ground, row: int, calendar: Calendar, last_day: int) -> Forecast:
    """The forecast of the one series as it was kept; raises ConflictError where it is too short."""
    days = ground.rest["days"]
    if last_day + ground.settings.slow_moving_days > days[-1]:
        raise ConflictError(
            f"the plan's forecast ends {days[-1]:g} days ahead, before this would be over",
            "lead_time_days",
            "Ask for a plan with the change in its tables.",
        )
    return forecast_of(ground, np.array([row]), calendar)


def _no_history(key: tuple[SeriesKey, ...], calendar: Calendar) -> Panel:
    """A panel without a sale: the decision reads none."""
    nothing = np.zeros((1, calendar.count), dtype=np.float32)
    return Panel(
        keys=key,
        calendar=calendar,
        demand=nothing,
        known=np.full(nothing.shape, Known.OUTSIDE, dtype=np.uint8),
        stockout_share=None,
        category=ONE,
        product=ONE,
        whole_units=np.ones(1, dtype=np.bool_),
        first=np.full(1, calendar.count),
        starts_day=ONE,
        ends_day=ONE,
    )


def _told(situation: Situation, problem: Problem, solution: Solution, change: Change) -> Answer:
    """The decision in units, money and days, within the money there is."""
    cost = float(situation.terms.frame["unit_cost"].iloc[0])
    today = bool(problem.cycles.orders_today[0])
    quantity = float(solution.quantity[0, 0]) if today else 0.0
    expected = float(solution.cost[0])
    if change.budget is not None and quantity * cost > change.budget:
        quantity = _affordable(problem, change.budget / cost)
        orders = solution.quantity.copy()
        orders[0, 0] = quantity
        expected = float(cost_of(problem, orders)[0])
    arrival = int(problem.cycles.arrival_day[0, 0])
    return Answer(
        quantity=quantity,
        wanted=float(solution.wanted[0]),
        order_up_to_level=float(solution.order_up_to_level[0]),
        order_value=quantity * cost,
        order_on=str(situation.date(int(problem.cycles.order_day[0, 0]))),
        due_on=str(situation.date(arrival)),
        orders_today=today,
        expected_cost=expected,
        expected_cost_without=float(solution.cost_without[0]),
    )


def _affordable(problem: Problem, units: float) -> float:
    """The most whole packs within `units`; none where that is less than the smallest order.

    What an order saves is concave in its size, so that as much as can be had is best.
    """
    pack = float(problem.multiple[0])
    most = units if pack == 0 else np.floor(units / pack + ROUNDING) * pack
    return float(most) if most >= problem.minimum[0] - ROUNDING else 0.0
