"""The compiled part of a forecast's windows: means between two days, quantiles at a mean.

N series, W windows, J lengths of the grid, K levels, P kept levels.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from domain.terms import Flags, Floats, Integers
from forecasting.threads import compiled

MOST_SHIFTS = 9


@compiled()
def through(cumulative: Floats, days: Floats, day: int) -> float:
    """Demand expected through a day, between bucket ends by a straight line."""
    if day <= 0:
        return 0.0
    low, high = 0, days.size - 1
    if day >= days[high]:
        low = high - 1
    else:
        while high - low > 1:
            middle = (low + high) // 2
            if days[middle] <= day:
                low = middle
            else:
                high = middle
    share = (day - days[low]) / (days[low + 1] - days[low])
    return cumulative[low] + share * (cumulative[low + 1] - cumulative[low])


@compiled()
def between(cumulative: Floats, days: Floats, start: int, end: int, opens: int, last: int) -> float:
    """Demand expected over days start + 1 … end, none through day `opens` nor after `last`."""
    start, end = max(start, opens), min(end, last)
    if end <= start:
        return 0.0
    upto = through(cumulative, days, end)
    return max(0.0, upto - through(cumulative, days, start))


@compiled(parallel=True)
def window_means(
    cumulative: Floats, days: Floats, opens: Integers, last: Integers, start: Integers,
    end: Integers, mean: Floats,
) -> None:  # fmt: skip
    """`mean` N × W: demand expected over days start + 1 … end; 0 for padding (end < 0)."""
    for n in numba.prange(start.shape[0]):
        for w in range(start.shape[1]):
            begin, until = start[n, w], end[n, w]
            mean[n, w] = between(cumulative[n], days, begin, until, opens[n], last[n])


@compiled()
def place_on(grid: Floats, length: float) -> int:
    """The first point of the grid that is not below `length`; the last where all are."""
    j = 0
    while j < grid.size - 1 and grid[j] < length:
        j += 1
    return j


@compiled()
def curve_at(table: Floats, grid: Floats, length: float, out: Floats) -> None:
    """Quantiles (K) of a sum of `length` ordinary buckets, by a line between the grid's points."""
    j = place_on(grid, length)
    low = 0.0 if j == 0 else grid[j - 1]
    share = min(1.0, (length - low) / (grid[j] - low))
    beyond = max(1.0, length / grid[grid.size - 1])
    for k in range(out.size):
        below = 0.0 if j == 0 else table[j - 1, k]
        out[k] = (below + share * (table[j, k] - below)) * beyond


@compiled()
def merge(one: Floats, two: Floats, three: Floats, out: Floats) -> None:
    """All values of three rising sequences, rising."""
    a, b, c = 0, 0, 0
    for i in range(out.size):
        x = one[a] if a < one.size else np.inf
        y = two[b] if b < two.size else np.inf
        z = three[c] if c < three.size else np.inf
        if x <= y and x <= z:
            out[i], a = x, a + 1
        elif y <= z:
            out[i], b = y, b + 1
        else:
            out[i], c = z, c + 1


@compiled(parallel=True)
def read_off(
    mean: Floats, ordinary: Floats, grid: Floats, table: Floats, whole: Flags, out: Floats
) -> None:
    """`out` N × W × K: quantiles at each mean, from those of the grid (`table` N × J × K).

    The table is first made to rise with length and level, and so do the results.
    """
    for n in numba.prange(mean.shape[0]):
        for j in range(grid.size):
            for k in range(table.shape[2]):
                if j > 0:
                    table[n, j, k] = max(table[n, j, k], table[n, j - 1, k])
                if k > 0:
                    table[n, j, k] = max(table[n, j, k], table[n, j, k - 1])
        for w in range(mean.shape[1]):
            length = mean[n, w] / ordinary[n] if ordinary[n] > 0.0 else 0.0
            curve_at(table[n], grid, length, out[n, w])
            if whole[n]:
                for k in range(table.shape[2]):
                    out[n, w, k] = np.floor(out[n, w, k] + 0.5)


