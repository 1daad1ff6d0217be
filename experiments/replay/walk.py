"""The walk: bucket by bucket, every policy side by side, each knowing what was known then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.errors import PlanError
from domain.terms import Floats, Known
from experiments.replay.demand import demand_of
from experiments.replay.ground import Ground
from experiments.replay.hindsight import hindsight
from experiments.replay.known import Portion, portions_known
from experiments.replay.naming import BOUND
from experiments.replay.opening import Opening, open_up
from experiments.replay.passing import Clock, pass_bucket
from experiments.replay.schedule import Moment, schedule
from experiments.replay.state import State, opened
from forecasting.past import forecasts_of_the_past
from forecasting.result import Forecast
from optimization.policies import Policy
from planning.steps import Advance

LATEST_DELIVERY = 3.0
"""Standard deviations of lead time that forecasts reach beyond the last cycle."""
CLOSED_DAYS = 30
"""Days that forecasts reach further, for deliveries that closures push back."""


@dataclass(frozen=True)
class Walked:
    """What came of every policy, and what they were judged with."""

    ground: Ground
    opening: Opening
    demand: Floats  # S × T, units that customers wanted
    drawn: int  # series × buckets whose demand was drawn
    states: Mapping[str, State]
    last: Forecast  # the newest forecast there was at the end


def walk(
    ground: Ground, policies: Mapping[str, Policy], vary_lead_times: bool, advance: Advance
) -> Walked:
    """Run all policies from the first day to the last, and the best in hindsight after them."""
    moments = schedule(ground, vary_lead_times)
    by_bucket = {moment.bucket: moment for moment in moments}
    forecasts = _forecasts(ground, sorted({ground.first, *by_bucket}))
    newest = next(forecasts)
    opening = open_up(ground, newest)
    states = {name: opened(opening) for name in policies}
    clock = Clock(ground, moments)
    demand = np.zeros((ground.series, ground.buckets.size))
    for step, bucket in enumerate(ground.buckets):
        moment = by_bucket.get(int(bucket) - 1)
        if moment is not None:
            newest = newest if moment.bucket == ground.first else next(forecasts)
            _decide(ground, newest, moment, policies, states)
        demand[:, step] = demand_of(ground, int(bucket), newest)
        for state in states.values():
            pass_bucket(ground, opening, clock, state, int(bucket), demand[:, step])
        advance((step + 1) / ground.buckets.size)
    best = hindsight(ground, opening, moments, demand, clock)
    return Walked(
        ground=ground,
        opening=opening,
        demand=demand,
        drawn=_drawn(ground),
        states={**states, BOUND: best},
        last=newest,
    )


def _forecasts(ground: Ground, origins: Sequence[int]) -> Iterator[Forecast]:
    """The forecast of each origin, far enough ahead for every cycle and what is slow after it."""
    settings, frame = ground.settings, ground.terms.frame
    longest = int((frame["lead_time_days"] + 2 * frame["review_period_days"]).max())
    spread = int(np.ceil(LATEST_DELIVERY * float(frame["lead_time_std_days"].max())))
    days = max(ground.horizon_days, longest) + settings.slow_moving_days + spread + CLOSED_DAYS
    return forecasts_of_the_past(ground.panel, settings, np.array(origins, np.int64), days)


def _decide(
    ground: Ground, forecast: Forecast, moment: Moment, policies: Mapping[str, Policy],
    states: Mapping[str, State],
) -> None:  # fmt: skip
    """Ask every policy for its orders at a moment, and place them."""
    on_order = {name: state.on_order for name, state in states.items()}
    placed = {name: np.zeros(ground.series) for name in states}
    for part in portions_known(ground, forecast, moment.bucket, moment.rows, moment.cycles):
        for name, policy in policies.items():
            units = _ask(policy, part, states[name], on_order[name], ground.day(moment.bucket))
            placed[name][part.rows] = units
            states[name].order_money[part.rows] += order_money(part, units)
    for name, state in states.items():
        state.place(moment.rows, placed[name][moment.rows], moment.expected, moment.arrives)


def _ask(policy: Policy, part: Portion, state: State, on_order: Floats, day: int) -> Floats:
    """What a policy orders of a portion, its position filled in."""
    problem, rows = part.review.problem, part.rows
    supply, before = state.supply(problem.cycles, rows, day)
    review = replace(
        part.review,
        problem=replace(problem, supply=supply, before_supply=before),
        on_hand=state.on_hand[rows],
        on_order=on_order[rows],
        backordered=state.backordered[rows],
    )
    units = policy.order(review)
    if not (np.isfinite(units).all() and (units >= 0).all()):
        raise PlanError(
            "a policy ordered less than nothing", type(policy).__name__, "Mend the policy."
        )
    return units


def order_money(part: Portion, units: Floats) -> Floats:
    """Line and order costs of some lines; lines of one order share its cost alike [N]."""
    problem = part.review.problem
    ordered = units > 0
    money = problem.line_cost * ordered
    group = problem.order_group
    shared = ordered & (group >= 0)
    if shared.any():
        lines = np.bincount(group[shared], minlength=problem.order_cost.size)
        money[shared] += problem.order_cost[group[shared]] / lines[group[shared]]
    return np.asarray(money)


def _drawn(ground: Ground) -> int:
    """Series × buckets of the replay whose demand was not recorded whole."""
    known = ground.panel.known[np.ix_(ground.rows, ground.buckets)]
    return int(((known == Known.LOWER_BOUND) | (known == Known.UNKNOWN)).sum())
