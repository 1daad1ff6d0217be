"""One series of a plan as it would be with something otherwise, ready to be solved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from domain.errors import ConflictError
from domain.periods import DAYS_PER_YEAR, Calendar
from domain.terms import Known, Panel, SeriesKey
from forecasting.result import Forecast
from optimization.problem import Problem
from optimization.shared.ground import Ground as Measured
from planning.dataset import Dataset
from planning.item_costs import SMALLEST_HOLDING, choose_targets
from planning.item_terms import Terms
from planning.limited import portion
from planning.pipeline import planning_horizon
from planning.price_breaks import PriceBreak
from planning.problem import plan_cycles
from planning.shelf_life import within_shelf_life
from planning.situation import Situation, trimmed
from planning.supply import OpenOrders, Stock
from planning.what_if.ground import Ground
from planning.what_if.stockouts import calendar_of, forecast_of

ONE = np.zeros(1, dtype=np.int64)


@dataclass(frozen=True)
class Change:
    """What is otherwise; None: as it was planned."""

    on_hand: float | None = None  # units on the shelf and free to use
    lead_time_days: float | None = None
    unit_cost: float | None = None  # money
    budget: float | None = None  # money there is for today's order of this product
    limits: Mapping[str, float] = field(default_factory=dict)  # what there is of shared limits


@dataclass(frozen=True)
class Ready:
    """The one series, ready to be solved."""

    situation: Situation
    problem: Problem  # prepared
    measured: Measured
    solved: bool  # whether there is anything to decide


def ready(ground: Ground, row: int, change: Change) -> Ready:
    """The one series with what is otherwise."""
    situation = _situation(ground, row, change)
    part = portion(situation, ONE)
    problem = part.problem
    share = ground.arrays["share"]
    if share.size:
        decisions = problem.floor.shape[1]
        known = np.array(share[row : row + 1])
        last = max(int(np.flatnonzero(known[0] > 0).max(initial=0)), 0)
        after = np.minimum(np.arange(decisions), last)  # orders beyond the plan's last cost alike
        others = ground.series["saved_by_others"].to_numpy(dtype=np.float64)[row : row + 1]
        problem = replace(problem, share=known[:, after], saved_by_others=others)
    return Ready(situation, problem, replace(part.ground, problem=problem), bool(part.rows.size))


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
    if "breaks" in frame:
        told = json.loads(str(frame["breaks"].iloc[0]))
        tiers = pd.Series([tuple(PriceBreak(*tier) for tier in told)], dtype=object)
        frame = frame.assign(breaks=tiers)
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
    # One series is nothing to share out: waking threads takes longer than all else here.
    return replace(forecast_of(ground, np.array([row]), calendar), threads=1)


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
