"""The best in hindsight, walked like every policy: what nobody could have cost less than."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.terms import Floats, Integers
from experiments.replay.ground import Ground
from experiments.replay.opening import Opening
from experiments.replay.passing import Clock, pass_bucket
from experiments.replay.schedule import Moment
from experiments.replay.state import State, opened
from optimization.foresight import Future, best_orders


def hindsight(
    ground: Ground, opening: Opening, moments: Sequence[Moment], demand: Floats, clock: Clock
) -> State:
    """The state of one who knew all demand (S × T) and every lead time.

    Goods that come within a bucket are there at its opening, packs, minimums and shared order
    costs are left out: a lower bound (see `optimization.foresight`).
    """
    future = foreseen(ground, opening, moments, demand, clock)
    orders = best_orders(future)
    state = opened(opening)
    by_bucket = {moment.bucket: (o, moment) for o, moment in enumerate(moments)}
    line_cost = ground.terms.frame["line_cost"].to_numpy()
    for step, bucket in enumerate(ground.buckets):
        if int(bucket) - 1 in by_bucket:
            o, moment = by_bucket[int(bucket) - 1]
            units = orders[:, o]
            state.order_money += line_cost * (units > 0)
            state.place(moment.rows, units[moment.rows], moment.expected, moment.arrives)
        pass_bucket(ground, opening, clock, state, int(bucket), demand[:, step], at_opening=True)
    return state


def foreseen(
    ground: Ground, opening: Opening, moments: Sequence[Moment], demand: Floats, clock: Clock
) -> Future:
    """The replay as it will be, for one who knows it all."""
    buckets, frame = ground.buckets, ground.terms.frame
    closes = np.array([ground.day(int(bucket)) for bucket in buckets])
    length = np.diff(closes, prepend=0)
    scored = (buckets >= ground.scored_from).astype(np.float64)
    lost = ground.settings.unmet_demand == "lost"
    charged = np.ones(demand.shape) if lost else np.stack(
        [clock.ends(int(bucket))[:, -1] for bucket in buckets], axis=1
    )  # fmt: skip
    supply = np.zeros(demand.shape)
    supply[:, 0] = opening.on_hand - opening.backordered
    coming = opening.under_way
    place = np.searchsorted(closes, coming.arrives)
    inside = place < closes.size
    np.add.at(supply, (coming.rows[inside], place[inside]), coming.units[inside])
    holding = frame["holding_cost_per_day"].to_numpy()[:, None] * (length * scored)
    counts = np.array([float(m.bucket + 1 >= ground.scored_from) for m in moments])
    return Future(
        demand=demand,
        supply=supply,
        holding=holding,
        shortage=opening.shortage[:, None] * charged * scored,
        arrival=_arrivals(ground, moments, closes),
        line_cost=frame["line_cost"].to_numpy()[:, None] * counts,
        lost=lost,
    )


def _arrivals(ground: Ground, moments: Sequence[Moment], closes: Integers) -> Integers:
    """Bucket in which an order of each moment arrives, S × O; -1: none can be placed."""
    out = np.full((ground.series, len(moments)), -1, dtype=np.int64)
    for o, moment in enumerate(moments):
        place = np.searchsorted(closes, moment.arrives)
        out[moment.rows, o] = np.where(place < closes.size, place, -1)
    return out
