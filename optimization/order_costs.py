"""Joint order costs: one order serves every line of its group on its day.

Exact where a group has one line. With several, each line is solved for itself with a share of
the order cost on its later decisions, equal over the lines of the group that have demand (a
share knows nothing of stock, so that a plan whose orders were accepted orders nothing more);
today the group orders only if what its lines save together is more than the order cost. That
plan is a good one, not the best. The bound holds whatever the shares: any that sum to no more
than the order cost of each group and day make the lines' own optima a lower bound; a few rounds
move the shares to the lines that order.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Flags, Floats, Integers
from optimization.integer import solve_integer
from optimization.problem import Problem
from optimization.separable import Plans

ROUNDS = 3
"""Rounds of shifting shares towards the lines that order."""


def has_order_cost(problem: Problem) -> Flags:
    """Whether a series belongs to a group whose orders cost something, S."""
    if not problem.order_cost.size:
        return np.zeros(problem.series, dtype=np.bool_)
    group = np.maximum(problem.order_group, 0)
    return np.asarray((problem.order_group >= 0) & (problem.order_cost[group] > 0))


def order_events(problem: Problem) -> tuple[Integers, Integers, int]:
    """Which order each decision would belong to: one per group and day.

    Returns the event of each decision (S × U, -1 where there is none), the group of each event
    and the number of events.
    """
    event = np.full(problem.floor.shape, -1, dtype=np.int64)
    u = np.arange(problem.floor.shape[1])
    belongs = has_order_cost(problem)[:, None] & (u < problem.cycles.count[:, None])
    if not belongs.any():
        return event, np.zeros(0, dtype=np.int64), 0
    pairs = np.stack(
        (np.broadcast_to(problem.order_group[:, None], event.shape), problem.cycles.order_day),
        axis=-1,
    )[belongs]
    distinct, which = np.unique(pairs, axis=0, return_inverse=True)
    event[belongs] = which.reshape(-1)
    return event, distinct[:, 0], len(distinct)


def paid_order_costs(problem: Problem, quantity: Floats) -> float:
    """Order costs of a plan, money: each group's once a day on which any of its lines orders."""
    event, group, count = order_events(problem)
    used = np.zeros(count, dtype=np.bool_)
    used[event[(quantity > 0) & (event >= 0)]] = True
    return float(problem.order_cost[group[used]].sum())


def share_out(problem: Problem, weight: Floats) -> Floats:
    """Shares of the order costs, S × U, money per order, in proportion to `weight` (S × U ≥ 0).

    The shares of an event sum to its order cost; where no line has weight, they are equal. Shares
    that the problem brings with it stay: the other lines of its groups are not in it.
    """
    if problem.share is not None:
        return problem.share
    event, group, count = order_events(problem)
    inside = event >= 0
    shares = np.zeros(problem.floor.shape)
    if not count:
        return shares
    total = np.bincount(event[inside], weights=weight[inside], minlength=count)
    lines = np.bincount(event[inside], minlength=count)
    at = event[inside]
    part = np.where(
        total[at] > 0, weight[inside] / np.where(total[at] > 0, total[at], 1.0), 1.0 / lines[at]
    )
    shares[inside] = problem.order_cost[group[at]] * part
    return shares


def groups_that_order(problem: Problem, saving: Floats) -> Flags:
    """Whether a series' group orders today: its lines' savings exceed the order cost, S.

    `saving` S, money saved by a line's order today, without any order cost. Where lines of the
    group are not in the problem, it says what they save (`saved_by_others`).
    """
    lines = has_order_cost(problem) & problem.cycles.orders_today & (saving > 0)
    if not lines.any():
        return lines
    total: Floats = np.zeros(problem.order_cost.size)
    if problem.saved_by_others is not None:
        np.maximum.at(total, problem.order_group[lines], problem.saved_by_others[lines])
    np.add.at(total, problem.order_group[lines], saving[lines])
    worth = total > problem.order_cost
    return np.asarray(lines & worth[np.maximum(problem.order_group, 0)])


def order_cost_bound(problem: Problem, shares: Floats, plans: Plans, threads: int = 0) -> float:
    """A cost no plan of these lines can go below, order costs included, money.

    `problem` holds only lines with an order cost; `plans` were solved with the first `shares`.
    """
    best = np.full(problem.order_cost.size, -np.inf)
    several = np.bincount(problem.order_group, minlength=problem.order_cost.size) > 1
    nothing = np.zeros(problem.series, dtype=np.bool_)
    for rounds_left in range(ROUNDS, -1, -1):
        ordering = plans.order_cost + problem.line_cost + shares[:, 0]
        least = np.minimum(ordering, plans.stay_cost)
        total = np.bincount(problem.order_group, weights=least, minlength=best.size)
        best = np.maximum(best, total)
        if not rounds_left or not several.any():
            break
        chosen = np.where((ordering < plans.stay_cost)[:, None], plans.order, plans.stay)
        wants = share_out(problem, (chosen > 0).astype(np.float64))
        shares = (shares + wants) / 2.0
        plans, _ = solve_integer(problem, problem.line_cost[:, None] + shares, nothing, threads)
    used = np.bincount(problem.order_group, minlength=best.size) > 0
    return float(best[used].sum())
