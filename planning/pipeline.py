"""`restock plan`, top to bottom: dataset, terms, demand, forecast, decision, tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from domain.errors import PlanError
from domain.periods import Calendar
from domain.settings import Settings
from forecasting.global_model.mode import FULL
from forecasting.kept import Kept
from forecasting.states import StateStore
from planning.calibration import NOT_CALIBRATED, Used, calibrated
from planning.checked_lines import broken_rules
from planning.dataset import Dataset
from planning.faster_orders import with_faster_orders
from planning.forecasts import PLAN_LEVELS, demand_ahead, demand_panel, forecast_frame, known_at
from planning.item_terms import resolve_terms
from planning.learned import learned
from planning.moved_excess import with_moved_excess
from planning.plan import Decision, Plan
from planning.plan_id import plan_id
from planning.previous import with_planned_before
from planning.problem import plan_cycles
from planning.quality.check import check_dataset
from planning.report.aggregates import aggregate_frame
from planning.report.corrected import corrected_frame
from planning.report.exceptions import exception_frame
from planning.report.explanation import explanation_frame
from planning.report.inventory import inventory_frame
from planning.report.limits import limit_frame
from planning.report.orders import order_frame
from planning.report.schedule import schedule_frame
from planning.report.supplier_forecast import supplier_forecast_frame
from planning.report.waterfall import waterfall_frame
from planning.returns import with_returns
from planning.series import find_series
from planning.shared_stock import decide_within_sources
from planning.shelf_life import within_shelf_life
from planning.simulation.run import simulate
from planning.situation import Situation, trimmed
from planning.slow_stock import slow_stock_frame
from planning.steps import Steps
from planning.supply import current_stock, open_orders, without_what_leaves
from planning.supplying_locations import passing_on_days
from planning.transfers import with_network
from planning.trees import told_of_trees, trees_for
from planning.trial import trial_at
from planning.usual_suppliers import other_suppliers, with_usual_suppliers

LEAST_BUCKETS = 4
LATEST_DELIVERY = 3.0
"""Standard deviations of lead time the forecast reaches beyond the last cycle."""


def plan_dataset(
    path: Path,
    as_of: date | None,
    settings_file: Path | None,
    overrides: Mapping[str, object],
    steps: Steps,
    workspace: Path | None = None,
    states: StateStore | None = None,
    previous: Path | None = None,
) -> Plan:
    """The reorder plan of the dataset at `path`; raises RestockError where there can be none.

    `workspace`: where what was learned is kept, if anything was; `states`: where states of the
    local models are, which save time and change nothing; `previous`: folder of an earlier plan,
    whose orders are kept where changing them saves less than `change_cost`.
    """
    dataset, calendar = known_at(path, as_of, settings_file, overrides, steps)
    known = learned(workspace, dataset, calendar.as_of)
    return make_plan(
        path.resolve().stem, known.dataset, calendar, steps, known.used, states, previous
    )


def make_plan(
    name: str,
    dataset: Dataset,
    calendar: Calendar,
    steps: Steps,
    used: Used = NOT_CALIBRATED,
    states: StateStore | None = None,
    previous: Path | None = None,
) -> Plan:
    """The reorder plan of a dataset that was cut at the calendar's `as_of`."""
    situation = look(name, dataset, calendar, steps, used, states)
    if previous is not None:
        situation = with_planned_before(situation, previous)
    with steps.step("identify"):
        identity = plan_id(dataset, calendar.as_of, used.hash, situation.planned_before)
    situation, decision = _decided(situation, steps)
    with steps.step("simulate") as advance:
        projection = simulate(situation, decision, advance)
    with steps.step("look at the data"):
        doubts = check_dataset(dataset, calendar.as_of).doubts
    orders = order_frame(situation, decision, identity)
    with steps.step("explain"):
        waterfall = waterfall_frame(situation, decision, orders)
    schedule = schedule_frame(situation, decision, identity)
    with steps.step("tables"):
        return Plan(
            plan_id=identity,
            calibration=told_of_trees(used, situation.forecast),
            situation=situation,
            decision=decision,
            projection=projection,
            orders=orders,
            exceptions=exception_frame(situation, decision, doubts),
            inventory=inventory_frame(situation, decision),
            schedule=schedule,
            supplier_forecast=supplier_forecast_frame(situation, orders, schedule),
            limits=limit_frame(decision, identity, str(situation.terms.frame["currency"].iloc[0])),
            forecast=forecast_frame(
                situation.forecast,
                situation.panel,
                calendar.buckets_to_cover(situation.horizon_days),
                PLAN_LEVELS,
            ),
            corrected=corrected_frame(situation.panel, dataset.settings.solver.threads),
            aggregates=aggregate_frame(situation),
            explanation=explanation_frame(
                situation.forecast,
                situation.panel,
                calendar.buckets_to_cover(situation.horizon_days),
            ),
            slow_stock=slow_stock_frame(situation, decision),
            waterfall=waterfall,
        )


