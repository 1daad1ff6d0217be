"""Earlier first orders under limits: kept where changing them saves less than it costs.

The plan as if there had been none comes first: its bound is the bound, and it is the plan where
nothing is ordered otherwise. Else each change costs `change_cost` in the pricing
(`planned_pricing`), whose mix tells which earlier orders are worth keeping at the prices of the
limits. These are then given (in supply, and taken of the limits), and all else is solved anew. Of
the plans that keep the limits the one that is cheapest with its changes is taken. A good choice
of what to keep, no proof: its gap to the bound holds what keeping costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.errors import InfeasibleError
from domain.settings import Solver
from domain.terms import Flags, Floats, Integers
from optimization.clock import solving_seconds
from optimization.kept_orders import CHANGE_COST, could_be_kept, otherwise
from optimization.order_costs import has_order_cost, paid_order_costs, share_out
from optimization.problem import Problem, Solution
from optimization.shared.approach import MANY, Approach
from optimization.shared.certificate import relative_gap
from optimization.shared.decomposition import Decomposition
from optimization.shared.joint import Joint
from optimization.shared.minimums import ordered_of, solve_shared, too_small
from optimization.shared.mixing import mixed_orders
from optimization.shared.rows import Planned, Row, bounds
from optimization.shared.solve import BROKEN, OPTIMAL_GAP, Shared
from optimization.solve import cost_of

LOOSE_GAP = 1e-4
"""Gap to which the prices are looked for at which earlier orders are weighed."""
FIRST_UNTIL, CHOICE_UNTIL, LAST_SHARE = 0.4, 0.6, 0.5
"""Shares of the time by which the plan as if there had been none and the choice end, and of what
is then left that each plan with earlier orders may take."""


@dataclass(frozen=True)
class _Given:
    """What is to be solved: several prepared problems that share limits."""

    problems: Sequence[Problem]
    places: Sequence[Integers]
    rows: Sequence[Row]
    options: Solver


def solve_with_planned(
    problems: Sequence[Problem], places: Sequence[Integers], rows: Sequence[Row], options: Solver,
    planned: Sequence[Floats], change_cost: float, start: Floats | None = None,
) -> Shared:  # fmt: skip
    """As `minimums.solve_shared`, with the earlier orders that are worth keeping.

    `planned` S of each problem: units that an earlier plan had for today, NaN where it had no say;
    `change_cost`: money per order line that is changed, which is in no cost that is told.
    """
    begun, seconds = solving_seconds(), options.time_limit_seconds
    given = _Given(problems, places, rows, options)
    if change_cost <= 0 or not any(np.isfinite(units).any() for units in planned):
        return solve_shared(problems, places, rows, options, start)
    plain = solve_shared(problems, places, rows, _within(options, FIRST_UNTIL * seconds), start)
    known = [
        np.where(could_be_kept(problem, found.quantity[:, 0], units), units, np.nan)
        for problem, found, units in zip(problems, plain.solutions, planned, strict=True)
    ]
    changed = _changes(plain, known)
    if not changed:
        return plain
    choices = [_worth_keeping(given, known, change_cost, plain, begun + CHOICE_UNTIL * seconds)]
    choices.append([
        units <= found.quantity[:, 0]  # takes no more than is taken
        for units, found in zip(known, plain.solutions, strict=True)
    ])  # fmt: skip
    most = plain.objective + change_cost * changed
    for keep in choices:
        left = max(begun + seconds - solving_seconds(), 1e-3) * LAST_SHARE
        pinned = [np.where(mine, units, np.nan) for mine, units in zip(keep, known, strict=True)]
        found = _solved(given, _trimmed(given, pinned), plain, _within(options, left))
        if found is None:
            continue
        cost = found.objective + change_cost * _changes(found, known)
        if cost < most:
            return found
    return plain


def _changes(found: Shared, known: Sequence[Floats]) -> int:
    """How many first orders are other ones than the earlier plan had."""
    return sum(
        int(otherwise(solution.quantity[:, 0], units).sum())
        for solution, units in zip(found.solutions, known, strict=True)
    )


def _worth_keeping(
    given: _Given, known: Sequence[Floats], change_cost: float, plain: Shared, deadline: float
) -> list[Flags]:
    """Which earlier orders to keep, S of each problem, at prices at which changes are weighed."""
    hard = [not row.or_nothing for row in given.rows]
    rows = [row for row, counts in zip(given.rows, hard, strict=True) if counts]
    planned = [Planned(units, change_cost) for units in known]
    threads = given.options.threads
    layout = Joint(given.problems, given.places, rows, threads, planned=planned)
    series = sum(part.series for part in layout.pricer.parts)
    kind = Approach if series >= MANY else Decomposition
    found = kind(layout.pricer, bounds(rows), LOOSE_GAP, deadline).run(plain.marginal_value[hard])
    orders = layout.joined(mixed_orders(layout.pricer, found.plans))
    return [np.asarray(plan[:, 0] == units) for plan, units in zip(orders, known, strict=True)]


def _trimmed(given: _Given, pinned: list[Floats]) -> list[Floats]:
    """The earlier orders without those that take most of a limit they do not fit into."""
    units = _everywhere(given, pinned)
    for row, bound in zip(given.rows, bounds(given.rows).tolist(), strict=True):
        if row.at_least:
            continue
        now = [entries.decision == 0 for entries in (row.orders, row.lines)]
        series = np.concatenate([row.orders.series[now[0]], row.lines.series[now[1]]])
        weight = np.concatenate(
            [row.orders.weight[now[0]] * units[row.orders.series[now[0]]],
             row.lines.weight[now[1]] * (units[row.lines.series[now[1]]] > 0)]
        )  # fmt: skip
        order = np.argsort(weight, kind="stable")
        kept = np.cumsum(weight[order]) <= bound + BROKEN * abs(bound)
        units[series[order[~kept & (weight[order] > 0)]]] = np.nan
    return [
        np.where(np.isnan(units[place]), np.nan, mine)
        for place, mine in zip(given.places, pinned, strict=True)
    ]


def _everywhere(given: _Given, pinned: Sequence[Floats]) -> Floats:
    """Earlier orders of all series that rows speak of, units, 0 where none is."""
    places = [place for place in given.places if place.size]
    highest = [int(place.max()) for place in places]
    highest += [
        int(entries.series.max())
        for row in given.rows
        for entries in (row.orders, row.lines)
        if entries.series.size
    ]
    units = np.zeros(1 + max(highest, default=0))
    for place, mine in zip(given.places, pinned, strict=True):
        units[place] = np.nan_to_num(mine)
    return units


def _solved(
    given: _Given, pinned: Sequence[Floats], plain: Shared, options: Solver
) -> Shared | None:
    """The plan that has the `pinned` orders (S of each problem, NaN: none); None where no plan
    with them keeps the limits."""
    taken = _taken(given, pinned)
    rows = [_with_taken(row, float(units)) for row, units in zip(given.rows, taken, strict=True)]
    problems = [
        _with_given(problem, units) for problem, units in zip(given.problems, pinned, strict=True)
    ]
    try:
        found = solve_shared(problems, given.places, rows, options, plain.marginal_value)
    except InfeasibleError:
        return None
    solutions = tuple(
        _told(*each, options.threads)
        for each in zip(given.problems, pinned, found.solutions, plain.solutions, strict=True)
    )
    objective = sum(solution.objective for solution in solutions)
    bound = min(plain.bound, objective)
    optimal = relative_gap(objective, bound) <= min(options.relative_gap, OPTIMAL_GAP)
    told = replace(
        found, solutions=solutions, used=found.used + taken, bound=bound, objective=objective,
        status="optimal" if optimal else "feasible",
    )  # fmt: skip
    return told if _keeps(given, told) else None


def _taken(given: _Given, pinned: Sequence[Floats]) -> Floats:
    """What earlier orders take of each of R limits, its signs turned where the row's are."""
    units = _everywhere(given, pinned)
    taken = np.zeros(len(given.rows))
    for r, row in enumerate(given.rows):
        for entries, each in ((row.orders, units), (row.lines, units > 0)):
            now = entries.decision == 0
            taken[r] += float(entries.weight[now] @ each[entries.series[now]])
    return taken


