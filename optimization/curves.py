"""The cost of each cycle as a convex curve over positions, compiled.

A position is supply usable at the first evaluation point of the first cycle: B plus what has
been ordered. Counting from zero stock (not from B) makes every curve, and with it every level
a plan orders up to, independent of how much stock there is today; "more stock never raises an
order" rests on it.

A curve is kept as its kinks: `at` (positions, ascending), `slope` (money per unit right of
each kink) and `value` (money at each kink); left of the first kink the slope is -p.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.terms import Flags, Floats, Integers
from optimization.compiling import Index, inner
from optimization.expectation import mass
from optimization.problem import Problem

TOLERANCE = 1e-10
"""Slopes and savings below this share of the largest slope count as none: the smaller order."""


class Terms(NamedTuple):
    """The arrays of a `Problem` that compiled code reads; shapes as there."""

    cycles: Integers
    weight: NDArray[np.int32]
    levels: Floats
    floor: Floats
    knots: Floats
    supply: Floats
    late_floor: Floats
    late_knots: Floats
    holding: Floats
    shortage: Floats
    surplus: Floats
    surplus_above_target: Flags
    tilt: Floats  # S × U, money per unit of position: what shared limits charge, 0 without
    saved: Floats


class Curves(NamedTuple):
    """The curves of one series, one row a cycle."""

    kinks: Floats  # 3 × U × J: AT (position), SLOPE right of it, VALUE at it
    size: Integers  # U, kinks
    first_slope: Floats  # U, money per unit left of the first kink
    tolerance: float  # money per unit


AT, SLOPE, VALUE = 0, 1, 2


def terms_of(problem: Problem, tilt: Floats | None = None) -> Terms:
    """What compiled code reads of a problem."""

    def plain(values: np.ndarray) -> Floats:
        return np.ascontiguousarray(values, dtype=np.float64)

    return Terms(
        cycles=np.ascontiguousarray(problem.cycles.count, dtype=np.int64),
        weight=np.ascontiguousarray(problem.cycles.point_weight, dtype=np.int32),
        levels=plain(problem.levels),
        floor=plain(problem.floor),
        knots=plain(problem.knots),
        supply=plain(problem.supply),
        late_floor=plain(problem.late_floor),
        late_knots=plain(problem.late_knots),
        holding=plain(problem.holding),
        shortage=plain(problem.shortage),
        surplus=plain(problem.surplus),
        surplus_above_target=np.ascontiguousarray(problem.surplus_above_target, dtype=np.bool_),
        tilt=np.zeros(problem.floor.shape) if tilt is None else plain(tilt),
        saved=np.zeros(problem.series) if problem.saved is None else plain(problem.saved),
    )


@inner
def last_point(weight: NDArray[np.int32], s: int, u: Index) -> int:
    """Index of the last evaluation point of a cycle, its end (`weight` S × U × P)."""
    last = 0
    for p in range(weight.shape[2]):
        if weight[s, u, p] > 0:
            last = p
    return last


@inner
def kinks_until(curves: Curves, u: Index, position: float) -> int:
    """Number of kinks of cycle u at or below a position."""
    low = 0
    high = curves.size[u]
    while low < high:
        middle = (low + high) // 2
        if curves.kinks[AT, u, middle] <= position:
            low = middle + 1
        else:
            high = middle
    return low


@inner
def slope_after(curves: Curves, u: Index, k: int) -> float:
    """Slope of cycle u once k kinks are passed, money per unit."""
    slope: float = curves.first_slope[u] if k == 0 else curves.kinks[SLOPE, u, k - 1]
    return slope


@inner
def value_after(curves: Curves, u: Index, k: int, position: float) -> float:
    """Expected cost of cycle u at a position that has passed k kinks, money."""
    anchor = max(k - 1, 0)
    gap = position - curves.kinks[AT, u, anchor]
    value: float = curves.kinks[VALUE, u, anchor] + slope_after(curves, u, k) * gap
    return value


@inner
def rise(curves: Curves, u: Index, low: float, high: float) -> float:
    """Cost at `high` minus cost at `low`, summed slope by slope so that little is lost."""
    k = kinks_until(curves, u, low)
    total = 0.0
    at = low
    while at < high:
        end = high
        if k < curves.size[u]:
            end = min(curves.kinks[AT, u, k], high)
        total += slope_after(curves, u, k) * (end - at)
        at = end
        k += 1
    return total


@inner
def least_minimizer(curves: Curves, first: Index, last: Index) -> float:
    """The smallest position at which the summed curves of cycles first … last stop falling.

    Searches the kinks of one cycle after the other, each only between the bounds that those
    before it have left.
    """
    low = -np.inf
    high = np.inf
    least = -curves.tolerance * (last - first + 1)
    for u in range(first, last + 1):
        i = kinks_until(curves, u, low)
        j = kinks_until(curves, u, high)
        while i < j:
            middle = (i + j) // 2
            at = curves.kinks[AT, u, middle]
            total = 0.0
            for v in range(first, last + 1):
                total += slope_after(curves, v, kinks_until(curves, v, at))
            if total >= least:
                j = middle
                high = at
            else:
                i = middle + 1
                low = at
    return low if high == np.inf else high


@inner
def merge(
    levels: Floats, floor: float, knots: Floats, shift: float, least: float, gain: float,
    curves: Curves, u: Index,
) -> None:  # fmt: skip
    """Merge the kinks of gain · E(position - max(D - shift, least))⁺ into a cycle's row.

    Until `_finish`, SLOPE holds the gain of each kink. Merged from the back, in place.
    """
    i = curves.size[u] - 1
    curves.size[u] += levels.size + 1
    out = curves.size[u] - 1
    for j in range(levels.size, -1, -1):
        x = max((floor if j == 0 else knots[j - 1]) - shift, least)
        while i >= 0 and curves.kinks[AT, u, i] > x:
            curves.kinks[AT, u, out] = curves.kinks[AT, u, i]
            curves.kinks[SLOPE, u, out] = curves.kinks[SLOPE, u, i]
            i -= 1
            out -= 1
        curves.kinks[AT, u, out] = x
        curves.kinks[SLOPE, u, out] = gain * mass(levels, j)
        out -= 1


@inner
def cycle_curve(terms: Terms, s: int, u: Index, common: bool, curves: Curves) -> None:
    """Holding of each day of the cycle and shortage at its end, without κ.

    `common`: every day sees the same position; else supply that comes during the cycle, or
    between the first cycle and this one, is added to it, and what is left after the last cycle
    saves of later orders.
    """
    end = last_point(terms.weight, s, u)
    base = terms.supply[s, 0, 0]
    curves.size[u] = 0
    for p in range(end + 1):
        gain = terms.holding[s] * terms.weight[s, u, p]
        if p == end:
            gain += terms.shortage[s]
            if u == terms.cycles[s] - 1 and not common:
                gain -= terms.saved[s]
        if gain > 0.0 or p == end:
            shift = 0.0 if common else terms.supply[s, u, p] - base
            merge(
                terms.levels[s], terms.floor[s, u], terms.knots[s, u, p], shift, -np.inf, gain,
                curves, u,
            )  # fmt: skip
    curves.first_slope[u] = terms.tilt[s, u] - terms.shortage[s]
    _finish(terms, s, u, 0.0 if common else terms.supply[s, u, end] - base, curves)


@inner
def _finish(terms: Terms, s: int, u: Index, shift: float, curves: Curves) -> None:
    """Turn gains into slopes and add the values; the curve starts at p · (E D - position)."""
    end = last_point(terms.weight, s, u)
    mean = mass(terms.levels[s], 0) * terms.floor[s, u] - shift
    for k in range(terms.levels.shape[1]):
        mean += mass(terms.levels[s], k + 1) * terms.knots[s, u, end, k]
    at = curves.kinks[AT, u, 0]
    value = terms.shortage[s] * (mean - at) + terms.tilt[s, u] * at
    slope = curves.first_slope[u]
    for k in range(curves.size[u]):
        value += slope * (curves.kinks[AT, u, k] - at)
        at = curves.kinks[AT, u, k]
        slope += curves.kinks[SLOPE, u, k]
        curves.kinks[SLOPE, u, k] = slope
        curves.kinks[VALUE, u, k] = value


@inner
def series_curves(terms: Terms, s: int) -> Curves:
    """The curves of one series; the slow-moving charge κ belongs to its last cycle.

    Where κ counts above the target only, the target x_U is that cycle's own optimum.
    """
    cycles = terms.cycles[s]
    width = (terms.weight.shape[2] + 1) * (terms.levels.shape[1] + 1)
    curves = Curves(
        np.empty((3, cycles, width)),
        np.empty(cycles, dtype=np.int64),
        np.empty(cycles),
        TOLERANCE * (terms.shortage[s] + terms.holding[s]),
    )
    for u in range(cycles):
        cycle_curve(terms, s, u, False, curves)
    if terms.surplus[s] > 0.0:
        _add_surplus(terms, s, cycles - 1, curves)
    return curves


@inner
def _add_surplus(terms: Terms, s: int, u: Index, curves: Curves) -> None:
    """Add κ · E(C_U - max(D_late, x_U))⁺ to the last cycle's curve."""
    target = least_minimizer(curves, u, u) if terms.surplus_above_target[s] else -np.inf
    for k in range(curves.size[u] - 1, 0, -1):  # back to the gain of each kink
        curves.kinks[SLOPE, u, k] -= curves.kinks[SLOPE, u, k - 1]
    curves.kinks[SLOPE, u, 0] -= curves.first_slope[u]
    shift = terms.supply[s, u, last_point(terms.weight, s, u)] - terms.supply[s, 0, 0]
    merge(
        terms.levels[s], terms.late_floor[s], terms.late_knots[s], shift, target,
        terms.surplus[s], curves, u,
    )  # fmt: skip
    _finish(terms, s, u, shift, curves)
