"""A bound that knows of smallest orders: what an order must come to is shared out to its lines.

With y = 1 where an order is placed, Σ w · q ≥ least · y and every line's order ≤ y, both relaxed:
a line is credited `credit` for each unit of the order's measure and pays a share of the ticket
cost + credit · least. As long as the shares of an order add up to its ticket, the lines' own
optima together are a bound. Prices of limits, credits and shares are raised where more is taken
than there is (a projected subgradient with falling steps), on the tables of `tables`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Floats
from optimization.clock import solving_seconds
from optimization.shared.order_events import Charges, Entered, Events
from optimization.shared.tables import Tables, best_on_tables
from optimization.threads import in_blocks

STEPS = 400
FIRST_STEP = 0.05
"""Of what a unit of a limit costs on average, by which its price moves where all is missed."""
BEFORE_CREDITS, HALF_AFTER = 20, 50.0
"""Steps of shares alone, and steps after which their size is halved."""
LEAST_SHARE = 1e-4
"""Of an equal share, below which none falls."""


@dataclass(frozen=True)
class Ticketed:
    """Prices (L), credits (E), shares of the entries of events (N), and what came of them."""

    price: Floats
    credit: Floats
    share: Floats
    value: float  # money: the bound, as far as tables tell
    placed: Floats  # E, in how much of the mix each order is placed


@dataclass(frozen=True)
class Lines:
    """Series on tables, the limits and orders they share, and what an order of each costs."""

    tables: Tables
    charges: Charges
    events: Events
    fixed: Floats  # S × U, money per order of a series, without shares
    scale: Floats  # L, above 0: size of each limit
    threads: int

    def average_costs(self, came: Floats, value: float) -> tuple[Floats, Floats]:
        """What a unit of each limit (L) and of each event's measure (E) costs on average, money.

        `came` E: what orders come to in a plan that costs `value`.
        """
        per_limit = abs(value) / max(self.scale.size, 1) / self.scale
        total = max(float(came.sum()), 1e-9)
        return per_limit, np.full(came.size, abs(value) / total)

    def added(self, entered: Entered, values: Floats, count: int) -> Floats:
        """Weight times what is ordered at the cells (S × U), added up by limit or event."""
        own = entered.weight * values.reshape(-1)[entered.cell]
        return np.asarray(
            np.bincount(entered.which, weights=own, minlength=count), dtype=np.float64
        )

    def best(self, found: Ticketed) -> tuple[Floats, Floats]:
        """The plans at these prices and shares, units (S × U), and what each costs with them."""
        price = np.zeros(self.fixed.size)
        e, c = self.events.entered, self.charges.entered
        np.add.at(price, c.cell, found.price[c.which] * c.weight)
        np.add.at(price, e.cell, -found.credit[e.which] * e.weight)
        ticket = self.events.cost + found.credit * self.events.least
        fixed = self.fixed.reshape(-1).copy()
        np.add.at(fixed, e.cell, found.share * ticket[e.which])
        return self.solved(price.reshape(self.fixed.shape), fixed.reshape(self.fixed.shape))

    def solved(self, price: Floats, fixed: Floats) -> tuple[Floats, Floats]:
        """The plans at prices and fixed costs (S × U), and what each costs with them."""
        quantity, cost = np.zeros(price.shape), np.zeros(price.shape[0])
        in_blocks(
            lambda a, b: best_on_tables(self.tables, price, fixed, quantity, cost, a, b),
            price.shape[0],
            self.threads,
        )
        return quantity, cost


def raised_bound(lines: Lines, price: Floats, deadline: float) -> Ticketed:
    """Prices (from `price`, L), credits and shares that give the highest bound found."""
    events, charges = lines.events, lines.charges
    e = events.entered
    number = events.least.size
    count = np.bincount(e.which, minlength=number).astype(np.float64)
    ticketed = Ticketed(price, np.zeros(number), 1.0 / count[e.which], -np.inf, np.ones(number))
    best, placed = ticketed, np.ones(number)
    for step in range(STEPS):
        if step and solving_seconds() >= deadline:
            break
        quantity, cost = lines.best(ticketed)
        value = float(cost.sum() - ticketed.price @ charges.bound)
        used = lines.added(charges.entered, quantity, charges.bound.size)
        came = lines.added(e, quantity, number)
        if not step:
            measure = lines.average_costs(came, value)
        lines_placed = (quantity.reshape(-1)[e.cell] > 0).astype(np.float64)
        shared = np.bincount(e.which, ticketed.share * lines_placed, number).astype(np.float64)
        if value > best.value:
            best = Ticketed(ticketed.price, ticketed.credit, ticketed.share, value, shared)
        placed += (shared - placed) / min(step + 1, HALF_AFTER)
        size = FIRST_STEP / (1.0 + max(step - BEFORE_CREDITS, 0) / HALF_AFTER)
        moved = _shares(ticketed.share, lines_placed, e, count, 1.0 / (1.0 + step / HALF_AFTER))
        credit, prices = ticketed.credit, ticketed.price
        if step >= BEFORE_CREDITS:
            lack = (events.least * shared - came) / np.maximum(events.least, 1e-300)
            credit = np.where(
                events.least > 0, np.maximum(credit + size * measure[1] * lack, 0.0), 0.0
            )
            over = (used - charges.bound) / lines.scale
            prices = np.maximum(prices + size * measure[0] * np.clip(over, -1.0, 1.0), 0.0)
        ticketed = Ticketed(prices, credit, moved, value, placed)
    return Ticketed(best.price, best.credit, best.share, best.value, placed)


def _shares(share: Floats, placed: Floats, e: Entered, count: Floats, size: float) -> Floats:
    """Shares moved to the lines that order; those of an event add up to 1."""
    mean = np.bincount(e.which, weights=placed, minlength=count.size) / count
    moved = share * np.maximum(1.0 + size * (placed - mean[e.which]), 0.0)
    moved = np.maximum(moved, LEAST_SHARE / count[e.which])
    return moved / np.bincount(e.which, weights=moved, minlength=count.size)[e.which]
