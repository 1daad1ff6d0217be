"""A problem's distributions made tidy, and given each series' own level as a knot (DESIGN §6).

Pure functions, applied before the separable solve and the reference model alike, so that both
solve the same problem.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from domain.errors import PlanError
from domain.terms import Floats, Integers
from optimization.compiling import inner, kernel
from optimization.curves import Terms, last_point, terms_of
from optimization.expectation import count_below
from optimization.problem import Problem
from optimization.threads import in_blocks

SNAP = 1e-9
"""An own level this near to one that is there already is that one."""
HALVINGS = 60
CHECKED = (
    "levels", "floor", "knots", "supply", "before_knots", "before_supply", "late_floor",
    "late_knots", "holding", "shortage", "surplus", "minimum", "multiple", "line_cost",
    "order_cost",
)  # fmt: skip
SIGNED = ("supply", "before_supply", "floor", "knots", "before_knots", "late_floor", "late_knots")
"""Numbers that may be negative; knots are raised to their floor."""


def check_problem(problem: Problem) -> None:
    """Refuse numbers no plan can be made from: bugs of the caller, named before they spread."""
    for name in CHECKED:
        values = getattr(problem, name)
        if not np.all(np.isfinite(values)):
            raise PlanError(
                f"{name} holds a number that is not finite", name, "Give finite numbers."
            )
        if name not in SIGNED and np.any(values < 0):
            raise PlanError(f"{name} holds a negative number", name, "Give numbers of 0 or above.")
    if np.any(np.diff(problem.levels, axis=1) < 0) or np.any(problem.levels > 1):
        raise PlanError("levels must ascend between 0 and 1", "levels", "Sort the levels.")


def tidy(problem: Problem) -> Problem:
    """Knots that ascend and never lie below their floor."""

    def ascend(knots: Floats, floor: Floats) -> Floats:
        rows = _rows_of(knots)
        out = np.empty(rows.shape)
        floors = np.ascontiguousarray(floor).reshape(knots.shape[0], -1)
        in_blocks(lambda begin, end: _ascend(rows, floors, out, begin, end), knots.shape[0])
        return out.reshape(knots.shape)

    return replace(
        problem,
        knots=ascend(
            problem.knots, np.broadcast_to(problem.floor[:, :, None], problem.supply.shape)
        ),
        before_knots=ascend(problem.before_knots, np.zeros(problem.before_supply.shape)),
        late_knots=ascend(problem.late_knots, problem.late_floor),
        cycle_knots=_if_known(problem.cycle_knots, ascend),
    )


def refine(problem: Problem) -> Problem:
    """The same problem with the first cycle's own optimum as a knot of every distribution.

    The own level a solves p · (1 - a) = h · (Σ_j<e w_j F_j(x) + w_e a), x the a-quantile of
    demand through the end of the cycle, interpolated between knots; with one evaluation point
    a = p / (p + h · n). A level that is there already is doubled, which changes nothing. K
    grows by one.
    """
    return insert_level(problem, own_levels(problem))


def own_levels(problem: Problem) -> Floats:
    """The level of each series' own first-cycle optimum (see `refine`), S, 0 to 1."""
    level = np.empty(problem.series)
    terms = terms_of(problem)
    in_blocks(lambda begin, end: _own_levels(terms, level, begin, end), problem.series)
    return level


def insert_level(problem: Problem, level: Floats) -> Problem:
    """The same problem with `level` (S, 0 to 1) and its interpolated quantiles as a knot.

    Below the first level the quantile lies between floor and first knot; a level above the
    last is that one, since nothing is known beyond it.
    """
    series, levels = problem.levels.shape
    level = np.minimum(level, problem.levels[:, -1])
    place = np.minimum((problem.levels < level[:, None]).sum(axis=1), levels - 1)
    at = (np.arange(series), place)
    low = np.where(place > 0, problem.levels[np.arange(series), place - 1], 0.0)
    width = problem.levels[at] - low
    share = np.where(width > 0, (level - low) / np.where(width > 0, width, 1.0), 1.0)

    def widen(knots: Floats, floor: Floats) -> Floats:
        rows = _rows_of(knots)
        out = np.empty((series, rows.shape[1], levels + 1))
        floors = np.ascontiguousarray(floor).reshape(series, -1)
        in_blocks(lambda begin, end: _insert(rows, floors, place, share, out, begin, end), series)
        return out.reshape(*knots.shape[:-1], levels + 1)

    floor = np.ascontiguousarray(np.broadcast_to(problem.floor[:, :, None], problem.supply.shape))
    return replace(
        problem,
        levels=widen(problem.levels, np.zeros(series)),
        knots=widen(problem.knots, floor),
        before_knots=widen(problem.before_knots, np.zeros(problem.before_supply.shape)),
        late_knots=widen(problem.late_knots, problem.late_floor),
        cycle_knots=_if_known(problem.cycle_knots, widen),
    )


