"""The decomposition where series are many: near prices are found on a sample of them.

A round for all series costs as much as many for a sample. So prices are found for the sample as
if it were all, with each limit moved by what all series take more of it than the sample tells at
the last prices (a control variate, as in Johnson & Zhang 2013, Accelerating stochastic gradient
descent using predictive variance reduction): there the sample's bound has the slope of that of
all, and each turn comes some ten times nearer. The plans of the sample that cost least at its
prices are priced for all, group by group, and give the master its first plans. Bound and plan are
of all series, as ever, and so is the gap.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from domain.terms import Flags, Floats
from optimization.clock import solving_seconds
from optimization.shared.certificate import Decomposed
from optimization.shared.decomposition import (
    FREE_PRICE,
    GROWTH,
    NARROW_BOX,
    WITHIN,
    Decomposition,
)
from optimization.shared.master import Mix
from optimization.shared.newton import Slope, climb
from optimization.shared.pricer import Priced, Pricer
from optimization.shared.sample import Sample

MANY = 50_000
"""Series from which on it is done so."""
MOST_TURNS = 5
MOST_ROUNDS_OF_A_TURN = 60
"""Twice what a turn takes: one that does no better leaves the rest to the next."""
NEAREST = 4
"""Plans of each group that are taken over from the sample's search."""
NEAR = 30.0
"""Times the gap asked for: a turn that promises no more is the last."""
FINER = 0.03
"""How far a turn goes: to this share of what the one before it promised."""


class Turn(NamedTuple):
    """Where the search for the prices of a sample has led."""

    step: Floats  # R, how far the scaled prices went
    gain: float  # of the bound, as a share of it: what the sample promises


class SampleSearch(Decomposition):
    """The search for the prices of a sample: it ends where no mix promises much more.

    Plans of a sample stay what they are when limits move: each turn has those of all before it.
    """

    enough = 0.0
    """Share of the bound that may be left to gain."""

    def go_on(self, bound: Floats, price: Floats, told: Priced) -> Decomposed:
        """Search again under limits `bound` (R) from scaled `price` (R), where `told` was found."""
        self.bound = bound / self.row_scale
        self.best, self.upper, self.mix, self.rounds = -np.inf, np.inf, None, []
        self._judge(price, told)
        self._climb()
        return self._result(self._close())

    def nearest(self, most: int) -> Flags:
        """Which plans cost least at the best prices, `most` of each group."""
        columns = self.columns
        reduced = columns.cost + columns.use @ self.center
        order = np.lexsort((reduced, columns.group))
        first = np.searchsorted(columns.group[order], columns.group[order])
        found = np.zeros(order.size, dtype=np.bool_)
        found[order] = np.arange(order.size) - first < most
        return found

    def _follow(self, mix: Mix) -> bool:
        little = mix.objective - self.best <= self.enough * abs(self.best)
        if len(self.rounds) >= MOST_ROUNDS_OF_A_TURN or (little and not self._at_edge(mix).any()):
            return False
        return super()._follow(mix)


class Approach(Decomposition):
    """A search for all series that begins with turns on a sample of them."""

    pricer: Pricer
    search: SampleSearch | None = None

    def _met(self, free: Priced) -> None:
        self.sample = Sample(self.pricer, np.zeros(free.use.shape[1]), free)

    def _climb(self) -> None:
        """Turns on the sample, which leave plans for the master and a box as wide as the last."""
        price, turn = self.center, None
        if not (price > 0).any():
            price, _ = climb(price, self.active, self._sampled(), self.deadline)
        for _ in range(MOST_TURNS):
            priced = self.pricer.price(self._in_money(price))
            least, _ = self._judge(price, priced)
            self.active |= self._scaled(priced).use.sum(axis=0) > self.bound + WITHIN
            if least < self.best or solving_seconds() >= self.deadline:
                break
            turn = self._turn(price, priced, turn)
            price = price + turn.step
            if turn.gain <= NEAR * self.gap:
                break
        if turn is not None:
            self.radius = np.maximum(np.abs(turn.step), NARROW_BOX)
            self._ask(price)
            if self.search is not None:
                self._adopt(self.search)

    def _turn(self, price: Floats, priced: Priced, last: Turn | None) -> Turn:
        """The best prices of the sample, which takes at scaled `price` (R) what all do."""
        value = self._in_money(price)
        if self.search is None:  # what series cost here tells which of them matter
            self.sample = Sample(self.pricer, value, priced)
        told = self.sample.price(value)
        limit = self.bound * self.row_scale
        bound = limit - priced.use.sum(axis=0) + told.use.sum(axis=0)
        if self.search is None:
            self.search = SampleSearch(self.sample, bound, self.gap, self.deadline)
        search = self.search
        search.active |= self.active
        search.enough = max(FINER * (last.gain if last else FINER), self.gap)
        found = search.go_on(bound, search.scaled_price(value), told)
        begun = float(told.cost.sum()) + float(value @ (priced.use.sum(axis=0) - limit))
        step = self.scaled_price(found.price) - price
        return Turn(step, (found.bound - begun) / max(abs(begun), 1e-300))

    def _in_money(self, price: Floats) -> Floats:
        """Scaled prices, R, as money per unit."""
        return price * self.cost_scale / self.row_scale

    def _sampled(self) -> Slope:
        """The bound as far as the sample tells, as Newton steps ask for it."""

        def slope_at(price: Floats) -> tuple[float, Floats, Floats]:
            found = self._scaled(self.sample.scaled(self._in_money(price)))
            gradient = found.use.sum(axis=0) - self.bound
            return float(found.cost.sum() + price @ gradient), gradient, found.curvature

        return slope_at

    def _adopt(self, search: SampleSearch) -> None:
        """Price for all series the plans that cost least at the sample's best prices."""
        nobody = self.pricer.series[0][:0]
        wanted, known = search.nearest(NEAREST), search.columns
        for at in np.unique(known.at[wanted]).tolist():
            groups = np.sort(known.group[wanted & (known.at == at)]).tolist()
            chosen = [nobody] * len(self.pricer.groups)
            for group in groups:
                chosen[group] = self.pricer.series[group]
            price, money = search.asked[at]
            priced = self._scaled(self.pricer.price(price, money, chosen=chosen))
            self.columns.add(priced.cost, priced.use, len(self.asked), groups)
            self.asked.append((price, money))

    def _keep(self, mix: Mix) -> None:
        """Remember the mix; where it does not keep the limits the cheapest one that does."""
        super()._keep(mix)
        if mix.outside > WITHIN:
            rows = self.bound.size
            within = self._master(np.zeros(rows), np.full(rows, FREE_PRICE))
            if within is not None:
                super()._keep(within)

    def _follow(self, mix: Mix) -> bool:
        """As ever; but where the bound is near, the box only grows, for a mix is still wanted."""
        near = mix.objective - self.best <= self.gap * abs(self.best)
        width = np.where(self._at_edge(mix), self.radius * GROWTH, self.radius)
        follows = super()._follow(mix)
        self.radius = width if near else self.radius
        return follows

    def _spared(self) -> Flags:
        """Those too that the cheapest mix so far is made of."""
        spared = super()._spared()
        if self.mix is None:
            return spared
        group, at = self.mixed
        used, asked = self.mix.weight > 0, len(self.asked)
        known = self.columns.group * asked + self.columns.at
        return np.asarray(spared | np.isin(known, group[used] * asked + at[used]))
