"""Which orders are placed at all: a local search over the bound of a choice.

Of a choice of orders the Lagrangian bound is as quickly had as any: lines order on open days
only, each open day asks for its smallest order at a credit and costs its order cost. Orders of
suppliers that share no line are changed at once, each where that lowers the bound most; then
prices and credits follow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Flags, Floats, Integers
from optimization.clock import solving_seconds
from optimization.shared.order_shares import Lines, Ticketed

ROUNDS = 24
CHANGED = 0.1
"""Share of the families in which an order is opened or closed in a round."""
FULL = 0.98
"""Share of a limit that the smallest orders of a choice may take."""
LIKELY = 0.3
"""In how much of the mix an order must be placed to be in the first choice."""
CREDIT_STEP, PRICE_STEP = 0.4, 0.1
"""Of the average cost of a unit, by which credits and prices move where all is missed."""
FIRST_CLIMB, CLIMB, LAST_CLIMB = 40, 12, 60
"""Steps by which prices and credits follow a choice."""


@dataclass(frozen=True)
class Choice:
    """Which orders may be placed (E), with prices (L) and credits (E), and the bound of these."""

    open: Flags
    price: Floats
    credit: Floats
    value: float  # money


def chosen_orders(lines: Lines, found: Ticketed, deadline: float) -> tuple[Choice, Floats]:
    """The orders that may be placed, and the plan (S × U, units) of that choice at its prices.

    Where no order has a cost or has to come to anything there is nothing to choose.
    """
    if not lines.events.least.size:
        none = Choice(np.zeros(0, dtype=np.bool_), found.price, np.zeros(0), found.value)
        return none, lines.best(found)[0]
    search = DaySearch(lines, found, deadline)
    choice = search.run()
    return choice, search.plan(choice)[0]


class DaySearch:
    """The search, from where `raised_bound` ended."""

    def __init__(self, lines: Lines, found: Ticketed, deadline: float) -> None:
        self.lines, self.found, self.deadline = lines, found, deadline
        self.family, self.of_series, self.rank = _families(lines)
        self.take = _taken(lines)
        quantity, _ = lines.best(found)
        events = lines.events
        came = lines.added(events.entered, quantity, events.least.size)
        self.measure = lines.average_costs(came, found.value)

    def run(self) -> Choice:
        """The choice with the lowest bound found."""
        best = self._follow(self._first(), FIRST_CLIMB)
        now = best
        for _ in range(ROUNDS):
            if solving_seconds() >= self.deadline:
                break
            changed = self._changed(now)
            if not changed.any():
                break
            opened = changed & ~now.open
            typical = np.full(int(self.family.max()) + 1, 0.0)
            np.maximum.at(typical, self.family, now.credit)
            credit = np.where(opened, 0.5 * typical[self.family], now.credit)
            now = self._follow(
                Choice(now.open ^ changed, now.price, credit * (now.open ^ changed), 0.0), CLIMB
            )
            if now.value < best.value:
                best = now
        return self._follow(best, LAST_CLIMB)

    def _first(self) -> Choice:
        """The orders that are placed most in the mix, as many as limits have room for."""
        placed, events = self.found.placed, self.lines.events
        room = FULL * self.lines.charges.bound
        chosen = np.zeros(placed.size, dtype=np.bool_)
        for event in np.argsort(-placed, kind="stable").tolist():
            needs = self.take[:, event]
            if placed[event] > LIKELY and (needs <= np.maximum(room, 0.0)).all():
                chosen[event] = True
                room = room - needs
        credit = self.found.credit * chosen * (events.least > 0)
        return Choice(chosen, self.found.price, credit, -np.inf)

    def plan(self, choice: Choice) -> tuple[Floats, Floats]:
        """The orders (S × U) of a choice at its prices, and what each series costs with them."""
        lines = self.lines
        e, c = lines.events.entered, lines.charges.entered
        price = np.zeros(lines.fixed.size)
        np.add.at(price, c.cell, choice.price[c.which] * c.weight)
        np.add.at(price, e.cell, -(choice.credit * choice.open)[e.which] * e.weight)
        fixed = lines.fixed.reshape(-1).copy()
        fixed[e.cell[~choice.open[e.which]]] = np.inf
        return lines.solved(price.reshape(lines.fixed.shape), fixed.reshape(lines.fixed.shape))

    def _by_family(self, choice: Choice, cost: Floats) -> Floats:
        """The part of the bound that each family has, without the limits' own; money."""
        events = self.lines.events
        tickets = choice.open * (events.cost + choice.credit * events.least)
        count = int(self.family.max()) + 1
        found = np.bincount(self.of_series, weights=cost, minlength=count + 1)[:count]
        return np.asarray(found + np.bincount(self.family, weights=tickets, minlength=count))

    def _follow(self, choice: Choice, steps: int) -> Choice:
        """The prices and credits that raise the bound of a choice most, on the way there."""
        lines, events, charges = self.lines, self.lines.events, self.lines.charges
        best = Choice(choice.open, choice.price, choice.credit, -np.inf)
        price, credit = choice.price, choice.credit * choice.open
        for step in range(steps):
            if step and solving_seconds() >= self.deadline:
                break
            now = Choice(choice.open, price, credit, 0.0)
            quantity, cost = self.plan(now)
            tickets = choice.open * (events.cost + credit * events.least)
            value = float(cost.sum() + tickets.sum() - price @ charges.bound)
            if value > best.value:
                best = Choice(choice.open, price, credit, value)
            used = lines.added(charges.entered, quantity, charges.bound.size)
            came = lines.added(events.entered, quantity, events.least.size)
            over = (used - charges.bound) / lines.scale
            lack = (events.least - came) / np.maximum(events.least, 1e-300)
            size = 1.0 / (1.0 + step / 8.0)
            asked = choice.open & (events.least > 0)
            move = CREDIT_STEP * size * self.measure[1] * lack
            credit = np.where(asked, np.maximum(credit + move, 0.0), 0.0)
            move = PRICE_STEP * size * self.measure[0] * np.clip(over, -1.0, 1.0)
            price = np.maximum(price + move, 0.0)
        return best

    def _changed(self, now: Choice) -> Flags:
        """The orders to open or close: in the families where that saves most."""
        base = self._by_family(now, self.plan(now)[1])
        saving = np.zeros(now.open.size)
        count = base.size
        typical = np.zeros(count)
        np.maximum.at(typical, self.family, now.credit)
        for rank in range(int(self.rank.max()) + 1):
            if solving_seconds() >= self.deadline:
                break
            turn = self.rank == rank
            trial_open = now.open ^ turn
            credit = np.where(turn & trial_open, 0.5 * typical[self.family], now.credit)
            trial = Choice(trial_open, now.price, credit * trial_open, 0.0)
            found = self._by_family(trial, self.plan(trial)[1])
            saving[turn] = (base - found)[self.family[turn]]
        return self._taken_up(now, saving, max(int(CHANGED * count), 1))

    def _taken_up(self, now: Choice, saving: Floats, most: int) -> Flags:
        """The best changes, one of a family, `most` at most, that limits have room for."""
        room = FULL * self.lines.charges.bound - self.take @ now.open
        changed = np.zeros(now.open.size, dtype=np.bool_)
        seen: set[int] = set()
        for event in np.argsort(-saving, kind="stable").tolist():
            if saving[event] <= 1e-5 * abs(now.value) / saving.size or len(seen) == most:
                break
            needs = self.take[:, event] * (-1.0 if now.open[event] else 1.0)
            if int(self.family[event]) in seen or (needs > np.maximum(room, 0.0)).any():
                continue
            seen.add(int(self.family[event]))
            changed[event] = True
            room = room - needs
        return changed


