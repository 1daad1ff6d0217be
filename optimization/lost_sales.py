"""Demand that cannot be served and is lost: what the cumulative form must not count twice.

Approximate (DESIGN §6), two treatments, each a function of the problem alone.

- What is expected to be lost before the first delivery need not be ordered again: supply is
  raised by it from that delivery on, so that the position is the projected one (projected
  inventory level, van Jaarsveld & Arts 2021, arXiv:2101.07519). The loss is the largest
  expected shortage at any evaluation point before; stock plus loss is the mean of max(D, B),
  so it never falls as stock rises, and more stock still never raises an order.
- A lost unit is charged once. In the cumulative form a unit that is short stays short until
  the next delivery can still bring it, and every cycle that overlaps the lead time charges it
  again. Where p is a price per unit lost, it is scaled to what one cycle newly loses: p · (1 -
  P(D_b > S) / P(D_e > S)), b the day before the delivery, e the end of its cycle, S the level
  that follows from it (the largest such pair); at most by the number of cycles in the
  protection period. A p that comes from a level or a fill rate is about one cycle already.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domain.terms import Flags, Floats
from optimization.compiling import inner, kernel
from optimization.curves import Terms, last_point, terms_of
from optimization.expectation import count_below, expected_losses
from optimization.problem import Problem
from optimization.refine import own_level, quantile
from optimization.targets import last_before

ROUNDS = 12
NEAR = 1e-4
"""Relative change of p at which the search for it stops."""
HALVINGS = 25


def losses_before(problem: Problem) -> Floats:
    """Units expected to be lost before the first delivery, S.

    What customers wait for already (supply below 0) is short, but not lost: it is owed.
    """
    days = problem.cycles.before_day
    if not days.shape[1]:
        return np.zeros(problem.series)
    _, short = expected_losses(
        problem.levels, np.zeros(days.shape), problem.before_knots, problem.before_supply
    )
    owed = np.maximum(-problem.before_supply, 0.0)
    lost = np.maximum(short - owed, 0.0)
    return np.asarray(np.where(days >= 0, lost, 0.0).max(axis=1))


def allow_for_losses(problem: Problem) -> Problem:
    """The problem as it is where demand is lost: supply raised, each lost unit charged once."""
    raised = problem.supply + losses_before(problem)[:, None, None]
    shortage = problem.shortage.astype(np.float64)
    index = np.flatnonzero(~problem.surplus_above_target & (shortage > 0))
    if index.size:
        part = problem.take(index)
        before, known = last_before(part)
        once = np.empty(index.size)
        _charge_once(terms_of(part), before, known, _cycles_protected(part), once)
        shortage[index] = once
    return replace(problem, supply=raised, shortage=shortage)


def _cycles_protected(problem: Problem) -> Floats:
    """Length of the first protection period in first cycles, S, 1 or more."""
    cycle = problem.cycles.point_weight[:, 0].sum(axis=1)
    return np.asarray(problem.cycles.end_day[:, 0] / np.maximum(cycle, 1)).clip(1.0)


@inner
def _share_above(levels: Floats, knots: Floats, at: float) -> float:
    """P(D > at), the distribution interpolated between knots."""
    k = count_below(knots, at, True)
    if k == knots.size:
        return 0.0
    low = knots[k - 1] if k > 0 else 0.0
    below = levels[k - 1] if k > 0 else 0.0
    width = knots[k] - low
    share = (at - low) / width if width > 0.0 else 0.0
    return float(1.0 - below - min(max(share, 0.0), 1.0) * (levels[k] - below))


@kernel
def _charge_once(terms: Terms, before: Floats, known: Flags, cycles: Floats, out: Floats) -> None:
    for s in range(out.size):
        whole = terms.shortage[s]
        cost = whole
        if known[s]:
            levels = terms.levels[s]
            end = last_point(terms.weight, s, 0)
            for _ in range(ROUNDS):
                own = min(own_level(terms, s, cost, HALVINGS), levels[-1])
                at = quantile(levels, terms.floor[s, 0], terms.knots[s, 0, end], own)
                repeated = _share_above(levels, before[s], at) / max(1.0 - own, 1e-9)
                after = whole * max(1.0 - repeated, 1.0 / cycles[s])
                done = abs(after - cost) <= NEAR * whole
                cost = min(after, cost)
                if done:
                    break
        out[s] = cost
