"""The walk: bucket by bucket, every policy side by side, each knowing what was known then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from domain.errors import PlanError
from domain.terms import Floats, Known
from experiments.replay.as_recorded import is_recorded, place_recorded, record_of
from experiments.replay.demand import demand_of
from experiments.replay.ground import Ground
from experiments.replay.hindsight import hindsight
from experiments.replay.known import portions_known
from experiments.replay.naming import BOUND
from experiments.replay.opening import Opening, open_up
from experiments.replay.ordering_cost import order_money
from experiments.replay.passing import Clock, pass_bucket
from experiments.replay.recorded import Recorded
from experiments.replay.reviewing import review_of
from experiments.replay.schedule import Moment, schedule
from experiments.replay.sight import Sight
from experiments.replay.state import State, opened
from forecasting.past import Rolling
from forecasting.result import Forecast
from optimization.policies import Policy, Review
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


Passed = Callable[[int, Mapping[str, State]], None]
"""Told of each bucket that has passed, and how every policy stands."""


def nobody(_: int, __: Mapping[str, State]) -> None:
    """Nobody is told."""


def walk(
    ground: Ground,
    policies: Mapping[str, Policy],
    vary_lead_times: bool,
    advance: Advance,
    passed: Passed = nobody,
) -> Walked:
    """Run all policies from the first day to the last, and the best in hindsight after them."""
    asked = {name: policy for name, policy in policies.items() if not is_recorded(policy)}
    made = {name: record_of(ground) for name in policies if name not in asked}
    moments = schedule(ground, vary_lead_times)
    by_bucket = {moment.bucket: moment for moment in moments}
    rolling = Rolling(ground.settings, _reach(ground))
    recorded = Recorded(ground, rolling)
    first = recorded.newest
    opening = open_up(ground, first)
    eyes = _eyes(ground, rolling.twin(), first, asked)
    states = {name: opened(opening) for name in policies}
    clock = Clock(ground, moments)
    demand = np.zeros((ground.series, ground.buckets.size))
    for step, bucket in enumerate(ground.buckets):
        moment = by_bucket.get(int(bucket) - 1)
        if moment is not None:
            _decide(ground, recorded.newest, moment, asked, (states, eyes))
        for name, record in made.items():
            place_recorded(ground, record, states[name], int(bucket))
        demand[:, step] = demand_of(ground, int(bucket), recorded.before(int(bucket)))
        for name, state in states.items():
            sold, emptied = pass_bucket(ground, opening, clock, state, int(bucket), demand[:, step])
            if name in eyes:
                eyes[name].note(int(bucket), sold, emptied)
        passed(int(bucket), states)
        advance((step + 1) / ground.buckets.size)
    best = hindsight(ground, opening, moments, demand, clock)
    return Walked(
        ground=ground,
        opening=opening,
        demand=demand,
        drawn=_drawn(ground),
        states={**states, BOUND: best},
        last=recorded.before(ground.calendar.count),
    )


def _eyes(
    ground: Ground, rolling: Rolling, first: Forecast, policies: Mapping[str, Policy]
) -> dict[str, Sight]:
    """What each policy sees with: all the same where demand waits, as none of it is missed."""
    hears = {name: bool(getattr(policy, "hears", True)) for name, policy in policies.items()}
    if ground.settings.unmet_demand == "lost":
        return {name: Sight(ground, rolling.twin(), first, hears[name]) for name in policies}
    both = {one: Sight(ground, rolling.twin(), first, one) for one in set(hears.values())}
    return {name: both[hears[name]] for name in policies}


def _reach(ground: Ground) -> int:
    """Days ahead that forecasts must know: every cycle and what is slow after it."""
    settings, frame = ground.settings, ground.terms.frame
    longest = int((frame["lead_time_days"] + 2 * frame["review_period_days"]).max())
    spread = int(np.ceil(LATEST_DELIVERY * float(frame["lead_time_std_days"].max())))
    return max(ground.horizon_days, longest) + settings.slow_moving_days + spread + CLOSED_DAYS


def _decide(
    ground: Ground, forecast: Forecast, moment: Moment, policies: Mapping[str, Policy],
    of_policies: tuple[Mapping[str, State], Mapping[str, Sight]],
) -> None:  # fmt: skip
    """Ask every policy for its orders at a moment, and place them."""
    states, eyes = of_policies
    parts = list(portions_known(ground, forecast, moment.bucket, moment.rows, moment.cycles))
    for name, policy in policies.items():
        state, placed = states[name], np.zeros(ground.series)
        factor = ground.factor_of(name)
        for part in parts:
            units = _ask(policy, review_of(ground, part, eyes[name], state, factor))
            placed[part.rows] = units
            state.order_money[part.rows] += order_money(part.situation.terms.frame, units)
        state.place(moment.rows, placed[moment.rows], moment.expected, moment.arrives)


def _ask(policy: Policy, review: Review) -> Floats:
    """What a policy orders."""
    units = policy.order(review)
    if not (np.isfinite(units).all() and (units >= 0).all()):
        raise PlanError(
            "a policy ordered less than nothing", type(policy).__name__, "Mend the policy."
        )
    return units


def _drawn(ground: Ground) -> int:
    """Series × buckets of the replay whose demand was not recorded whole."""
    known = ground.panel.known[np.ix_(ground.rows, ground.buckets)]
    return int(((known == Known.LOWER_BOUND) | (known == Known.UNKNOWN)).sum())
