"""From ledgers to measures: cost, service, stock, and how sure a difference is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.kpis.fill_rate import fill_rate
from domain.kpis.slow_moving import slow_moving
from domain.kpis.slow_moving_rate import slow_moving_rate
from domain.kpis.stockout_rate import stockout_rate
from domain.kpis.turnover import turnover
from domain.terms import Floats
from experiments.replay.naming import BOUND
from experiments.replay.state import Ledger, State
from experiments.replay.walk import Walked
from experiments.resampling import Interval, drawn, interval

BOOTSTRAP = 3
"""Number of the stream of random numbers that series are drawn from."""


@dataclass(frozen=True)
class Score:
    """What one policy's scored buckets come to; money unless said."""

    cost: float
    holding: float
    shortage: float
    order: float
    fill_rate: float | None  # share of units served from the shelf
    stockout_rate: float | None  # share of days of buckets that ended without stock
    turnover: float | None  # per year
    slow_moving_rate: float | None  # share of the last day's stock at cost
    cost_per_unit_of_demand: float | None  # money per unit
    share_of_avoidable_removed: float | None  # of the first policy's cost above the bound
    share_interval: Interval | None  # 95 %, over series
    difference: float  # cost above that of the first policy
    interval: Interval  # of the difference, 95 %, paired over series


def cost_per_series(ledger: Ledger) -> Floats:
    """Holding, shortage and order cost of each series, money [S]."""
    return np.asarray(ledger.holding + ledger.shortage + ledger.order)


def scores(walked: Walked) -> dict[str, Score]:
    """A score for every policy, compared with the first; perfect foresight last."""
    costs = {name: cost_per_series(state.ledger) for name, state in walked.states.items()}
    first = costs[next(iter(costs))]
    totals = _resampled(walked, costs)
    rule, bound = totals[next(iter(costs))], totals[BOUND]
    found = {}
    for name, state in walked.states.items():
        found[name] = _score(walked, state, costs[name])
        difference = float((costs[name] - first).sum())
        found[name].update(difference=difference, interval=interval(totals[name] - rule))
        found[name].update(_avoided(first, costs[name], costs[BOUND], (rule, totals[name], bound)))
    return {name: Score(**values) for name, values in found.items()}  # type: ignore[arg-type]


def _resampled(walked: Walked, costs: dict[str, Floats]) -> dict[str, Floats]:
    """Total cost of every policy when the series are drawn anew, the same for all [DRAWS each]."""
    table = np.stack(list(costs.values()), axis=1)
    seed = [walked.ground.settings.solver.seed, BOOTSTRAP]
    totals = drawn(lambda times: times @ table, walked.ground.series, seed)
    return {name: totals[:, k] for k, name in enumerate(costs)}


def _avoided(
    rule: Floats, cost: Floats, bound: Floats, anew: tuple[Floats, Floats, Floats]
) -> dict[str, object]:
    """(rule - policy) / (rule - foresight), of totals, and its interval."""
    avoidable = float(rule.sum() - bound.sum())
    if avoidable <= 0:
        return {"share_of_avoidable_removed": None, "share_interval": None}
    gap = anew[0] - anew[2]
    shares = (anew[0] - anew[1])[gap > 0] / gap[gap > 0]
    return {
        "share_of_avoidable_removed": float(rule.sum() - cost.sum()) / avoidable,
        "share_interval": interval(shares) if shares.size else (np.nan, np.nan),
    }


def _score(walked: Walked, state: State, cost: Floats) -> dict[str, object]:
    """The measures that need no other policy."""
    ground, ledger = walked.ground, state.ledger
    frame = ground.terms.frame
    unit_cost = frame["unit_cost"].to_numpy()
    begin = ground.day(ground.scored_from - 1)
    days = float(ground.day(ground.calendar.count - 1) - begin)
    demand, served = float(ledger.demand.sum()), ledger.demand - ledger.unserved
    slow = slow_moving(
        state.on_hand, _expected_use(walked), _minimum_stock(walked), _just_launched(walked)
    )
    return {
        "cost": float(cost.sum()),
        "holding": float(ledger.holding.sum()),
        "shortage": float(ledger.shortage.sum()),
        "order": float(ledger.order.sum()),
        "fill_rate": fill_rate(ledger.demand, ledger.unserved),
        "stockout_rate": stockout_rate(ledger.days_without, np.full(cost.size, days)),
        "turnover": turnover(
            float((served * unit_cost).sum()),
            float((ledger.stock_days * unit_cost).sum()) / days,
            days,
        ),
        "slow_moving_rate": slow_moving_rate(slow * unit_cost, state.on_hand * unit_cost),
        "cost_per_unit_of_demand": float(cost.sum()) / demand if demand > 0 else None,
    }


def _expected_use(walked: Walked) -> Floats:
    """Mean demand of the slow-moving window after the last day, by the newest forecast [S]."""
    ground, forecast = walked.ground, walked.last
    passed = int((ground.calendar.as_of - forecast.calendar.as_of).astype(np.int64))
    frame = ground.terms.frame
    days = np.maximum(
        (frame["lead_time_days"] + frame["review_period_days"]).to_numpy(),
        ground.settings.slow_moving_days,
    )
    start = np.full((ground.series, 1), passed)
    mean, _ = forecast.windows(start, start + days[:, None], np.array([0.5]), ground.rows)
    return np.asarray(mean[:, 0])


def _minimum_stock(walked: Walked) -> Floats:
    return np.nan_to_num(walked.ground.terms.frame["minimum_stock"].to_numpy(np.float64))


def _just_launched(walked: Walked) -> np.ndarray:
    """Series whose life began within the slow-moving window [S]."""
    ground = walked.ground
    begun = ground.panel.first[ground.rows]
    day = ground.calendar.as_of - np.timedelta64(ground.settings.slow_moving_days, "D")
    return np.asarray(begun > int(ground.calendar.index_of(np.array([day]))[0]))
