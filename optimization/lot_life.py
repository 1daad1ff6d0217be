"""What is left when the horizon ends, weighed over the life of the lot it came with.

Where demand is lost and a shortage has a price, a series that sells λ units a day and is
ordered in lots of Q pays c = K / Q + hQ / 2λ for each unit it sells, for ever after (Snyder &
Shen, 2nd ed., §3.2, per unit); never ordering it again costs p a unit. The least of these is
what a unit left over saves of later orders. By renewal and reward x units left when the last
cycle ends are worth what they save, less their holding until they are sold:

    v(x) = h · x² / 2λ - c · x, with random demand  h · ∫ E(C - D_t)⁺ dt - c · E(C - D_e)⁺,

t the days after the last cycle's end e. So a lot is ordered when it earns its keep over its life,
not over the horizon, and at today's review only if waiting for the next one is dearer. It takes
the place of κ: what sells in half a year costs half a year's holding, and not its unit cost.

Only where orders come in lots: a line costs something, or the smallest is more than a cycle sells.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domain.terms import Flags, Floats
from optimization.compiling import inner, kernel
from optimization.expectation import mass
from optimization.integer import smallest_order
from optimization.lot_sizes import economic_order_quantity
from optimization.problem import Problem
from optimization.threads import in_blocks

MOMENTS = 16
"""Days after the last cycle at which demand is looked at, evenly between now and the last."""


def with_lots(problem: Problem) -> Problem:
    """The problem with `saved` of every series whose lots are weighed over their life.

    These have a price per unit lost and `daily_demand` that goes on; others keep κ.
    """
    daily = problem.daily_demand
    if daily is None or not (weighed := _weighed(problem, daily)).any():
        return problem
    rate = np.where(weighed, daily, 1.0)
    saved = np.minimum(cost_of_unit(problem, rate), problem.shortage)
    return replace(problem, saved=np.where(weighed, saved, 0.0))


def cost_of_unit(problem: Problem, daily: Floats) -> Floats:
    """Order cost and holding of a unit ordered in the best lot there is [c], S, money.

    `daily` [λ] S, units a day, above 0. The economic order quantity, in whole packs and not below
    the smallest order: of the two next to it the one that costs less. What a line's share of a
    joint order cost is hangs on other lines: it is left out [K is the line cost].
    """
    fixed, holding = problem.line_cost, problem.holding
    best = economic_order_quantity(fixed, daily, holding)
    least = smallest_order(problem)
    packed = problem.multiple > 0
    pack = np.where(packed, problem.multiple, 1.0)
    lots = (np.where(packed, np.floor(best / pack) * pack, best),
            np.where(packed, np.ceil(best / pack) * pack, best))  # fmt: skip
    costs = []
    for lot in lots:
        size = np.maximum(lot, least)
        order = np.where(size > 0, fixed / np.where(size > 0, size, 1.0), 0.0)
        costs.append(order + holding * size / (2.0 * daily))
    return np.asarray(np.minimum(*costs))


def over_life(problem: Problem, slow_moving_days: int, threads: int = 0) -> Problem:
    """The problem with what is left over weighed over its life, where `saved` says so.

    Holding until it is sold is κ · E(C - X)⁺ with X the demand through a day drawn evenly from
    the M after the last cycle, κ = h · M. M is twice the life of a lot that costs c a unit, or
    more; demand is known for `slow_moving_days`, and goes on at its mean after that.
    """
    daily, saved = problem.daily_demand, problem.saved
    if daily is None or saved is None:
        return problem
    index = np.flatnonzero(saved > 0)
    if not index.size:
        return problem
    part = problem.take(index)
    kept = np.minimum(saved[index], part.shortage)
    days = np.maximum(4.0 * kept / part.holding, 2.0 * slow_moving_days)
    row, last = np.arange(index.size), part.cycles.count - 1
    end = np.argmax(part.cycles.point_day[row, last], axis=1)
    first = np.ascontiguousarray(part.knots[row, last, end], dtype=np.float64)
    late = np.ascontiguousarray(part.late_knots, dtype=np.float64)
    levels = np.ascontiguousarray(part.levels, dtype=np.float64)
    found = np.empty_like(late)
    rate, known = daily[index], float(slow_moving_days)
    in_blocks(
        lambda begin, end: _tails(levels, first, late, rate, days, known, found, begin, end),
        index.size,
        threads,
    )
    surplus, late_knots, late_floor = (
        np.array(values, dtype=np.float64)
        for values in (problem.surplus, problem.late_knots, problem.late_floor)
    )
    surplus[index] = part.holding * days
    late_knots[index] = found
    late_floor[index] = np.minimum(part.late_floor, found[:, 0])
    final = np.zeros(problem.series)
    final[index] = kept
    return replace(
        problem, surplus=surplus, late_knots=late_knots, late_floor=late_floor, saved=final
    )


def _weighed(problem: Problem, daily: Floats) -> Flags:
    """Whether a series' lots are weighed over their life [S]: see the module's docstring."""
    priced = ~problem.surplus_above_target & (problem.shortage > 0) & (problem.holding > 0)
    lost = np.ones_like(priced) if problem.waits is None else ~problem.waits
    cycle = daily * problem.cycles.point_weight[:, 0].sum(axis=1)
    lots = (problem.line_cost > 0) | (smallest_order(problem) > cycle)
    return np.asarray(priced & lost & lots & (daily > 0))


@inner
def _tail(
    levels: Floats, first: Floats, late: Floats, rate: float, days: float, known: float,
    out: Floats,
) -> None:  # fmt: skip
    """Quantiles of demand through a day drawn evenly from `days` days (K), into `out`."""
    count = levels.size
    values = np.empty(MOMENTS * count)
    weights = np.empty(MOMENTS * count)
    for moment in range(MOMENTS):
        day = (moment + 0.5) / MOMENTS * days
        share = min(day / known, 1.0) if known > 0.0 else 1.0
        more = rate * max(day - known, 0.0)
        for k in range(count):
            at = moment * count + k
            values[at] = first[k] + share * (late[k] - first[k]) + more
            # What lies below the first level counts with its knot.
            weights[at] = mass(levels, k + 1) + (mass(levels, 0) if k == 0 else 0.0)
    order = np.argsort(values)
    below = 0.0
    i = 0
    for k in range(count):
        while i < order.size - 1 and below + weights[order[i]] < levels[k] * MOMENTS:
            below += weights[order[i]]
            i += 1
        out[k] = values[order[i]]


@kernel
def _tails(
    levels: Floats, first: Floats, late: Floats, rate: Floats, days: Floats, known: float,
    out: Floats, begin: int, end: int,
) -> None:  # fmt: skip
    for s in range(begin, end):
        _tail(levels[s], first[s], late[s], rate[s], days[s], known, out[s])