@compiled(parallel=True)
def rise_and_round(found: Floats, whole: Flags, out: Floats) -> None:
    """`out`: N × W × K quantiles that rise with the level, whole where units are.

    It may be `found` itself.
    """
    for n in numba.prange(found.shape[0]):
        for w in range(found.shape[1]):
            least = found[n, w, 0]
            for k in range(found.shape[2]):
                least = max(least, found[n, w, k])
                out[n, w, k] = np.floor(least + 0.5) if whole[n] else least


@compiled()
def add_chances(curve: Floats, kept: Floats, chance: float, places: Floats, below: Floats) -> None:
    """Add chance · P(demand ≤ place) to `below`, from quantiles (`curve`) at the `kept` levels.

    Both `curve` and `places` rise, so one walk along both does it.
    """
    high = 0
    for p in range(places.size):
        x = places[p]
        while high < curve.size and curve[high] <= x:
            high += 1
        if high == curve.size:
            below[p] += chance
        elif high > 0:
            share = (x - curve[high - 1]) / (curve[high] - curve[high - 1])
            below[p] += chance * (kept[high - 1] + share * (kept[high] - kept[high - 1]))


@compiled(parallel=True)
def mix_ends(
    cumulative: Floats, days: Floats, opens: Integers, last: Integers, start: Integers,
    end: Integers, spread: Floats, ordinary: Floats, grid: Floats, table: Floats, kept: Floats,
    whole: Flags, levels: Floats, mean: Floats, out: Floats,
) -> None:  # fmt: skip
    """Windows whose end varies: distributions are mixed over the days it may fall on.

    The end shifts by a whole number of days, with the chances of a normal of standard deviation
    `spread` (N, days; rows of 0 are left alone), never before the start. `table` N × J × P holds
    quantiles at the `kept` levels, rising. `mean` N × W and `out` N × W × K are filled.
    """
    points = kept.size
    for n in numba.prange(start.shape[0]):
        if spread[n] <= 0.0:
            continue
        step = max(1, math.ceil(6.0 * spread[n] / (MOST_SHIFTS - 1)))
        half = min(MOST_SHIFTS // 2, max(1, math.ceil(3.0 * spread[n] / step)))
        chance = np.empty(2 * half + 1)
        for i in range(chance.size):
            upper = ((i - half) + 0.5) * step / spread[n]
            lower = ((i - half) - 0.5) * step / spread[n]
            chance[i] = 0.5 * (math.erf(upper / math.sqrt(2.0)) - math.erf(lower / math.sqrt(2.0)))
        chance /= chance.sum()
        curves = np.empty((chance.size, points))
        middle, places, below = np.empty(points), np.empty(3 * points), np.empty(3 * points)
        for w in range(start.shape[1]):
            if end[n, w] <= start[n, w]:
                continue
            mean[n, w] = 0.0
            middle[:] = 0.0
            for i in range(chance.size):
                until = max(start[n, w], end[n, w] + (i - half) * step)
                m = between(cumulative[n], days, start[n, w], until, opens[n], last[n])
                mean[n, w] += chance[i] * m
                length = m / ordinary[n] if ordinary[n] > 0.0 else 0.0
                curve_at(table[n], grid, length, curves[i])
                middle += chance[i] * curves[i]
            merge(curves[0], middle, curves[chance.size - 1], places)
            below[:] = 0.0
            for i in range(chance.size):
                add_chances(curves[i], kept, chance[i], places, below)
            at = 0
            for k in range(levels.shape[1]):
                while at < places.size - 1 and below[at] < levels[n, k]:
                    at += 1
                amount = places[at]
                if at > 0 and below[at] > below[at - 1]:
                    share = (levels[n, k] - below[at - 1]) / (below[at] - below[at - 1])
                    amount = places[at - 1] + min(1.0, share) * (places[at] - places[at - 1])
                out[n, w, k] = np.floor(amount + 0.5) if whole[n] else amount
