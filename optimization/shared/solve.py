"""Many series under shared limits: what to order, at which prices of the limits, how surely.

The front door of `optimization.shared`. A plan without limits that keeps them all is the plan;
else the decomposition finds prices and a mix, the mix is made a plan, and whole orders are
repaired. The bound is the Lagrangian one, of whole orders where there are any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.settings import Solver
from domain.terms import Flags, Floats, Integers
from optimization.clock import solving_seconds
from optimization.order_costs import has_order_cost, paid_order_costs, share_out
from optimization.problem import Problem, Solution
from optimization.shared.approach import MANY, Approach
from optimization.shared.certificate import Decomposed, relative_gap
from optimization.shared.decomposition import Decomposition
from optimization.shared.feasible import check_feasible
from optimization.shared.joint import Joint
from optimization.shared.mixing import mixed_orders, rounded_orders
from optimization.shared.repair import repair
from optimization.shared.rows import Row, bounds
from optimization.solve import cost_of, decide, with_costs

WITHIN = 1e-9
"""Share of a limit's size by which floating point may miss it."""
BROKEN = 1e-8
"""Share of a limit's size from which on it counts as broken."""
OPTIMAL_GAP = 1e-6
"""Gap to the bound up to which a plan is called optimal, however early a solve may stop."""
FEW = 1000
"""Series up to which other spreads of the mix, and its mean, are tried too."""
MOST_SPREADS, MOST_SPREAD = 16, 1_000
"""Spreads that are tried, and series in all of them together."""


@dataclass(frozen=True)
class Shared:
    """Solutions of all problems together, and what became of each of R limits."""

    solutions: tuple[Solution, ...]
    used: Floats  # R, in the unit of each limit, without what was taken before
    marginal_value: Floats  # R, money per unit more of each limit
    more: Floats  # R, money per unit that 1 % more of each would save
    less: Floats  # R, money per unit that 1 % less of each would cost
    bound: float  # money
    objective: float  # money
    status: str  # optimal, feasible
    rounds: int  # of pricing
    again: Flags  # R, whose more and less are of solves with more and less, not of plans at hand


def solve_limits(
    problems: Sequence[Problem], places: Sequence[Integers], rows: Sequence[Row], options: Solver,
    start: Floats | None = None,
) -> Shared:  # fmt: skip
    """The plans of several prepared problems that keep the limits `rows` together.

    None of the rows is one of `or_nothing` (see `minimums`).

    `places`: which of the series that the rows speak of are in each problem. `start` R: prices,
    money per unit, near which to search first. Raises InfeasibleError where the limits cannot
    hold together.
    """
    deadline = solving_seconds() + options.time_limit_seconds
    limit = bounds(rows)
    decided = [decide(problem, options.threads) for problem in problems]
    layout = Joint(problems, places, rows, options.threads)
    pricer = layout.pricer
    used = pricer.use(layout.split([solution.quantity for solution, _ in decided]))
    room = np.maximum(np.abs(limit), used)
    if (used <= limit + WITHIN * room).all():
        return free_plan(problems, decided, used, options.threads)
    first = [replace(alone, quantity=alone.quantity[:, :1].copy()) for alone, _ in decided]
    del decided
    check_feasible(pricer, rows, deadline)
    kind = Approach if sum(part.series for part in pricer.parts) >= MANY else Decomposition
    search = kind(pricer, limit, options.relative_gap, deadline)
    found = search.run(start)
    kept = _kept_orders(layout, limit, found, deadline)
    pricer.forget()
    outcome = outcome_of(layout, rows, first, found, kept, options)
    more, less = search.ranges(found.price)
    return replace(outcome, more=more, less=less)


