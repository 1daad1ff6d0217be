"""Demand that cannot be served and is lost: what the cumulative form must not count twice.

Approximate (DESIGN §6), two treatments, each a function of the problem alone.

- What will be lost before the first delivery need not be ordered again. Where demand of the
  first cycle alone is known (`cycle_knots`), demand is taken as what will draw on supply: see
  `leave_out_losses`. Else supply is raised by the expected loss from that delivery on, so that
  the position is the projected one (projected inventory level, van Jaarsveld & Arts 2021,
  arXiv:2101.07519): the largest expected shortage at any evaluation point before.
- A lost unit is charged once. In the cumulative form a unit that is short stays short until
  the next delivery can still bring it, and every cycle that overlaps the lead time charges it
  again. Where p is a price per unit lost, it is scaled to what one cycle newly loses: p · (1 -
  P(D_b > S) / P(D_e > S)), b the day before the delivery, e the end of its cycle, S the level
  that follows from it (the largest such pair); at most by the number of cycles of the plan that
  fit into the protection period. A p that comes from a level or a fill rate is about one cycle
  already.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domain.terms import Flags, Floats
from optimization.compiling import inner, kernel
from optimization.curves import Terms, last_point, terms_of
from optimization.expectation import count_below, expected_losses
from optimization.problem import Problem
from optimization.refine import own_level, own_levels, quantile
from optimization.targets import last_before

POSITION = "capped"
"""Name of the treatment of coming losses below, for what was calibrated with it."""
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
    """The problem as it is where demand is lost: losses left out, each lost unit charged once."""
    shortage = problem.shortage.astype(np.float64)
    index = np.flatnonzero(~problem.surplus_above_target & (shortage > 0))
    if index.size:
        part = problem.take(index)
        before, known = last_before(part)
        once = np.empty(index.size)
        _charge_once(terms_of(part), before, known, _cycles_protected(part), once)
        shortage[index] = once
    charged = replace(problem, shortage=shortage)
    if problem.cycle_knots is None:
        raised = problem.supply + losses_before(charged)[:, None, None]
        return replace(charged, supply=raised)
    return leave_out_losses(charged, problem.cycle_knots)


def leave_out_losses(problem: Problem, cycle_knots: Floats) -> Problem:
    """Demand that will draw on supply: what is served before the delivery, and all after it.

    Stock at the end of the first cycle is (B - D_b)⁺ + q - D_(b,e], that is B + q less min(D_b,
    B) + D_(b,e]. If demand before and in the cycle are high together, the quantile of that sum
    is min(x, y + B), x the quantile of all demand to the cycle's end and y that of the cycle's
    demand alone; otherwise it is less. So no more than y is ordered, however empty the shelf:
    a capped base-stock policy (Xin 2021, Operations Research 69(1)). Where supply comes in
    parts, the same holds at every evaluation point before the delivery, the part of x - y that
    falls before it being that of mean demand.
    """
    _, known = last_before(problem)
    if not known.any():
        return problem
    row = np.arange(problem.series)
    end = np.argmax(problem.cycles.point_day[:, 0], axis=1)
    whole = problem.knots[row, 0, end]
    losses = _losses_at_levels(problem, np.maximum(whole - cycle_knots, 0.0))
    expected = losses_before(problem)

    def left(knots: Floats) -> Floats:
        shape = (problem.series,) + (1,) * (knots.ndim - 2) + (-1,)
        return np.maximum.accumulate(np.maximum(knots - losses.reshape(shape), 0.0), axis=-1)

    own = own_levels(problem)
    level = np.array([np.interp(own[s], problem.levels[s], whole[s]) for s in row])
    return replace(
        problem,
        knots=left(problem.knots),
        floor=np.maximum(problem.floor - expected[:, None], 0.0),
        late_knots=left(problem.late_knots),
        late_floor=np.maximum(problem.late_floor - expected, 0.0),
        order_up_to=level,
    )


def _losses_at_levels(problem: Problem, kept: Floats) -> Floats:
    """Units lost before the delivery if demand comes as at each level, S × K.

    `kept`: what the level keeps for demand before the delivery [x - y], S × K, units.
    """
    days = problem.cycles.before_day
    nothing = np.zeros(days.shape)
    mean = expected_losses(problem.levels, nothing, problem.before_knots, nothing)[1]
    mean = np.where(days >= 0, mean, 0.0)
    total = mean.max(axis=1, keepdims=True)
    share = mean / np.where(total > 0, total, 1.0)
    served = np.maximum(problem.before_supply, 0.0)
    lost = np.zeros_like(kept)
    for point in range(days.shape[1]):
        here = kept * share[:, point, None] - served[:, point, None]
        lost = np.maximum(lost, np.where(days[:, point, None] >= 0, here, 0.0))
    return lost


def _cycles_protected(problem: Problem) -> Floats:
    """Cycles of the plan in which the same lost unit may be charged, S, 1 or more."""
    cycle = problem.cycles.point_weight[:, 0].sum(axis=1)
    protected = np.asarray(problem.cycles.end_day[:, 0] / np.maximum(cycle, 1)).clip(1.0)
    return np.minimum(protected, problem.cycles.count)


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
