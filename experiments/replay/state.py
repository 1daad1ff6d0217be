"""What one policy has: stock, orders under way, and what it has cost so far."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from domain.terms import Flags, Floats, Integers
from experiments.replay.batch import Batch
from experiments.replay.opening import Opening
from optimization.problem import Cycles


@dataclass
class Ledger:
    """What a policy's scored buckets add up to, per series [S]."""

    holding: Floats  # money
    shortage: Floats  # money
    order: Floats  # money
    demand: Floats  # units
    unserved: Floats  # units that found no stock
    short: Floats  # units that were charged
    stock_days: Floats  # units × days
    days_without: Floats  # days of buckets that ended without stock
    cycles: Floats  # review cycles that ended
    short_cycles: Floats  # those in which some unit found no stock


def blank(series: int) -> Ledger:
    """A ledger with nothing in it."""
    return Ledger(*(np.zeros(series) for _ in range(10)))


@dataclass
class State:
    """One policy on its way through the past."""

    on_hand: Floats  # S, units
    backordered: Floats  # S, units
    batches: list[Batch]
    ledger: Ledger
    order_money: Floats  # S, line and order costs of the bucket at hand
    missed: Flags  # S, whether some unit found no stock since the last cycle ended
    trajectory: list[dict[str, object]] = field(default_factory=list)
    ordered: float = 0.0  # units ordered at the opening of the bucket at hand

    @property
    def on_order(self) -> Floats:
        """Units under way [S]."""
        total = np.zeros(self.on_hand.size)
        for batch in self.batches:
            total += np.bincount(batch.rows, batch.units, total.size)
        return total

    def supply(self, cycles: Cycles, rows: Integers, day: int) -> tuple[Floats, Floats]:
        """What some series can use by each point of their cycles without any decision [B].

        As known at the close of `day`: what is late is expected the day after.
        """
        place = np.full(self.on_hand.size, -1)
        place[rows] = np.arange(rows.size)
        start = (self.on_hand - self.backordered)[rows]
        supply = np.broadcast_to(start[:, None, None], cycles.point_day.shape).copy()
        before = np.broadcast_to(start[:, None], cycles.before_day.shape).copy()
        for batch in self.batches:
            mine = np.flatnonzero(place[batch.rows] >= 0)
            at, units = place[batch.rows[mine]], batch.units[mine]
            usable = np.maximum(batch.expected[mine] - day, 1)
            there = cycles.point_day[at] >= usable[:, None, None]
            np.add.at(supply, at, there * units[:, None, None])
            np.add.at(before, at, (cycles.before_day[at] >= usable[:, None]) * units[:, None])
        return supply, before

    def place(self, rows: Integers, units: Floats, expected: Integers, arrives: Integers) -> None:
        """Send off the orders of some series."""
        some = units > 0
        self.ordered = float(units.sum())
        if some.any():
            self.batches.append(Batch(rows, units, expected, arrives).part(some))

    def arriving(self, day: int, days: int, at_opening: bool) -> Floats:
        """Units that come on each of the `days` days after `day` [S × days], taken off the way."""
        coming = np.zeros((self.on_hand.size, days))
        left = []
        for batch in self.batches:
            when = batch.arrives - day - 1
            now = when < days
            if now.any():
                column = np.zeros_like(when[now]) if at_opening else np.maximum(when[now], 0)
                np.add.at(coming, (batch.rows[now], column), batch.units[now])
            if not now.all():
                left.append(batch.part(~now))
        self.batches = left
        return coming


def opened(opening: Opening) -> State:
    """The state every policy begins with."""
    return State(
        on_hand=opening.on_hand.copy(),
        backordered=opening.backordered.copy(),
        batches=[opening.under_way],
        ledger=blank(opening.on_hand.size),
        order_money=np.zeros(opening.on_hand.size),
        missed=np.zeros(opening.on_hand.size, dtype=np.bool_),
    )