def _with_taken(row: Row, taken: float) -> Row:
    """The row once so much of it is taken; an order that is begun is one that is placed."""
    return replace(
        row,
        bound=row.bound - taken,
        taken=row.taken + (-taken if row.at_least else taken),
        or_nothing=row.or_nothing and (taken == 0 or np.isfinite(row.size)),
    )


def _with_given(problem: Problem, pinned: Floats) -> Problem:
    """The problem with earlier orders in supply, beside which nothing is ordered today."""
    units = np.nan_to_num(pinned)
    shares = problem.share
    if shares is None and has_order_cost(problem).any():
        shares = share_out(problem, np.ones(problem.floor.shape))
    return replace(
        problem,
        supply=problem.supply + units[:, None, None],
        given=np.isfinite(pinned),
        share=shares,
    )


def _told(
    problem: Problem, pinned: Floats, found: Solution, plain: Solution, threads: int
) -> Solution:
    """The solution of a problem, with the earlier orders in it."""
    rows = np.flatnonzero(np.isfinite(pinned))
    quantity = found.quantity.copy()
    quantity[rows, 0] = pinned[rows]
    cost = cost_of(problem, quantity, threads)
    without, binding = found.cost_without.copy(), found.binding.copy()
    without[rows] = np.where(pinned[rows] > 0, plain.cost_without[rows], cost[rows])
    kept = rows[otherwise(plain.quantity[rows, 0], pinned[rows])]
    binding[rows] = plain.binding[rows]
    binding[kept] = CHANGE_COST
    return replace(
        found, quantity=quantity, wanted=plain.wanted, order_up_to_level=plain.order_up_to_level,
        cost=cost, cost_without=without, binding=binding, share=plain.share,
        objective=float(cost.sum()) + paid_order_costs(problem, quantity),
    )  # fmt: skip


def _keeps(given: _Given, found: Shared) -> bool:
    """Whether a plan keeps every limit."""
    limit = bounds(given.rows)
    hard = np.array([not row.or_nothing for row in given.rows], dtype=np.bool_)
    over = (found.used - limit) / np.maximum(np.abs(limit), 1e-9)
    if (over[hard] > BROKEN).any():
        return False
    ordered = ordered_of(given.rows, given.places, found)
    least = np.array([row.taken - row.bound for row in given.rows])
    size = np.array([row.size for row in given.rows])
    return not (too_small(ordered, least, size, ordered) & ~hard).any()


def _within(options: Solver, seconds: float) -> Solver:
    return options.model_copy(update={"time_limit_seconds": seconds})
