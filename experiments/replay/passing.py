"""A bucket passes: goods come in, demand is served, and it is written down what that cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.terms import Flags, Floats
from experiments.replay.ground import Ground
from experiments.replay.opening import Opening
from experiments.replay.schedule import Moment
from experiments.replay.shelf import EMPTY, serve
from experiments.replay.state import State


class Clock:
    """When the review cycles of each series end: the day before each delivery that is due."""

    def __init__(self, ground: Ground, moments: Sequence[Moment]) -> None:
        self.ground = ground
        nothing = [np.zeros(0, np.int64)]
        self.rows = np.concatenate([m.rows for m in moments] or nothing)
        self.days = np.concatenate([m.expected - 1 for m in moments] or nothing)

    def ends(self, bucket: int) -> Flags:
        """Whether a cycle ends on each day of a bucket [S × days]."""
        opening, length = self.ground.day(bucket - 1), self.ground.length(bucket)
        out = np.zeros((self.ground.series, length), dtype=np.bool_)
        column = self.days - opening - 1
        inside = (column >= 0) & (column < length)
        out[self.rows[inside], column[inside]] = True
        return out


def pass_bucket(
    ground: Ground, opening: Opening, clock: Clock, state: State, bucket: int, demand: Floats,
    at_opening: bool = False,
) -> tuple[Floats, Flags]:  # fmt: skip
    """Let a policy's bucket pass; units sold, asked for where demand waits; where a day ended bare.

    `at_opening`, for the lower bound: whatever comes in the bucket is there from the start, and
    only those who wait at its very end are charged.
    """
    length = ground.length(bucket)
    coming = state.arriving(ground.day(bucket - 1), length, at_opening)
    unserved, short = np.zeros(ground.series), np.zeros(ground.series)
    emptied = np.zeros(ground.series, dtype=np.bool_)
    cycles, short_cycles = (np.zeros(ground.series, dtype=np.int64) for _ in range(2))
    lost = ground.settings.unmet_demand == "lost"
    ends = clock.ends(bucket)
    if at_opening:
        ends[:, :-1] = False
    serve(
        state.on_hand, state.backordered, coming, demand, ground.whole,
        ends, lost, unserved, short, emptied, state.missed, cycles, short_cycles,
    )  # fmt: skip
    frame = ground.terms.frame
    holding = frame["holding_cost_per_day"].to_numpy() * length * state.on_hand
    shortage, order = opening.shortage * short, state.order_money
    if bucket >= ground.scored_from:
        ledger = state.ledger
        ledger.holding += holding
        ledger.shortage += shortage
        ledger.order += order
        ledger.demand += demand
        ledger.unserved += unserved
        ledger.short += short
        ledger.stock_days += state.on_hand * length
        ledger.cycles += cycles
        ledger.short_cycles += short_cycles
        ledger.days_without += (state.on_hand <= EMPTY) * float(length)
    value = float((state.on_hand * frame["unit_cost"].to_numpy()).sum())
    state.trajectory.append(
        {
            "bucket": bucket,
            "scored": bucket >= ground.scored_from,
            "demand": float(demand.sum()),
            "unserved": float(unserved.sum()),
            "ordered": state.ordered,
            "arrived": float(coming.sum()),
            "stock": float(state.on_hand.sum()),
            "stock_value": value,
            "on_order": float(state.on_order.sum()),
            "backordered": float(state.backordered.sum()),
            "holding": float(holding.sum()),
            "shortage": float(shortage.sum()),
            "order": float(order.sum()),
        }
    )
    state.order_money, state.ordered = np.zeros(ground.series), 0.0
    return (demand - unserved, emptied) if lost else (demand, np.zeros_like(emptied))
