"""What demand of each bucket of a series is divided by: its own profile, known at that time.

No model has a say in it, so it is found for all buckets of a series before any model runs.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers, Known, Singles
from forecasting.arrays import AROUND, COUNTED, NOISE
from forecasting.threads import compiled

OUTSIDE, OBSERVED = int(Known.OUTSIDE), int(Known.OBSERVED)
SPREAD_OWN = 0.004
"""Variance of profiles within their group [τ²]: noise variance / τ² is the weight of the group."""
SMALLEST = 0.05
"""Below this a bucket is closed: nothing is expected and nothing can be learned."""

Running = tuple[float, float, float]
"""Demand and number of the buckets observed in a season so far; squared deviations."""


@compiled()
def season_sums(
    y: Singles, status: np.ndarray, positions: Integers, first: int, low: int, high: int,
    passed_by: bool, sums: Running, demand: Floats, around: Floats,
) -> Running:  # fmt: skip
    """Take the buckets `low` … `high` - 1 of a series into the sums of its season.

    With bucket t, the season ends of which t - length // 2 is the middle: where that one and at
    least half of the season are observed, its demand is added to `demand` and the level around
    it, the mean of the season, to `around` (length each, by place). `sums`: demand and number
    of the buckets observed in the season so far, and squared deviations from the level.
    `passed_by`: buckets outside life are (a season stands still then, and goes on after them).
    Numbers alone in the loop: arrays handed on in it would have their references counted.
    """
    length = demand.size
    total, count, noise = sums
    for t in range(low, high):
        if passed_by and status[t] == OUTSIDE:
            continue
        if status[t] == OBSERVED:
            total += y[t]
            count += 1.0
        past, middle = t - length, t - length // 2
        if past >= first and status[past] == OBSERVED:
            total -= y[past]
            count -= 1.0
        if past + 1 >= first and status[middle] == OBSERVED and 2 * count >= length:
            level = max(0.0, total / count)
            demand[positions[middle]] += y[middle]
            around[positions[middle]] += level
            noise += (y[middle] - level) ** 2
    return total, count, noise


@compiled()
def refit_own(season: Floats, noise: float, pooled: Singles, smooth: bool) -> None:
    """The series' own profile, shrunk to its group's, with mean 1.

    `season`: 3 × season length; the profile (written), demand, and the level around it.
    """
    length = pooled.size
    total = 0.0
    for p in range(length):
        total += season[2, p]
    weight = max(noise / total if total > 0.0 else 1.0, 1e-12) / SPREAD_OWN
    mean = 0.0
    for p in range(length):
        n, d = season[1, p], season[2, p]
        if smooth:
            before, after = (p - 1) % length, (p + 1) % length
            n = 0.5 * n + 0.25 * (season[1, before] + season[1, after])
            d = 0.5 * d + 0.25 * (season[2, before] + season[2, after])
        season[0, p] = (n + weight * pooled[p]) / (d + weight)
        mean += season[0, p] / length
    for p in range(length):
        season[0, p] = season[0, p] / mean if mean > 0.0 else 1.0


@compiled()
def season_over(
    y: Singles, status: np.ndarray, first: int, positions: Integers, pooled: Singles,
    year: Singles, rules: Integers, begin: int, until: int, numbers: Floats, season: Floats,
    origins: Integers, profiles: Floats, profile_out: Floats,
) -> None:  # fmt: skip
    """What demand of each bucket is divided by (`profiles`), fitted anew when that is due.

    It hangs on what was sold alone, not on any model; `profile_out`: as it stood at origins.
    """
    _, refit, needed, smooth, fits_begin = rules
    sums = numbers[AROUND], numbers[COUNTED], numbers[NOISE]
    at, low = 0, begin
    while at < origins.size and origins[at] < begin:
        at += 1
    while low < until:
        high = min(until, (low // refit + 1) * refit)
        for t in range(max(low, first), high):
            if status[t] != OUTSIDE:
                profiles[t - begin] = season[0, positions[t]] * year[t]
        if high > first:
            sums = season_sums(
                y, status, positions, first, max(low, first), high, True, sums,
                season[1], season[2],
            )  # fmt: skip
        while at < origins.size and origins[at] < high - 1:
            profile_out[at] = season[0]
            at += 1
        if high % refit == 0 and high >= needed:
            refit_own(season, sums[2], pooled[high // refit - fits_begin], smooth > 0)
        if at < origins.size and origins[at] == high - 1:
            profile_out[at] = season[0]
            at += 1
        low = high
    numbers[AROUND], numbers[COUNTED], numbers[NOISE] = sums
