"""Dantzig-Wolfe decomposition: prices for the shared limits, and a mix of plans that keeps them.

At prices every series is solved for itself (`pricer`); the master (`master`) mixes the plans
found so far, group by group, and gives new prices (Dantzig & Wolfe 1960, doi
10.1287/opre.8.1.101). Each round of pricing gives a bound no plan goes below (the Lagrangian
dual value), each mix within the limits a plan; the relative gap of the two is the certificate.
Only limits that some plan on the way broke are in the master.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domain.settings import Solver
from domain.terms import Flags, Floats, Integers
from optimization.clock import solving_seconds
from optimization.shared.certificate import Decomposed, Mixed, Round, relative_gap
from optimization.shared.master import Columns, Master, Mix
from optimization.shared.newton import climb
from optimization.shared.pricer import Priced, Separable

GROWTH, SHRINK = 3.0, 0.5
"""How the box around the best prices follows what was found at its edge and inside it."""
LEAST_BOX, NARROW_BOX = 1e-7, 1e-4
EDGE = 0.999
"""Share of the box's half width from which on a price lies at its edge."""
SERIOUS = 0.1
"""Share of the hoped-for gain of the bound from which on the box may grow."""
POOR = 1.0
SMALLEST = 1e-9
"""Scale of a limit or a cost of nothing."""
FIRST_BOX = 1.0
"""Half the width of the first box, in scaled prices."""
COLUMNS_PER_ROW = 8
"""Plans kept in the master, times its rows."""
WITHIN = 1e-9
"""Scaled amount by which a limit may be missed."""
BOX_AROUND_START = 0.005
"""Half the width of the first box around prices that were found before, as a share of them."""
MOST_ROUNDS = 600
STEP = 0.01
"""Share of a limit by which it is tried larger and smaller."""
FEW_ROWS = 100
"""Limits up to which all are in the master from the first."""
MOST_TRIED = 12
"""Limits, those worth most, that are tried so."""
FREE_PRICE = 1e4
"""A scaled price no limit is worth: mixes found at it keep the limits if any does."""
MASTER = Solver(time_limit_seconds=60.0, relative_gap=1e-9, threads=1, seed=0)