def _families(lines: Lines) -> tuple[Integers, Integers, Integers]:
    """Of each event its family (E): those whose lines are of the same series; of each series its
    family (S; one more than there are: none); and of each event its place in its family (E)."""
    e = lines.events.entered
    width = lines.fixed.shape[1]
    series = e.cell // width
    family = np.arange(lines.events.least.size)
    while True:
        least = np.full(lines.fixed.shape[0], family.size)
        np.minimum.at(least, series, family[e.which])
        joined = family.copy()
        np.minimum.at(joined, e.which, least[series])
        if (joined == family).all():
            break
        family = joined
    names, family = np.unique(family, return_inverse=True)
    of_series = np.full(lines.fixed.shape[0], names.size)
    of_series[series] = family[e.which]
    order = np.argsort(family, kind="stable")
    first = np.searchsorted(family[order], np.arange(names.size))
    rank = np.empty(family.size, dtype=np.int64)
    rank[order] = np.arange(family.size) - first[family[order]]
    return family, of_series, rank


def _taken(lines: Lines) -> Floats:
    """What the smallest order of each event takes of each limit, about (L × E)."""
    events, charges = lines.events, lines.charges
    e, c = events.entered, charges.entered
    found = np.zeros((charges.bound.size, events.least.size))
    sizes = c.start[e.cell + 1] - c.start[e.cell]
    entry = np.repeat(np.arange(e.cell.size), sizes)
    place = np.arange(entry.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    theirs = c.start[e.cell[entry]] + place
    np.add.at(found, (c.which[theirs], e.which[entry]), np.maximum(c.weight[theirs], 0.0))
    measure = np.bincount(e.which, weights=e.weight, minlength=events.least.size)
    return np.asarray(found * (events.least / np.maximum(measure, 1e-300)))
