"""Expected cost of a plan's days, part by part: of today's orders kept, and of the best there are.

The days run from the day after `as_of` to the end of each series' last cycle: those before the
first delivery, which only open orders and stock serve, and the cycles of DESIGN §6.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from domain.settings import Settings
from domain.terms import Flags, Floats, Integers
from optimization.before import cost_before_delivery
from optimization.order_costs import share_out
from optimization.problem import Problem
from optimization.separable import evaluate, line_costs
from optimization.solve import prepare, solve_prepared
from planning.stress.later_orders import later_orders, with_today


@dataclass(frozen=True)
class Cost:
    """Expected money of each series [S]."""

    holding: Floats
    shortage: Floats
    surplus: Floats  # what is left over after the last cycle [κ], less what it saves later
    orders: Floats  # order and line costs; an order's in equal parts of its lines

    @property
    def total(self) -> Floats:
        """All of it [S]."""
        return self.holding + self.shortage + self.surplus + self.orders

    def take(self, rows: Integers) -> Self:
        """The same for some series only."""
        return type(self)(*(getattr(self, field.name)[rows] for field in fields(self)))

    @classmethod
    def joined(cls, series: int, parts: list[tuple[Integers, Self]]) -> Self:
        """Portions of series put together; 0 where none was priced."""
        whole = {field.name: np.zeros(series) for field in fields(cls)}
        for rows, part in parts:
            for name, values in whole.items():
                values[rows] = getattr(part, name)
        return cls(**whole)


@dataclass(frozen=True)
class Pricing:
    """A problem as it is solved, and what its days before the first delivery cost."""

    problem: Problem
    settings: Settings
    wanted: Flags  # S, whether an order would find any demand; else none is ever placed
    early_holding: Floats  # S, money
    early_shortage: Floats  # S, money

    @classmethod
    def of(cls, problem: Problem, settings: Settings, wanted: Flags) -> Self:
        """Make a problem ready; `problem` as `build_problem` gives it."""
        lost = settings.unmet_demand == "lost"
        free = replace(problem, shortage=np.zeros(problem.series))
        holding = cost_before_delivery(free, lost)
        shortage = cost_before_delivery(problem, lost) - holding
        return cls(prepare(problem, settings), settings, wanted, holding, shortage)

    def kept(self, today: Floats) -> Cost:
        """The cost of ordering `today` (S, units), and then the best that can follow."""
        later = np.zeros(self.problem.floor.shape)
        index = np.flatnonzero(self.wanted)
        if index.size:
            part = self.problem.take(index)
            later[index] = later_orders(part, today[index], self.settings.solver.threads)
        now = np.zeros_like(later)
        now[:, 0] = today
        paid = order_costs(self.problem, now) + order_costs(self.problem, later)
        return self._cost(with_today(self.problem, today), later, paid)

    def best(self) -> tuple[Cost, Floats]:
        """The least there is to pay, and the units ordered today for it [S]."""
        quantity = np.zeros(self.problem.floor.shape)
        index = np.flatnonzero(self.wanted)
        if index.size:
            part = self.problem.take(index)
            quantity[index] = solve_prepared(part, self.settings.solver.threads).quantity
        cost = self._cost(self.problem, quantity, order_costs(self.problem, quantity))
        return cost, quantity[:, 0] * self.problem.cycles.orders_today

    def _cost(self, problem: Problem, quantity: Floats, paid: Floats) -> Cost:
        """The parts of a plan's cost, by leaving out one price after the other."""
        threads, nothing = self.settings.solver.threads, np.zeros(problem.series)
        unsold = replace(problem, surplus=nothing, saved=None)
        held = evaluate(replace(unsold, shortage=nothing), quantity, threads)
        cycles = evaluate(unsold, quantity, threads)
        return Cost(
            holding=self.early_holding + held,
            shortage=self.early_shortage + cycles - held,
            surplus=evaluate(problem, quantity, threads) - cycles,
            orders=paid,
        )


def order_costs(problem: Problem, quantity: Floats) -> Floats:
    """Line costs, and each order's cost in equal parts of its lines, of orders S × U [S]."""
    ordered = quantity > 0
    shares = share_out(problem, ordered.astype(np.float64))
    return np.asarray(line_costs(problem, quantity) + (shares * ordered).sum(axis=1))