class Decomposition:
    """One search; with `money` 0 it asks only how far the limits must be broken."""

    def __init__(
        self, pricer: Separable, bound: Floats, gap: float, deadline: float, money: float = 1.0
    ) -> None:
        """`bound` R; `deadline`: `solving_seconds()` at which to stop with what there is."""
        self.pricer, self.gap, self.deadline, self.money = pricer, gap, deadline, money
        self.begun = solving_seconds()
        rows, none = bound.size, np.zeros(0, dtype=np.int64)
        free = pricer.price(np.zeros(rows), money)
        self._met(free)
        idle = pricer.least()
        self.row_scale = np.maximum(np.maximum(np.abs(bound), free.use.sum(axis=0)), SMALLEST)
        if not money:  # where nothing may be taken, what would be taken for those that ask is large
            asking = pricer.price((bound < 0).astype(np.float64), money)
            self.row_scale = np.maximum(self.row_scale, asking.use.sum(axis=0))
        self.cost_scale = max(abs(float(free.cost.sum())), SMALLEST) if money else 1.0
        self.bound = bound / self.row_scale
        self.columns = Columns(none, none, np.zeros(0), np.zeros((0, rows)))
        self.asked: list[tuple[Floats, float]] = []
        self.center, self.best, self.upper = np.zeros(rows), -np.inf, np.inf
        self.radius = np.full(rows, FIRST_BOX)
        self.rounds: list[Round] = []
        self.mix: Mix | None = None
        self.master: Master | None = None
        self.in_master = none  # which limits
        self._file(np.ones(rows), 0.0, idle)
        self._judge(np.zeros(rows), free)
        self.active = self._scaled(free).use.sum(axis=0) > self.bound + WITHIN
        self.active |= self.active.any() and rows <= FEW_ROWS

    def _met(self, free: Priced) -> None:
        """Told what pricing has just found for all series without prices."""

    def run(self, start: Floats | None = None) -> Decomposed:
        """Search from prices `start` (R, money per unit; else 0) until the gap or the deadline."""
        if start is not None and (start > 0).any():
            self.active |= start > 0
            price = self.scaled_price(start)
            self.radius = np.maximum(BOX_AROUND_START * price, NARROW_BOX)
            self._ask(price)
        finished = not self.active.any()
        if not finished:
            self._climb()
            finished = self._close()
        return self._result(finished)

    def _close(self) -> bool:
        """Mixes and prices by turns until the gap or the deadline; whether the gap was reached."""
        finished = False
        while not finished and solving_seconds() < self.deadline and len(self.rounds) < MOST_ROUNDS:
            mix = self._master(self.center - self.radius, self.center + self.radius)
            if mix is None:
                break
            self._keep(mix)
            if relative_gap(self.upper, self.best) > self.gap:
                if self._follow(mix) or relative_gap(self.upper, self.best) <= self.gap:
                    continue
                break
            broken = (mix.weight @ self.columns.use > self.bound + WITHIN) & ~self.active
            finished = not broken.any()
            self.active |= broken
            if not finished:  # the box is narrow by now, and all prices may have to move
                self.upper, self.mix = np.inf, None
                self.radius = np.maximum(self.radius, BOX_AROUND_START * self.center)
                self.radius = np.maximum(self.radius, np.where(broken, FIRST_BOX, NARROW_BOX))
        return finished

    def ranges(self, price: Floats) -> tuple[Floats, Floats]:
        """Money per unit that STEP more of each limit saves, and that STEP less costs, R each.

        The master solved again, with the plans there are, for the limits that are worth most;
        for the others it is their `price` (R).
        """
        more, less = price.copy(), price.copy()
        dearest = np.argsort(-price * self.row_scale, kind="stable")[:MOST_TRIED]
        priced = np.sort(dearest[price[dearest] > 0])
        if not priced.size or solving_seconds() >= self.deadline:
            return more, less
        active = np.flatnonzero(self.active)
        wide = np.full(active.size, FREE_PRICE)
        master = self._grown(active)
        saved, lost = master.try_bounds(wide, np.searchsorted(active, priced), STEP)
        unit = self.cost_scale / self.row_scale[priced] / STEP
        more[priced] = np.maximum(saved * unit, 0.0)
        less[priced] = np.maximum(lost * unit, 0.0)
        return more, less

    def least_violation(self, upper: Floats) -> tuple[float, Floats]:
        """How far, in shares of their scale, limits must be broken at least, and what proves it.

        Each is weighed by `upper` (R; 0: it is left out). Gives the least weighed sum and the
        scaled prices (R) at which no plan does better; with `money` 0 only.
        """
        self.active = upper > 0
        while True:
            mix = self._master(np.zeros(upper.size), upper)
            if mix is None or len(self.rounds) >= MOST_ROUNDS:
                break
            if mix.objective - max(self.best, 0.0) <= WITHIN * max(mix.objective, 1.0):
                break
            known = self.best
            _, new = self._ask(mix.price)
            if not new and self.best <= known:
                break
        return max(self.best, 0.0), self.center

    def scaled_price(self, value: Floats) -> Floats:
        """Prices in money per unit, R, on the scale of the master."""
        return value * self.row_scale / self.cost_scale

    def _scaled(self, priced: Priced) -> Priced:
        cost = priced.cost * self.money / self.cost_scale
        turn = self.row_scale[:, None] * self.row_scale / self.cost_scale
        curvature = priced.curvature / turn if priced.curvature.size else priced.curvature
        slack = priced.slack / self.cost_scale
        return Priced(cost, priced.use / self.row_scale, curvature, slack)

    def _file(self, price: Floats, money: float, priced: Priced) -> int:
        """Keep the plans of one round of pricing; how many are new."""
        self.asked.append((price, money))
        found = self._scaled(priced)
        return self.columns.add(found.cost, found.use, len(self.asked) - 1, range(found.cost.size))

    def _ask(self, price: Floats) -> tuple[float, int]:
        """Price at a scaled price vector; its bound, and the number of new plans."""
        value = price * self.cost_scale / self.row_scale
        return self._judge(price, self.pricer.price(value, self.money))

    def _judge(self, price: Floats, priced: Priced) -> tuple[float, int]:
        found = self._scaled(priced)
        least = float(found.cost.sum() + price @ found.use.sum(axis=0) - price @ self.bound)
        least -= found.slack
        if least > self.best:
            self.best, self.center = least, price
        seconds = solving_seconds() - self.begun
        scale = self.cost_scale
        self.rounds.append(Round(self.best * scale, self.upper * scale, seconds))
        new = self._file(price * self.cost_scale / self.row_scale, self.money, priced)
        return least, new

    def _climb(self) -> None:
        """Newton steps on the dual; leaves the box about as wide as the last step."""
        _, step = climb(self.center, self.active, self._slope_at, self.deadline)
        width = np.maximum(np.abs(step), BOX_AROUND_START * self.center)
        self.radius = np.maximum(width, NARROW_BOX)

    def _slope_at(self, price: Floats) -> tuple[float, Floats, Floats]:
        """The bound at scaled prices, its gradient, and how that falls as prices rise."""
        value = price * self.cost_scale / self.row_scale
        priced = self.pricer.price(value, self.money, curved=True)
        least, _ = self._judge(price, priced)
        found = self._scaled(priced)
        gradient = found.use.sum(axis=0) - self.bound
        self.active |= gradient > WITHIN
        return least, gradient, found.curvature

    def _master(self, lower: Floats, upper: Floats) -> Mix | None:
        """The cheapest mix of the plans there are, prices of active limits in a box."""
        active = np.flatnonzero(self.active)
        self._prune(COLUMNS_PER_ROW * (len(self.pricer.groups) + active.size))
        found = self._grown(active).solve(np.maximum(lower, 0.0)[active], upper[active])
        if found is None:
            return None
        price = np.zeros(self.bound.size)
        price[active] = found.price
        return replace(found, price=price)

    def _grown(self, active: Integers) -> Master:
        """The master of the limits that are in it, with all plans there are."""
        if self.master is None or not np.array_equal(self.in_master, active):
            self.master = Master(len(self.pricer.groups), self.bound[active], MASTER)
            self.in_master = active
        self.master.limit_to(self.bound[active])
        known, there = self.columns, self.master.group.size
        if known.group.size > there:
            fresh = Columns(known.group, known.at, known.cost, known.use[:, active])
            self.master.add(fresh, there)
        return self.master

    def _prune(self, most: int) -> None:
        """Forget the plans that cost most at the best prices, but never the first of a group."""
        columns = self.columns
        if columns.group.size <= 2 * most:
            return
        reduced = columns.cost + columns.use @ self.center
        best = np.full(len(self.pricer.groups), np.inf)
        np.minimum.at(best, columns.group, reduced)
        over = reduced - best[columns.group]
        over[self._spared()] = 0.0
        self.columns.keep(np.sort(np.argsort(over, kind="stable")[:most]))
        self.master = None

    def _spared(self) -> Flags:
        """The plans that are never forgotten: those that take least of the limits."""
        return np.asarray(self.columns.at == 0)

    def _keep(self, mix: Mix) -> None:
        """Remember a mix that keeps the limits, if it is the cheapest so far."""
        if mix.outside <= WITHIN and mix.cost < self.upper:
            self.upper = mix.cost
            self.mix = mix
            self.mixed = (self.columns.group.copy(), self.columns.at.copy())

    def _follow(self, mix: Mix) -> bool:
        """Price at the master's prices, and let the box follow; False where nothing is left."""
        before = self.best
        at_edge = self._at_edge(mix)
        least, new = self._ask(mix.price)
        hoped = mix.objective - before
        if least - before >= SERIOUS * hoped or not new:
            self.radius = np.where(at_edge, self.radius * GROWTH, self.radius)
        elif least - before < -POOR * hoped:
            self.radius = np.maximum(self.radius * SHRINK, LEAST_BOX)
        return bool(new) or bool(at_edge.any()) or mix.outside > WITHIN

    def _at_edge(self, mix: Mix) -> Flags:
        """Which prices of a mix lie at the edge of the box, R."""
        above = mix.price >= self.center + self.radius * EDGE
        below = (mix.price <= self.center - self.radius * EDGE) & (mix.price > 0)
        return np.asarray(above | below)

    def _result(self, finished: bool) -> Decomposed:
        """Prices of the best bound and the cheapest mix, which there always is at the end."""
        if self.mix is None:
            self.active[:] = True
            wide = np.full(self.bound.size, FREE_PRICE)
            mix = self._master(np.zeros(self.bound.size), wide)
            if mix is not None:
                self.upper = mix.cost
                self.mix, self.mixed = mix, (self.columns.group, self.columns.at)
        plans = []
        if self.mix is not None:
            group, at = self.mixed
            for place in np.unique(at[self.mix.weight > 0]):
                share = np.zeros(len(self.pricer.groups))
                theirs = at == place
                share[group[theirs]] = self.mix.weight[theirs]
                price, money = self.asked[int(place)]
                plans.append(Mixed(price, money, share))
        return Decomposed(
            price=self.center * self.cost_scale / self.row_scale,
            bound=self.best * self.cost_scale,
            cost=self.upper * self.cost_scale,
            rounds=tuple(self.rounds),
            plans=tuple(plans),
            finished=finished,
        )