def _if_known(knots: Floats | None, change: Callable[[Floats, Floats], Floats]) -> Floats | None:
    """Demand of the first cycle alone, which never lies below 0, changed like the other knots."""
    return None if knots is None else change(knots, np.zeros(knots.shape[0]))


def _rows_of(knots: Floats) -> Floats:
    """Any knots … × K of S series as S × N × K."""
    return np.ascontiguousarray(knots).reshape(knots.shape[0], -1, knots.shape[-1])


@kernel
def _ascend(knots: Floats, floor: Floats, out: Floats, begin: int, end: int) -> None:
    for s in range(begin, end):
        for r in range(knots.shape[1]):
            most = floor[s, r]
            for k in range(knots.shape[2]):
                most = max(most, knots[s, r, k])
                out[s, r, k] = most


@kernel
def _insert(
    knots: Floats, floor: Floats, place: Integers, share: Floats, out: Floats, begin: int, end: int
) -> None:
    levels = knots.shape[2]
    for s in range(begin, end):
        i = place[s]
        for r in range(knots.shape[1]):
            low = knots[s, r, i - 1] if i > 0 else floor[s, r]
            for k in range(levels + 1):
                if k < i:
                    out[s, r, k] = knots[s, r, k]
                elif k == i:
                    # Exact at both ends: an own level that is there already is doubled.
                    high = knots[s, r, i]
                    out[s, r, k] = high if share[s] >= 1.0 else low + share[s] * (high - low)
                else:
                    out[s, r, k] = knots[s, r, k - 1]


@inner
def quantile(levels: Floats, floor: float, knots: Floats, level: float) -> float:
    """The quantile at `level`, interpolated between knots; the last knot above the last level."""
    k = count_below(levels, level, False)
    if k == levels.size:
        return float(knots[k - 1])
    low = levels[k - 1] if k > 0 else 0.0
    below = knots[k - 1] if k > 0 else floor
    if level >= levels[k] or levels[k] <= low:
        return float(knots[k])
    return float(below + (level - low) / (levels[k] - low) * (knots[k] - below))


@inner
def refined_probability(
    levels: Floats, floor: float, knots: Floats, own: float, at: float
) -> float:
    """P(D ≤ at) of the step distribution as it will be with `own` as a further knot."""
    k = count_below(knots, at, True)
    left = count_below(knots, at, False)
    if left < k:  # `at` is a knot: the mean of the two sides
        return float(
            (_step(levels, floor, knots, own, left, at) + _step(levels, floor, knots, own, k, at))
            / 2.0
        )
    return _step(levels, floor, knots, own, k, at) if at >= floor else 0.0


@inner
def _step(levels: Floats, floor: float, knots: Floats, own: float, k: int, at: float) -> float:
    """Probability of piece k (below knot k), the half of it that holds `at` if `own` splits it."""
    if k == levels.size:
        return 1.0
    low = levels[k - 1] if k > 0 else 0.0
    high = levels[k]
    if low < own < high:
        if at < quantile(levels, floor, knots, own):
            high = own
        else:
            low = own
    # The first piece counts from level 0, unsplit: τ_1 / 2.
    return float((low + high) / 2.0)


@inner
def holding_days(terms: Terms, s: int, own: float) -> float:
    """Expected days of the first cycle with stock left, at the own-level quantile: Σ w_j F_j."""
    end = last_point(terms.weight, s, 0)
    levels = terms.levels[s]
    floor = terms.floor[s, 0]
    x = quantile(levels, floor, terms.knots[s, 0, end], own)
    days = terms.weight[s, 0, end] * own
    for p in range(end):
        share = refined_probability(levels, floor, terms.knots[s, 0, p], own, x)
        days += terms.weight[s, 0, p] * share
    return float(days)


@inner
def own_level(terms: Terms, s: int, shortage: float, halvings: int) -> float:
    """The level a at which p · (1 - a) = h · Σ w_j F_j(x_a), snapped to a level there is."""
    end = last_point(terms.weight, s, 0)
    if end == 0:
        cycle = terms.holding[s] * terms.weight[s, 0, 0]
        level = shortage / (shortage + cycle) if shortage + cycle > 0.0 else 0.0
        return _snap(terms.levels[s], level)
    low = 0.0
    high = 1.0
    for _ in range(halvings):
        middle = (low + high) / 2.0
        if shortage * (1.0 - middle) > terms.holding[s] * holding_days(terms, s, middle):
            low = middle
        else:
            high = middle
    return _snap(terms.levels[s], (low + high) / 2.0)


@inner
def _snap(levels: Floats, level: float) -> float:
    for k in range(levels.size):
        if abs(levels[k] - level) < SNAP:
            return float(levels[k])
    return level


@kernel
def _own_levels(terms: Terms, out: Floats, begin: int, end: int) -> None:
    for s in range(begin, end):
        out[s] = own_level(terms, s, terms.shortage[s], HALVINGS)