def _decided(situation: Situation, steps: Steps) -> tuple[Situation, Decision]:
    """What to order, held against every rule; stock that is moved has left its place."""
    with steps.step("solve") as advance:
        situation, moves = with_moved_excess(situation)
        situation, faster = with_faster_orders(situation)
        decision = decide_within_sources(situation, advance)
        decision = replace(decision, faster=faster, moves=moves)
    with steps.step("check"):
        broken = broken_rules(situation, decision)
        if broken:
            raise PlanError(
                f"the plan breaks its own rules: {broken[0].sentence}",
                f"{len(broken)} places",
                "This is a fault of Restock: please report it with the dataset.",
            )
    return situation, decision


def look(
    name: str,
    dataset: Dataset,
    calendar: Calendar,
    steps: Steps,
    used: Used = NOT_CALIBRATED,
    states: StateStore | None = None,
) -> Situation:
    """All that is known at the calendar's `as_of`, forecast included."""
    with steps.step("terms"):
        series = find_series(dataset)
        terms = resolve_terms(dataset, series, calendar.as_of)
        others = other_suppliers(dataset, series, calendar.as_of)
        stock = current_stock(dataset, series, calendar.as_of)
        lead = terms.frame["lead_time_days"].to_numpy()
        coming = open_orders(dataset, terms.frame, lead, calendar.as_of, terms.lateness)
        stock = without_what_leaves(stock, coming, series)
        frames = [terms.frame, *(other.frame for other in others)]
        horizon_days = max(planning_horizon(calendar, dataset.settings, one) for one in frames)
        cycles = plan_cycles(dataset, calendar, terms.frame, horizon_days)
        cycles = trimmed(within_shelf_life(cycles, terms.frame))
    with steps.step("demand"):
        panel, history = demand_panel(dataset, terms, calendar)
    with steps.step("forecast") as advance:
        reach = forecast_days(dataset, calendar, frames, horizon_days)
        trees, why = trees_for(used, terms, panel)
        kept = Kept(states, trees)
        made, adjustments = demand_ahead(dataset, terms, panel, reach, advance, kept=kept)
        made = replace(made, mode_reason=why) if why and made.mode == FULL else made
    returned = history["units_returned"].to_numpy(np.float64)
    coming = with_returns(coming, terms.frame, panel, returned, made)
    demand_class = made.diagnostics["demand_class"]
    terms = calibrated(terms, used, demand_class)
    others = [calibrated(other, used, demand_class) for other in others]
    trial = trial_at(dataset.settings, calendar.as_of, terms.frame, used)
    if trial is not None:
        terms, others = trial.weighed(terms), [trial.weighed(other) for other in others]
    situation = Situation(
        name=name,
        dataset=dataset,
        calendar=calendar,
        terms=terms,
        stock=stock,
        open_orders=coming,
        panel=panel,
        history=history,
        forecast=made,
        adjustments=adjustments,
        horizon_days=horizon_days,
        cycles=cycles,
        rows=np.arange(panel.series),
        trial=trial,
    )
    situation = with_network(situation)
    if not others:
        return situation
    with steps.step("suppliers"):
        return with_usual_suppliers(situation, others)


def forecast_days(
    dataset: Dataset, calendar: Calendar, frames: Sequence[pd.DataFrame], horizon_days: int
) -> int:
    """Days the forecast reaches: past the last cycle of every series with any of the terms."""
    spread = max(float(terms["lead_time_std_days"].max()) for terms in frames)
    beyond = dataset.settings.slow_moving_days + int(np.ceil(LATEST_DELIVERY * spread))
    last = max(
        int(plan_cycles(dataset, calendar, terms, horizon_days).end_day.max()) for terms in frames
    )
    return max(last + beyond, horizon_days) + passing_on_days(frames[0])


def planning_horizon(calendar: Calendar, settings: Settings, terms: pd.DataFrame) -> int:
    """Days the plan looks ahead: `horizon_buckets`, else the longest lead time and two reviews."""
    buckets = settings.horizon_buckets
    if buckets is None:
        longest = int((terms["lead_time_days"] + 2 * terms["review_period_days"]).max())
        buckets = max(LEAST_BUCKETS, calendar.buckets_to_cover(longest))
    return int(calendar.ends_ahead(buckets)[-1])
