"""The optimizer's front door: a problem in, what to order and what it costs out.

Exact without shared limits (bound = objective), with two exceptions that are reported in the
gap: the monotone rule with a minimum above the pack size (`monotone`), and order costs that
several lines share (`order_costs`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np

from domain.settings import Settings
from domain.terms import Flags, Floats, Integers
from optimization.integer import smallest_order, solve_integer
from optimization.lost_sales import allow_for_losses
from optimization.lot_life import over_life, with_lots
from optimization.order_costs import (
    groups_that_order,
    has_order_cost,
    order_cost_bound,
    paid_order_costs,
    share_out,
)
from optimization.price_breaks import has_breaks, savings
from optimization.problem import Problem, Solution
from optimization.refine import check_problem, refine, tidy
from optimization.separable import Plans, evaluate, line_costs, solve_separable

Progress = Callable[[str, float], None]
"""Told what is being done and the share that is done, 0 to 1."""

NOISE = 1e-11
"""A saving below this share of the cost is none."""
BLOCK = 50_000
"""Series that are prepared at a time, so that what is only needed on the way stays small."""
OPTIMAL_GAP = 1e-9
"""Relative gap to the bound up to which a plan is called optimal."""


def prepare(problem: Problem, settings: Settings) -> Problem:
    """The problem as it is solved: checked, tidied, allowing for lost sales, own level a knot.

    The reference model and `cost_of` judge plans of the prepared problem.
    """
    check_problem(problem)
    if settings.unmet_demand == "lost":
        problem = with_lots(problem)
    if problem.series <= BLOCK:
        return _prepared(problem, settings)
    found: dict[str, np.ndarray] = {}
    for begin in range(0, problem.series, BLOCK):
        block = slice(begin, begin + BLOCK)
        part = problem.take(block)
        done = _prepared(part, settings)
        for field in fields(problem):
            values = getattr(done, field.name)
            if not isinstance(values, np.ndarray) or values is getattr(part, field.name):
                continue
            if field.name not in found:
                found[field.name] = np.empty((problem.series, *values.shape[1:]), values.dtype)
            found[field.name][block] = values
    return replace(problem, **found)  # type: ignore[arg-type]


def _prepared(problem: Problem, settings: Settings) -> Problem:
    """Some series of the problem as they are solved."""
    problem = tidy(problem)
    if settings.unmet_demand == "lost":
        problem = _allowing_for_losses(problem)
        problem = over_life(problem, settings.slow_moving_days, settings.solver.threads)
    return refine(problem)


def _allowing_for_losses(problem: Problem) -> Problem:
    """The problem with losses allowed for where unmet demand does not wait."""
    allowed = allow_for_losses(problem)
    if problem.waits is None or not problem.waits.any():
        return allowed
    waits = problem.waits

    def chosen(lost: Floats, kept: Floats) -> Floats:
        return np.asarray(np.where(waits.reshape((-1,) + (1,) * (kept.ndim - 1)), kept, lost))

    changed = replace(
        allowed,
        supply=chosen(allowed.supply, problem.supply),
        knots=chosen(allowed.knots, problem.knots),
        floor=chosen(allowed.floor, problem.floor),
        late_knots=chosen(allowed.late_knots, problem.late_knots),
        late_floor=chosen(allowed.late_floor, problem.late_floor),
        shortage=chosen(allowed.shortage, problem.shortage),
    )
    if allowed.order_up_to is None:
        return changed
    _, own = solve_separable(problem)
    return replace(changed, order_up_to=chosen(allowed.order_up_to, own))


def solve(problem: Problem, settings: Settings, progress: Progress | None = None) -> Solution:
    """What to order now and later, its cost, and a bound no plan can beat."""
    if progress:
        progress("preparing", 0.0)
    return solve_prepared(prepare(problem, settings), settings.solver.threads, progress)


def cost_of(problem: Problem, quantity: Floats, threads: int = 0) -> Floats:
    """Expected cost of any orders (S × U, units) in a prepared problem, S, money.

    Holding, shortage, slow-moving and line costs, less what price breaks save; joint
    order costs are of the whole plan.
    """
    cost = evaluate(problem, quantity, threads) + line_costs(problem, quantity)
    return cost if problem.break_from is None else cost - savings(problem, quantity)


def solve_prepared(
    problem: Problem, threads: int = 0, progress: Progress | None = None, monotone: bool = True
) -> Solution:
    """Solve a prepared problem; without `monotone` the exact optimum even where it breaks the law
    that more stock never raises an order (for oracles and comparisons)."""
    decided, stay = decide(problem, threads, progress, monotone)
    found = with_costs(problem, decided, stay, threads)
    if progress:
        progress("solved", 1.0)
    return found


def decide(
    problem: Problem, threads: int = 0, progress: Progress | None = None, monotone: bool = True
) -> tuple[Solution, Floats]:
    """What `solve_prepared` orders, its costs not reckoned yet; and what is ordered later (S × U)
    where nothing is ordered today."""
    free, level = solve_separable(problem, threads=threads)
    wanted = free.order[:, 0].copy()
    if progress:
        progress("whole orders", 0.5)
    plans, best, shares = _plans(problem, free, level, monotone, threads)
    if problem.given is not None:
        plans, best = _nothing_beside(problem.given, plans, best)
    saving = _saving(problem, plans)
    orders = _chosen(problem, shares, saving)
    joint = has_order_cost(problem).any()
    quantity = _in_packs(problem, np.where(orders[:, None], plans.order, plans.stay))
    nothing = np.full(problem.series, np.nan)
    decided = Solution(
        quantity=quantity,
        wanted=wanted,
        order_up_to_level=level if problem.order_up_to is None else problem.order_up_to,
        cost=nothing,
        cost_without=nothing,
        bound=_bound(problem, plans, best, shares, threads),
        objective=np.inf,
        status="feasible",
        binding=_binding(problem, quantity[:, 0], wanted),
        share=shares if joint else None,
        saving=saving if joint else None,
    )
    return decided, plans.stay


def with_costs(problem: Problem, decided: Solution, stay: Floats, threads: int = 0) -> Solution:
    """A solution that `decide` gave, with what it costs."""
    cost = cost_of(problem, decided.quantity, threads)
    without = np.where(problem.cycles.orders_today, cost_of(problem, stay, threads), cost)
    objective = float(cost.sum()) + paid_order_costs(problem, decided.quantity)
    bound = min(decided.bound, objective)
    gap = (objective - bound) / max(abs(objective), 1e-300)
    return replace(
        decided,
        cost=cost,
        cost_without=without,
        bound=bound,
        objective=objective,
        status="optimal" if gap <= OPTIMAL_GAP else "feasible",
    )


def _plans(
    problem: Problem, free: Plans, level: Floats, monotone: bool, threads: int
) -> tuple[Plans, Floats, Floats]:
    """Plans that order and that stay, the optimal cost of each series, shares of order cost."""
    demanded = np.broadcast_to((level > 0)[:, None], problem.floor.shape).astype(np.float64)
    shares = share_out(problem, demanded)
    fixed = _has_fixed_cost(problem)
    breaks = has_breaks(problem)
    pooled = ~fixed & ~breaks & (smallest_order(problem) <= problem.multiple)
    plans = Plans(*(np.array(part) for part in free))
    best = free.order_cost.copy()
    index = np.flatnonzero(pooled & (problem.multiple > 0))  # of any amount it is `free`
    if index.size:
        found, _ = solve_separable(problem.take(index), problem.multiple[index], threads=threads)
        _put(plans, found, index)
        best[index] = found.order_cost
    index = np.flatnonzero(~pooled & (fixed | breaks | (problem.minimum > 0)))
    if index.size:
        costs = (problem.line_cost[:, None] + shares)[index]
        ruled = ~fixed[index] & monotone
        found, optimum = solve_integer(problem.take(index), costs, ruled, threads)
        _put(plans, found, index)
        best[index] = optimum
    return plans, best, shares


def _nothing_beside(given: Flags, plans: Plans, best: Floats) -> tuple[Plans, Floats]:
    """The plans and the optimal costs where the first order is `given` (S) and comes alone."""
    order = np.where(given[:, None], plans.stay, plans.order)
    cost = np.where(given, plans.stay_cost, plans.order_cost)
    return plans._replace(order=order, order_cost=cost), np.where(given, plans.stay_cost, best)


def staying_orders(problem: Problem, threads: int = 0) -> Floats:
    """The best orders of each series that orders nothing at its first decision, units [S × U]."""
    free, level = solve_separable(problem, threads=threads)
    return _plans(problem, free, level, True, threads)[0].stay


def _put(plans: Plans, found: Plans, index: Integers) -> None:
    for mine, theirs in zip(plans, found, strict=True):
        mine[index] = theirs


def _has_fixed_cost(problem: Problem) -> Flags:
    return np.asarray((problem.line_cost > 0) | has_order_cost(problem))


def _saving(problem: Problem, plans: Plans) -> Floats:
    """What an order today saves against none, without any joint order cost, S, money ≥ 0."""
    fixed = _has_fixed_cost(problem)
    saving = np.where(fixed, plans.stay_cost - plans.order_cost - problem.line_cost, 0.0)
    return np.asarray(np.where(saving > NOISE * np.abs(plans.stay_cost), saving, 0.0))


def _chosen(problem: Problem, shares: Floats, saving: Floats) -> Flags:
    """Whether each series follows the plan that orders at its first decision, S.

    Without fixed costs that plan is the best one, be its order 0. With them it must save more
    than it costs; today's joint order cost is weighed by all lines of the group together.
    """
    fixed = _has_fixed_cost(problem)
    joint = has_order_cost(problem)
    later = joint & ~problem.cycles.orders_today & (saving > shares[:, 0])
    chosen = np.where(joint, groups_that_order(problem, saving) | later, saving > 0)
    return np.asarray(chosen | ~fixed)


def _in_packs(problem: Problem, quantity: Floats) -> Floats:
    """The same quantities, S × U, exactly whole packs where there are packs."""
    if not (problem.multiple > 0).any():
        return quantity
    pack = np.where(problem.multiple > 0, problem.multiple, 1.0)[:, None]
    packs = np.round(quantity / pack) * pack
    return np.asarray(np.where(problem.multiple[:, None] > 0, packs, quantity))


def _bound(problem: Problem, plans: Plans, best: Floats, shares: Floats, threads: int) -> float:
    """A cost no plan goes below, money."""
    joint = has_order_cost(problem)
    # What a grid of positions may miss, where there are price breaks; else nothing.
    missed = np.minimum(plans.order_cost, plans.stay_cost) - best
    alone = np.where(
        _has_fixed_cost(problem),
        np.minimum(plans.order_cost + problem.line_cost, plans.stay_cost) - missed,
        best,
    )
    bound = float(alone[~joint].sum())
    index = np.flatnonzero(joint)
    if index.size:
        part = Plans(*(values[index] for values in plans))
        bound += order_cost_bound(problem.take(index), shares[index], part, threads)
    return bound


def _binding(problem: Problem, quantity: Floats, wanted: Floats) -> np.ndarray:
    """What made the first order differ from the wanted one, S, text."""
    differs = np.abs(quantity - wanted) > 1e-9 * np.maximum(wanted, 1.0)
    smallest = smallest_order(problem)
    dropped = quantity <= 0
    too_small = (problem.minimum > problem.multiple) & (wanted < smallest)
    reasons = [
        (dropped & too_small, "minimum order quantity"),
        (dropped & has_order_cost(problem), "order cost"),
        (dropped & (problem.line_cost > 0), "line cost"),
        (problem.minimum > np.maximum(wanted, problem.multiple), "minimum order quantity"),
        (has_breaks(problem) & (quantity > wanted + problem.multiple), "price break"),
        (_has_fixed_cost(problem) & (quantity > wanted + problem.multiple), "order cost"),
        (problem.multiple > 0, "order multiple"),
        (problem.minimum > 0, "minimum order quantity"),
        (np.ones(problem.series, dtype=np.bool_), "line cost"),
    ]  # fmt: skip
    found = np.full(problem.series, "", dtype=object)
    for condition, text in reversed(reasons):
        found[differs & condition] = text
    return found
