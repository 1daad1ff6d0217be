"""From a target to a shortage cost: cycle service level, fill rate, or money (DESIGN §3).

A level a at holding cost h means p = h · Σ_j F_j(x) / (1 - a), x the a-quantile of demand
over the protection period and F_j(x) the chance that stock is left on day j of the cycle, each
taken where the solve evaluates that day's holding. All days at one point: p = h · n · a / (1 - a),
the newsvendor's critical ratio p / (p + h · n) = a (Snyder & Shen, 2nd ed., §4.3, with h per
cycle). A level that the solve is to meet exactly must be a knot: `set_shortage` puts it there.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domain.terms import Flags, Floats
from optimization.compiling import kernel
from optimization.curves import Terms, last_point, terms_of
from optimization.expectation import loss
from optimization.problem import Problem
from optimization.refine import HALVINGS, holding_days, insert_level, quantile


def critical_ratio(shortage: Floats, holding: Floats, weight: Floats) -> Floats:
    """Level at which a cycle of Σ weight days balances holding and shortage: p / (p + h · n).

    All S (weight S × P, days). Exact with one evaluation point; with several, a little low.
    Where neither costs anything it is 0: nothing is kept for nothing.

    >>> import numpy as np
    >>> critical_ratio(np.array([0.70]), np.array([0.18]), np.array([[1]])).round(4).tolist()
    [0.7955]
    """
    cycle = holding * weight.sum(axis=-1)
    total = shortage + cycle
    return np.asarray(np.where(total > 0, shortage / np.where(total > 0, total, 1.0), 0.0))


def shortage_for_level(problem: Problem, level: Floats) -> Floats:
    """Shortage cost [p] that makes `level` (S, 0 to 1) the first cycle's optimum, S, money."""
    cost = np.empty(problem.series)
    _shortage_for_level(terms_of(problem), np.ascontiguousarray(level, dtype=float), cost)
    return cost


def level_for_fill_rate(problem: Problem, fill_rate: Floats) -> Floats:
    """Cycle service level of the position whose fill rate is β (S, 0 to 1), S.

    S solves E(D_e - S)⁺ - E(D_b - S)⁺ = (1 - β) · E(D_e - D_b), b the day before the first
    delivery and e the end of its cycle; the level is P(D_e ≤ S), interpolated. A cycle without
    demand asks for nothing: its level is the first there is.
    """
    level = np.empty(problem.series)
    before, known = last_before(problem)
    rate = np.ascontiguousarray(fill_rate, dtype=float)
    _level_for_fill_rate(terms_of(problem), before, known, rate, level)
    return level


def last_before(problem: Problem) -> tuple[Floats, Flags]:
    """Knots (S × K) of demand until the day before the first delivery, and whether there is one."""
    days = problem.cycles.before_day
    known = np.asarray((days >= 0).any(axis=1))
    if not days.shape[1]:
        return np.zeros((problem.series, problem.levels.shape[1])), known
    last = np.argmax(days, axis=1)
    knots = problem.before_knots[np.arange(problem.series), last]
    return np.ascontiguousarray(knots, dtype=np.float64), known


def set_shortage(
    problem: Problem, shortage_cost: Floats, fill_rate: Floats, cycle_service_level: Floats
) -> Problem:
    """The problem with `shortage` from the first target a series has (each S, NaN: none).

    In order: `shortage_cost` (money per unit), `fill_rate`, `cycle_service_level`. The level of
    the last two becomes a knot and `surplus_above_target` is set for them (DESIGN §6, κ). Where
    nothing is given the problem's own shortage cost stays.
    """
    costed = np.isfinite(shortage_cost)
    filled = ~costed & np.isfinite(fill_rate)
    levelled = ~costed & ~filled & np.isfinite(cycle_service_level)
    level = np.where(levelled, cycle_service_level, np.nan)
    if filled.any():
        index = np.flatnonzero(filled)
        level[index] = level_for_fill_rate(problem.take(index), fill_rate[index])
    targeted = filled | levelled
    # A level at the very top of the levels changes nothing where no target is given.
    grown = insert_level(problem, np.where(targeted, level, problem.levels[:, -1]))
    shortage = np.where(costed, shortage_cost, problem.shortage).astype(np.float64)
    if targeted.any():
        index = np.flatnonzero(targeted)
        shortage[index] = shortage_for_level(grown.take(index), level[index])
    return replace(
        grown, shortage=shortage, surplus_above_target=problem.surplus_above_target | targeted
    )


@kernel
def _shortage_for_level(terms: Terms, level: Floats, out: Floats) -> None:
    for s in range(level.size):
        days = holding_days(terms, s, level[s])
        out[s] = terms.holding[s] * days / (1.0 - level[s])


@kernel
def _level_for_fill_rate(
    terms: Terms, before: Floats, known: Flags, fill_rate: Floats, out: Floats
) -> None:
    for s in range(fill_rate.size):
        end = last_point(terms.weight, s, 0)
        levels = terms.levels[s]
        floor = terms.floor[s, 0]
        knots = terms.knots[s, 0, end]
        far = -1.0 - abs(floor)  # below all demand: E D - far is short
        goal = loss(levels, floor, knots, far)[1] + far
        if known[s]:
            goal -= loss(levels, 0.0, before[s], far)[1] + far
        goal *= 1.0 - fill_rate[s]
        low = 0.0
        high = 1.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2.0
            at = quantile(levels, floor, knots, middle)
            short = loss(levels, floor, knots, at)[1]
            if known[s]:
                short -= loss(levels, 0.0, before[s], at)[1]
            if short > goal:
                low = middle
            else:
                high = middle
        out[s] = min(max(high, levels[0]), levels[-1])
