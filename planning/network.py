"""What locations pass on to those that supply them: demand at a warehouse's shelf.

Until the close of day d the stores of a warehouse take from it what their decisions up to d order:
all demand that these answer for, through day ε(d), less what is there and coming at the store,

    N(d) = D_own(d) + Σ_i (D_i(ε_i(d)) − B_i(ε_i(d)))⁺,

chains one after the other. Ordering against N with the warehouse's own stock is ordering against
all stock of the chain (echelon stock, Clark & Scarf 1960; Snyder & Shen, 2nd ed., §6.2), but that
one store's excess is not taken to serve another. Its critical ratio is the warehouse's own.

Exact: one store a warehouse, a unit held at either costing alike (echelon holding cost of the
store 0: the newsvendor bounds of Shang & Song 2003, doi 10.1287/mnsc.49.5.618.15147, on the
echelon level meet). Approximate: several stores are taken to be in balance (allocation
assumption, Eppen & Schrage 1981), and their pooled quantiles lie at
√((1 − ρ) Σ e_i² + ρ (Σ e_i)²) from the mean, e_i each one's own distance and ρ the correlation of
their demand in the past: exact for normal demand that is correlated alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Flags, Floats, Integers, Singles
from forecasting.result import Forecast
from optimization.expectation import expected_losses
from optimization.problem import Cycles
from planning.supply import OpenOrders

LEVELS = np.array([0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99])
"""Where the mean of what is passed on is reckoned from."""
REMEMBERED = 52
"""Buckets of history that say how much demand of stores goes together."""


@dataclass(frozen=True)
class Network:
    """Who supplies whom among all S series of a plan, and what each has."""

    source: Integers  # S, row of the series that supplies it, -1 where it is bought
    passes_on: Flags  # S, whether its orders are asked of its source: it is planned for stock
    sells: Flags  # S, whether it has demand of its own
    cycles: Cycles  # of all S
    review_days: Integers  # S
    stock: Floats  # S, units that can be used at once, less what customers wait for
    orders: OpenOrders
    likeness: float  # correlation of the demand of stores with one source, 0 to 1 [ρ]

    @property
    def supplies(self) -> Flags:
        """Which series others draw on, S."""
        found = np.zeros(self.source.size, dtype=np.bool_)
        found[self.source[self.passes_on]] = True
        return found

    def windows(
        self, forecast: Forecast, rows: Integers, start: Integers, end: Integers, levels: Floats,
        spread: Floats | None,
    ) -> tuple[Floats, Floats]:  # fmt: skip
        """Demand at the shelf of `rows` over days start + 1 … end: see `Forecast.windows`.

        What is taken at the close of day 0 belongs to the first day.
        """
        asked = np.broadcast_to(levels, (rows.size, levels.shape[-1]))
        whole = _Asked(self, forecast, np.concatenate([asked, _common(rows.size)], axis=1))
        there = np.zeros(rows.size) if spread is None else spread
        mean, knots = whole.through(np.arange(rows.size), rows, start, end, there)
        begun = np.zeros_like(start)
        before, _ = whole.through(np.arange(rows.size), rows, begun, start, there * 0.0)
        before = np.where(start > 0, before, 0.0)
        mean = np.where(end >= 0, np.maximum(mean - before, 0.0), 0.0)
        knots = knots[..., : levels.shape[-1]] - before[..., None]
        return mean, np.where((end >= 0)[..., None], np.maximum(knots, 0.0), 0.0)

    def serves_through(self, rows: Integers, day: Integers) -> Integers:
        """The last day that what `rows` order until the close of `day` answers for [ε], N × W."""
        cycles = self.cycles
        alive = np.arange(cycles.order_day.shape[1]) < cycles.count[rows, None]
        ordered = (cycles.order_day[rows][:, None, :] <= day[..., None]) & alive[:, None, :]
        last = ordered.sum(axis=-1) - 1
        at = np.maximum(last, 0)
        own = np.arange(rows.size)[:, None]
        end, order = cycles.end_day[rows][own, at], cycles.order_day[rows][own, at]
        review = self.review_days[rows][:, None]
        later = np.where(at == cycles.count[rows, None] - 1, (day - order) // review * review, 0)
        return np.where(day < 0, -1, np.where(last < 0, 0, end + np.maximum(later, 0)))


def _common(count: int) -> Floats:
    return np.broadcast_to(LEVELS, (count, LEVELS.size))


@dataclass(frozen=True)
class _Asked:
    """One question: `levels` a row per series asked, the common ones last."""

    network: Network
    forecast: Forecast
    levels: Floats

    def through(
        self, asked: Integers, rows: Integers, start: Integers, end: Integers, spread: Floats
    ) -> tuple[Floats, Floats]:
        """Mean (N × W) and quantiles of demand through `end` as known at the close of `start`.

        `asked`: which of the series asked for each of `rows` stands for.
        """
        levels = self.levels[asked]
        begun = np.zeros_like(start)
        known, _ = self.forecast.windows(begun, start, np.zeros(0), rows, None)
        known = np.where(start > 0, known, 0.0)
        mean, knots = self.forecast.windows(
            start, end, levels, rows, spread if spread.any() else None
        )
        sells = self.network.sells[rows]
        mean, knots = (mean + known) * sells[:, None], knots + known[..., None]
        knots *= sells[:, None, None]
        place, stores = self._stores(rows)
        if not stores.size:
            return mean, knots
        answered = self.network.serves_through(stores, end[place])
        answered = np.minimum(answered, int(self.forecast.days[-1]))
        known_by = np.minimum(start[place], np.maximum(answered, 0))
        need = self._needs(asked[place], stores, known_by, answered, spread[place])
        return self._pooled(place, (mean, knots), need)

    def _stores(self, rows: Integers) -> tuple[Integers, Integers]:
        """The series that `rows` supply, and the place of each one's source among `rows`."""
        network = self.network
        at = np.full(network.source.size, -1, dtype=np.int64)
        at[rows] = np.arange(rows.size)
        theirs = network.passes_on & (at[network.source] >= 0)
        stores = np.flatnonzero(theirs)
        return at[network.source[stores]], stores

    def _needs(
        self, asked: Integers, stores: Integers, start: Integers, end: Integers, spread: Floats
    ) -> tuple[Floats, Floats]:
        """What stores take of their source for demand through `end`: (D − B)⁺."""
        network = self.network
        mean, knots = self.through(asked, stores, start, end, spread)
        there = network.stock[stores, None]
        there = there + network.orders.take(stores, network.source.size).usable_by(end)
        common = knots[..., -LEVELS.size :]
        left, _ = expected_losses(_common(stores.size), common[..., 0], common, there)
        need = np.maximum(mean - there + left, 0.0)
        return np.where(end < 0, 0.0, need), np.maximum(knots - there[..., None], 0.0)

    def _pooled(
        self, place: Integers, own: tuple[Floats, Floats], need: tuple[Floats, Floats]
    ) -> tuple[Floats, Floats]:
        """Own demand and that of the stores as one; stores are added in the plan's order."""
        mean, off = own[0].copy(), own[1] - own[0][..., None]
        apart = off * np.abs(off)
        together = off
        more = need[1] - need[0][..., None]
        np.add.at(mean, place, need[0])
        np.add.at(apart, place, more * np.abs(more))
        np.add.at(together, place, more)
        likeness = self.network.likeness
        square = (1.0 - likeness) * apart + likeness * together * np.abs(together)
        knots = mean[..., None] + np.sign(square) * np.sqrt(np.abs(square))
        count = knots.shape[-1] - LEVELS.size
        for part in (slice(0, count), slice(count, None)):
            knots[..., part] = np.maximum.accumulate(knots[..., part], axis=-1)
        return mean, np.maximum(knots, 0.0)


def likeness_of(demand: Floats | Singles, source: Integers) -> float:
    """Correlation of the changes from bucket to bucket in demand of series with one source [ρ].

    `demand` S × T, units; all sources together, 0 where nothing is known. Between 0 and 1.

    >>> import numpy as np
    >>> two = np.array([[1.0, 3, 2], [2.0, 6, 4], [0, 0, 0]])
    >>> round(likeness_of(two, np.array([2, 2, -1])), 9)
    1.0
    """
    change = np.diff(demand[:, -REMEMBERED:].astype(np.float64), axis=1)
    if change.shape[1] == 0:
        return 0.0
    square = (change**2).sum(axis=1)
    shared = most = 0.0
    for place in np.unique(source[source >= 0]):
        theirs = source == place
        alone = float(square[theirs].sum())
        shared += float((change[theirs].sum(axis=0) ** 2).sum()) - alone
        most += float(np.sqrt(square[theirs]).sum()) ** 2 - alone
    return float(np.clip(shared / most, 0.0, 1.0)) if most > 1e-12 else 0.0
