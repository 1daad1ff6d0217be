"""Policies that may spend only so much at each review, for `budget_replay`.

What a unit costs is told from what holding it costs: both are proportional in these sets.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from domain.terms import Floats
from optimization.expectation import expected_demand
from optimization.first_cycle import first_cycle_level
from optimization.policies import Review
from optimization.policies.base_stock import BaseStock
from optimization.problem import Problem
from optimization.refine import own_levels, refine, tidy
from optimization.shared.minimums import solve_shared
from optimization.shared.rows import Entries, Row
from optimization.solve import prepare

CERTAIN = 1e-9
"""Level of the one knot of demand that is taken as known: nearly nothing lies below it."""
GAP = 1e-4


@dataclass(frozen=True)
class Purse:
    """What a review may spend, and what was spent at each."""

    money: float  # at each review; infinite: as much as it likes
    holding_rate: float  # per day, of what a unit costs
    spent: list[float] = field(default_factory=list)

    def cost(self, problem: Problem) -> Floats:
        """What a unit of each series costs, S, money."""
        return problem.holding / self.holding_rate

    def note(self, cost: Floats, units: Floats) -> Floats:
        """Write down what an order costs; gives the order."""
        self.spent.append(float((cost * units).sum()))
        return units


@dataclass(frozen=True)
class Optimizer:
    """The plan of all series together, a budget on every day on which any can order."""

    purse: Purse
    shortage_factor: float = 1.0

    def order(self, review: Review) -> Floats:
        """See `Policy.order`."""
        return _first_orders(review, self.purse, self.shortage_factor, certain=False)


@dataclass(frozen=True)
class Deterministic:
    """The same plan for demand taken as known: at each point of time the quantile that the
    critical ratio asks for, which is its mean and a safety stock."""

    purse: Purse
    shortage_factor: float = 1.0

    def order(self, review: Review) -> Floats:
        """See `Policy.order`."""
        return _first_orders(review, self.purse, self.shortage_factor, certain=True)


@dataclass(frozen=True)
class ScaledBaseStock:
    """Base stock, all orders cut by one factor, down to whole packs, where money is short."""

    purse: Purse
    shortage_factor: float = 1.0

    def order(self, review: Review) -> Floats:
        """See `Policy.order`."""
        units = BaseStock(self.shortage_factor).order(review)
        cost = self.purse.cost(review.ahead.problem)
        asked = float((cost * units).sum())
        if asked > self.purse.money:
            units = units * self.purse.money / asked
            pack = np.where(review.multiple > 0, review.multiple, 1.0)
            packed = np.floor(units / pack + 1e-9) * pack
            units = np.where(review.multiple > 0, packed, units)
            units = np.where(units >= review.minimum, units, 0.0)
        return self.purse.note(cost, units)


def _first_orders(review: Review, purse: Purse, factor: float, certain: bool) -> Floats:
    """Units of the first decisions, all series together within the purse, S."""
    ahead = review.ahead
    rows = np.flatnonzero(ahead.has_use)
    quantity = np.zeros(ahead.problem.series)
    raw = ahead.problem.take(rows)
    raw = replace(raw, shortage=factor * raw.shortage)
    problem = _certain(raw) if certain else prepare(raw, review.settings)
    cost = purse.cost(problem)
    limits = _budgets(problem, cost, purse.money) if np.isfinite(purse.money) else []
    options = review.settings.solver.model_copy(update={"threads": 1, "relative_gap": GAP})
    found = solve_shared([problem], [np.arange(rows.size)], limits, options)
    quantity[rows] = found.solutions[0].quantity[:, 0]
    return purse.note(purse.cost(ahead.problem), quantity)


def _budgets(problem: Problem, cost: Floats, money: float) -> list[Row]:
    """A budget on every day on which any series can order."""
    cycles = problem.cycles
    alive = np.arange(cycles.order_day.shape[1]) < cycles.count[:, None]
    found = []
    for day in np.unique(cycles.order_day[alive]).tolist():
        series, decision = np.nonzero(alive & (cycles.order_day == day))
        orders = Entries(series, decision, cost[series])
        found.append(Row("budget", "budget", f"day {day}", money, "money", orders=orders, day=day))
    return found


def _certain(problem: Problem) -> Problem:
    """The problem with demand known to be the quantile of each series' own level."""
    problem = tidy(problem)
    level = own_levels(problem)
    known = refine(problem)
    place = (known.levels < level[:, None] - CERTAIN).sum(axis=1)
    place = np.minimum(place, known.levels.shape[1] - 1)
    every = np.arange(problem.series)
    late = expected_demand(problem.levels, problem.late_floor, problem.late_knots)
    none = np.zeros(problem.before_supply.shape)
    return replace(
        problem,
        levels=np.full((problem.series, 1), CERTAIN),
        knots=known.knots[every, :, :, place][..., None],
        before_knots=expected_demand(problem.levels, none, problem.before_knots)[..., None],
        late_knots=late[:, None],
        cycle_knots=None,
        order_up_to=first_cycle_level(problem),
    )
