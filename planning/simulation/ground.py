"""From a situation and its decision to the arrays that paths are drawn and walked with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Flags, Floats, Integers
from planning.distributions import means_through
from planning.plan import Decision
from planning.simulation.draws import (
    DEMAND,
    LEAD_TIME,
    NORMAL,
    Keys,
    normal_scores,
    stream_keys,
)
from planning.simulation.layout import Ground
from planning.simulation.margins import Margins, margins
from planning.simulation.reviews import Reviews, reviews
from planning.situation import Situation

MOST_LOADING = 0.98
EARNINGS = 3.0
"""Times that the cost of a day's demand unserved must be a lot's holding cost of that day.

First orders by this rule with 2 and with 4 times are worth 0.94 and 0.92 of the solver's on the
sample, and 1.9 and 1.3 times the solver's on spare parts in lots that seldom pay (91 times where
every lot that is needed is ordered).
"""


@dataclass(frozen=True)
class Prepared:
    """Some series, ready to be walked."""

    margins: Margins
    keys: Keys  # S, streams of demand
    loading: Floats  # S, what of its scores a series shares with all others, 0 to 1
    whole: Flags  # S
    ground: Ground


def prepare(
    situation: Situation,
    decision: Decision,
    rows: Integers,
    lot: Floats,
    buckets: int,
    paths: int,
) -> Prepared:
    """The series of a situation, which are those in `rows` of the decision's.

    `lot`: `least_orders` of them, which are told from all series of the plan.
    """
    known = margins(situation, buckets)
    forecast, seed = situation.forecast, situation.dataset.settings.solver.seed
    names = [forecast.keys[row] for row in situation.rows]
    ahead = reviews(situation, decision.outlook.target_level[rows], lot, known)
    explained = known.explained[:, -1]
    # Errors have so much in common, scores so much more as there is more to a sum than scores.
    shared = np.sqrt(forecast.error_correlation / np.where(explained > 0, explained, np.inf))
    return Prepared(
        margins=known,
        keys=stream_keys(names, seed, DEMAND),
        loading=np.minimum(shared, MOST_LOADING),
        whole=forecast.whole_units[situation.rows],
        ground=_ground(
            situation, decision, rows, ahead, buckets,
            _delays(situation, ahead, stream_keys(names, seed, LEAD_TIME), paths),
        ),
    )  # fmt: skip


def _delays(situation: Situation, ahead: Reviews, keys: Keys, paths: int) -> Integers:
    """Days by which every delivery comes late, early below 0: S × U × P; 0 × 0 × 0: on time."""
    spread = situation.terms.frame["lead_time_std_days"].to_numpy()
    if not spread.any():
        return np.zeros((0, 0, 0), np.int64)
    delay = np.zeros((*ahead.order_day.shape, paths), np.int64)
    scores = np.empty((ahead.order_day.shape[1], paths))
    for s in np.flatnonzero(spread > 0):
        normal_scores(keys[s], NORMAL, scores)
        delay[s] = np.rint(scores * spread[s])
    return delay


def _ground(
    situation: Situation, decision: Decision, rows: Integers, ahead: Reviews, buckets: int,
    delay: Integers,
) -> Ground:  # fmt: skip
    """The walk's own arrays."""
    frame, stock, settings = situation.terms.frame, situation.stock, situation.dataset.settings
    lines = situation.open_orders.counted.sort_values(["series", "usable_from"], kind="stable")
    begins = np.searchsorted(lines["series"].to_numpy(), np.arange(situation.series + 1))
    cost = frame["unit_cost"].to_numpy(dtype=np.float64)
    price = frame["unit_price"].to_numpy(dtype=np.float64) / (1.0 + settings.price_tax_rate)
    short = frame["shortage_cost"].to_numpy(dtype=np.float64)
    shortage = np.where(np.isfinite(short), short, decision.shortage[rows])
    ordered = decision.solution.quantity[rows, 0]
    latest = np.abs(delay).max(axis=(1, 2)) if delay.size else np.zeros(situation.series)
    priced = np.isfinite(price) & situation.terms.costs_known
    return Ground(
        ends=situation.calendar.ends_ahead(buckets),
        lost=settings.unmet_demand == "lost",
        whole=situation.forecast.whole_units[situation.rows],
        on_hand=np.maximum(stock.usable, 0.0),
        waiting=stock.backordered + np.maximum(-stock.usable, 0.0),
        promised=stock.promised,
        open_begins=begins.astype(np.int64),
        open_day=lines["usable_from"].to_numpy(dtype=np.int64),
        open_units=lines["remaining"].to_numpy(dtype=np.float64),
        today=np.where(situation.cycles.orders_today, ordered, 0.0),
        order_day=ahead.order_day,
        arrival_day=ahead.arrival_day,
        delay=delay,
        latest=latest.astype(np.int64),
        level=ahead.level,
        most=ahead.most,
        mean=ahead.mean,
        through=ahead.through,
        gain=ahead.gain,
        open_due=ahead.open_due,
        lot=ahead.lot,
        multiple=ahead.multiple,
        worth=_worth(situation, ahead, shortage),
        cost=cost,
        price=np.where(priced, price, cost),
        holding=frame["holding_cost_per_day"].to_numpy(dtype=np.float64),
        shortage=shortage,
        planned=_planned_days(situation, buckets),
        use=_use(situation),
    )


def _worth(situation: Situation, ahead: Reviews, shortage: Floats) -> Flags:
    """Whether a lot earns its keep, S: a day's demand unserved against a lot held that day."""
    frame = situation.terms.frame
    days = np.maximum(situation.cycles.end_day[:, 0] - situation.cycles.order_day[:, 0], 1)
    unserved = shortage * ahead.mean[:, 0] / days
    return np.asarray(unserved >= EARNINGS * frame["holding_cost_per_day"] * ahead.lot)


def _planned_days(situation: Situation, buckets: int) -> Floats:
    """Days of each bucket on which a series is on sale and planned for stock, S × T."""
    ends = situation.calendar.ends_ahead(buckets)
    starts = np.append(0, ends[:-1])
    opens = situation.panel.starts_day[situation.rows, None]
    last = situation.panel.ends_day[situation.rows, None]
    days = np.minimum(ends, last) - np.maximum(starts, opens)
    return np.maximum(days, 0) * situation.planned_for_stock[:, None].astype(np.float64)


def _use(situation: Situation) -> Floats:
    """Units on hand at the end of the horizon that are not slow-moving (see the KPI), S.

    Mean demand of max(`slow_moving_days`, protection period) after it and intended minimum
    stock; all of what was launched inside that time.
    """
    end, frame = situation.horizon_days, situation.terms.frame
    window = np.maximum(situation.dataset.settings.slow_moving_days, situation.cycles.end_day[:, 0])
    until = np.stack([np.full_like(window, end), end + window], axis=1)
    mean = np.diff(means_through(situation, until), axis=1)[:, 0]
    young = situation.launched_within(window - end)
    kept = frame["minimum_stock"].fillna(0.0).to_numpy()
    return np.asarray(np.where(young, np.inf, mean + kept))
