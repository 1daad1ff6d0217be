"""A plan's expected cost with a scenario and without it, over the same days."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from domain.terms import Flags, Floats, Integers
from optimization.problem import Problem
from planning.decision import portions
from planning.distributions import Distributions, distributions
from planning.problem import build_problem, worth_ordering
from planning.situation import Situation
from planning.steps import Advance
from planning.stress.cut_cycles import judged_through, last_days
from planning.stress.price import Cost, Pricing
from planning.stress.scenarios import Struck


@dataclass(frozen=True)
class Outcome:
    """What a scenario does to the series that are kept in stock, all S; the others are spared."""

    rows: Integers  # N, the series it strikes
    without: Cost  # S, today's orders kept, without the scenario
    kept: Cost  # S, the same with it
    best: Cost  # S, the best orders with it
    quantity: Floats  # S, units ordered today in these
    purchase: Floats  # S, money: what today's orders cost more to buy

    @property
    def extra(self) -> Floats:
        """What the scenario adds to the cost of the plan, money [S]."""
        return self.kept.total - self.without.total + self.purchase

    @property
    def saving(self) -> Floats:
        """What changing today's orders would save with the scenario, money [S].

        Prices paid are left out: what is not bought today is bought later, at the same price.
        """
        return self.kept.total - self.best.total


@dataclass(frozen=True)
class Plain:
    """The plan without any scenario, over its own days: all S series."""

    cost: Cost
    shortage: Floats  # S, money per unit short


def price_plainly(situation: Situation, ordered: Floats, advance: Advance) -> Plain:
    """The cost of the plan as proposed (`ordered` S, units today), of series kept in stock."""
    stocked = np.flatnonzero(situation.planned_for_stock)
    kept = situation.take(stocked)
    parts: list[tuple[Integers, Cost]] = []
    shortage = np.zeros(situation.series)
    done = 0
    for part in portions(kept):
        rows, mine = stocked[part], kept.take(part)
        known, problem = _problem(mine)
        shortage[rows] = problem.shortage
        parts.append((rows, _ready(mine, known, problem).kept(ordered[rows])))
        done += rows.size
        advance(done / stocked.size)
    return Plain(Cost.joined(situation.series, parts), shortage)


def compare(
    situation: Situation, struck: Struck, ordered: Floats, plain: Plain, advance: Advance
) -> Outcome:
    """The scenario's outcome for every series kept in stock that it strikes.

    Where it moves the end of a series' last cycle, the plan without it is priced again through
    that day: else days that only one of the two has would be taken for its doing.
    """
    stocked = np.flatnonzero(situation.planned_for_stock[struck.rows])
    changed, rows = struck.situation.take(stocked), struck.rows[stocked]
    whole = rows.size == int(situation.planned_for_stock.sum())
    without: list[tuple[Integers, Cost]] = []
    kept: list[tuple[Integers, Cost]] = []
    best: list[tuple[Integers, Cost]] = []
    quantity = ordered.copy()
    done = 0
    for part in portions(changed):
        at, after = rows[part], changed.take(part)
        before, prices = situation.take(at), plain.shortage[at]
        through = last_days(after.cycles)
        if whole and np.array_equal(through, last_days(before.cycles)):
            without.append((at, plain.cost.take(at)))
        else:
            same_days = judged_through(before, through)
            without.append((at, _pricing(same_days, before, prices).kept(ordered[at])))
        pricing = _pricing(after, before, prices)
        kept.append((at, pricing.kept(ordered[at])))
        cost, quantity[at] = pricing.best()
        best.append((at, cost))
        done += at.size
        advance(done / rows.size)
    series = situation.series
    return Outcome(
        rows=rows,
        without=Cost.joined(series, without),
        kept=Cost.joined(series, kept),
        best=Cost.joined(series, best),
        quantity=quantity,
        purchase=_dearer(situation, changed, rows) * ordered,
    )


def _dearer(situation: Situation, changed: Situation, rows: Integers) -> Floats:
    """What a unit of each series costs more to buy, money [S]."""
    dearer = np.zeros(situation.series)
    if situation.terms.costs_known:
        now, then = (s.terms.frame["unit_cost"].to_numpy() for s in (situation, changed))
        dearer[rows] = then - now[rows]
    return dearer


def _pricing(situation: Situation, before: Situation, shortage: Floats) -> Pricing:
    """The pricing of some series, a unit short valued as it was before the scenario.

    `shortage` S, money per unit, is that of the situation `before`. Where a level or a fill rate
    gives it, it follows the holding cost, so that the promise stays what it was; it does not
    change because goods are late or demand is higher. Elsewhere it is what the terms say.
    """
    known, problem = _problem(situation)
    promised = _promised(situation) & _promised(before)
    holding = problem.holding / before.terms.frame["holding_cost_per_day"].to_numpy()
    prices = np.where(promised, shortage * holding, problem.shortage)
    return _ready(situation, known, replace(problem, shortage=prices))


def _promised(situation: Situation) -> Flags:
    """Which series' shortage cost comes from a level or a fill rate [S]."""
    kinds = situation.terms.frame["target_kind"]
    return ~kinds.isin(["shortage_cost", "margin"]).to_numpy(dtype=np.bool_)


def _problem(situation: Situation) -> tuple[Distributions, Problem]:
    known = distributions(situation)
    return known, build_problem(situation, known)


def _ready(situation: Situation, known: Distributions, problem: Problem) -> Pricing:
    return Pricing.of(problem, situation.dataset.settings, worth_ordering(situation, known))