def _kept_orders(layout: Joint, limit: Floats, found: Decomposed, deadline: float) -> list[Floats]:
    """Orders of parts from the mix that keep the limits, where any that were tried do.

    Where series are few, one plan of the mix for each is far from the mix, and which plan which
    series has matters: then several spreads are tried, and its mean in packs, and the cheapest of
    them is taken.
    """
    pricer, scale = layout.pricer, np.maximum(np.abs(limit), 1e-9)
    orders = mixed_orders(pricer, found.plans)
    if not layout.whole:
        if (pricer.use(orders) > limit + BROKEN * scale).any():
            repair(pricer, orders, limit, found.price, scale, deadline)
        return orders
    tried = [orders]
    series = sum(part.series for part in pricer.parts)
    if series <= FEW:
        tried.append(rounded_orders(pricer, found.plans))
        spreads = min(MOST_SPREADS, MOST_SPREAD // max(series, 1))
        shifts = (np.arange(1, spreads) / spreads).tolist()
        tried += [mixed_orders(pricer, found.plans, shift) for shift in shifts]
    ranks: list[tuple[float, float]] = []
    for plan in tried:
        if len(ranks) > 1 and solving_seconds() >= deadline:
            break
        left = repair(pricer, plan, limit, found.price, scale, deadline)
        ranks.append((max(float((-left / scale).max()), BROKEN), layout.cost(plan)))
    return tried[ranks.index(min(ranks))]


def free_plan(
    problems: Sequence[Problem], decided: Sequence[tuple[Solution, Floats]], used: Floats,
    threads: int,
) -> Shared:  # fmt: skip
    """The plan without limits, which keeps them all."""
    free = [
        with_costs(problem, *found, threads)
        for problem, found in zip(problems, decided, strict=True)
    ]
    optimal = all(solution.status == "optimal" for solution in free)
    return Shared(
        solutions=tuple(free),
        used=used,
        marginal_value=np.zeros(used.size),
        more=np.zeros(used.size),
        less=np.zeros(used.size),
        bound=sum(solution.bound for solution in free),
        objective=sum(solution.objective for solution in free),
        status="optimal" if optimal else "feasible",
        rounds=0,
        again=np.zeros(used.size, dtype=np.bool_),
    )


def outcome_of(
    layout: Joint, rows: Sequence[Row], first: Sequence[Solution], found: Decomposed,
    orders: list[Floats], options: Solver,
) -> Shared:  # fmt: skip
    """The solutions of the problems, their costs, and the certificate of all together.

    `first`: the solutions without limits, of which first orders are left.
    """
    pricer = layout.pricer
    quantity = [
        in_packs(problem, plan)
        for problem, plan in zip(layout.problems, layout.joined(orders), strict=True)
    ]
    waiting = layout.costs_of_waiting(found.price)
    solutions = []
    names = layout.limiting(found.price, rows)
    for problem, plan, later, alone, name in zip(
        layout.problems, quantity, waiting, first, names, strict=True
    ):
        cost = cost_of(problem, plan, options.threads)
        today = problem.cycles.orders_today & (plan[:, 0] > 0)
        without = np.where(today, later, cost)
        joint = has_order_cost(problem).any()
        solutions.append(
            replace(
                alone,
                quantity=plan,
                cost=cost,
                cost_without=without,
                objective=float(cost.sum()) + paid_order_costs(problem, plan),
                share=share_out(problem, np.ones(plan.shape)) if joint else None,
                saving=None,
                binding=np.where(
                    plan[:, 0] < alone.quantity[:, 0] - 1e-9, name, alone.binding
                ).astype(object),
            )
        )
    objective = sum(solution.objective for solution in solutions)
    bound = min(found.bound, objective)
    reached = relative_gap(objective, bound) <= min(options.relative_gap, OPTIMAL_GAP)
    return Shared(
        solutions=tuple(solutions),
        used=pricer.use(layout.split(quantity)),
        marginal_value=found.price,
        more=found.price,
        less=found.price,
        bound=bound,
        objective=objective,
        status="optimal" if reached else "feasible",
        rounds=len(found.rounds),
        again=np.zeros(len(rows), dtype=np.bool_),
    )


def in_packs(problem: Problem, quantity: Floats) -> Floats:
    """Quantities, S × U, exactly whole packs where there are packs, and never below 0."""
    if not (problem.multiple > 0).any():
        return np.maximum(quantity, 0.0)
    pack = np.where(problem.multiple > 0, problem.multiple, 1.0)[:, None]
    packs = np.round(quantity / pack) * pack
    whole = np.where(problem.multiple[:, None] > 0, packs, quantity)
    return np.asarray(np.maximum(whole, 0.0))
