"""P-values from what like series did before, whatever its distribution.

A statistic of today is ranked among the same statistic at earlier moments of all series of its
class: p = (1 + how many were as extreme) / (1 + how many there are) (split conformal p-values;
Bates et al. 2023, Annals of Statistics 51(1)). What a whole class did together is taken off
first, so that a season is no alert. Beyond everything that was ever seen the tail is carried on
as a power law (Hill 1975, Annals of Statistics 3(5)), heavier than those of most demand: otherwise
a small range could never show a single grave move.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers

LEAST_TOGETHER = 30
"""Series of a class that must be known at a moment for what they did to be taken off."""
TRIMMED = 0.05
"""Share of a class, at each end, that has no say in what the class does."""
LONGEST_BASE, SHORTEST_BASE = 90, 13
"""Buckets that a level is taken from."""
LEAST_VARIANCE = 0.1
"""Share of the mean that a variance is at least: demand that never varied may."""
TAIL, LEAST_TAIL = 0.01, 20
"""Share of a pool, and statistics at least, that its tail is carried on from."""
POOL, MOST_BINS = 2_500, 12
"""Series that are calibrated together at least where a class is split; parts of a class."""


def upper(now: Floats, past: Floats, like: Integers) -> Floats:
    """Probability of a statistic as high as today's [S]; NaN where it is not known.

    `now`: S; `past`: S × P, the same at earlier moments; `like`: S, code of the class.

    >>> upper(np.array([9.0]), np.array([[1.0, 2.0, 3.0]]), np.array([0]))
    array([0.25])
    """
    p = np.full(now.shape, np.nan)
    for code in np.unique(like):
        mine = (like == code) & np.isfinite(now)
        pool = past[like == code]
        pool = np.sort(pool[np.isfinite(pool)])
        if pool.size and mine.any():
            above = pool.size - np.searchsorted(pool, now[mine], side="left")
            ranked = (1.0 + above) / (1.0 + pool.size)
            p[mine] = np.minimum(ranked, _beyond(now[mine], pool))
    return p


def _beyond(now: Floats, pool: Floats) -> Floats:
    """Probability by the pool's tail of what lies beyond all of it; 1 elsewhere.

    `pool`: ascending.
    """
    top = max(LEAST_TAIL, int(TAIL * pool.size))
    if pool.size < 2 * top or pool[-top - 1] <= 0:
        return np.ones(now.shape)
    edge, highest = pool[-top - 1], pool[-1]
    shape = float(np.log(pool[-top:] / edge).mean())
    if shape <= 0:
        return np.ones(now.shape)
    tail = top / pool.size * (np.maximum(now, edge) / edge) ** (-1.0 / shape)
    return np.where(now > highest, tail, 1.0)


def two_sided(now: Floats, past: Floats, like: Integers) -> Floats:
    """Probability of a statistic as far out on either side [S]; NaN where it is not known."""
    high, low = upper(now, past, like), upper(-now, -past, like)
    return np.minimum(1.0, 2.0 * np.minimum(high, low))


def with_like_spread(demand: Floats, like: Integers) -> Integers:
    """Codes of classes split by how much demand varies for its mean [S].

    The tails of a statistic depend on that; a part keeps enough series to tell rare moves.
    """
    mean, count = np.nan_to_num(demand).mean(axis=1), np.isfinite(demand).sum(axis=1)
    squares = np.nan_to_num(demand**2).mean(axis=1)
    varied = np.sqrt(np.maximum(squares - mean**2, 0.0)) / np.maximum(mean, 1e-12)
    varied = np.where(count > 0, varied, 0.0)
    out = np.zeros(len(demand), np.int64)
    for place, code in enumerate(np.unique(like)):
        mine = like == code
        parts = int(np.clip(mine.sum() // POOL, 1, MOST_BINS))
        cuts = np.quantile(varied[mine], np.arange(1, parts) / parts)
        out[mine] = place * MOST_BINS + np.searchsorted(cuts, varied[mine])
    return out


def like_do(relative: Floats, like: Integers) -> Floats:
    """What a class does at each moment: the mean of its members, the farthest left out [S × P].

    `relative`: a sum over the level before; NaN where it is not known, or a class is too small.
    """
    out = np.full(relative.shape, np.nan)
    for code in np.unique(like):
        mine = np.flatnonzero(like == code)
        for column in range(relative.shape[1]):
            values = relative[mine, column]
            known = values[np.isfinite(values)]
            if known.size >= LEAST_TOGETHER:
                low, high = np.quantile(known, (TRIMMED, 1.0 - TRIMMED))
                out[mine, column] = known[(known >= low) & (known <= high)].mean()
    return out


def in_steps(demand: Floats, apart: int) -> Floats:
    """Demand of steps of so many buckets, the last ending with the last [S × T // apart]."""
    steps = demand.shape[1] // apart
    kept = demand[:, demand.shape[1] - steps * apart :]
    return np.asarray(kept.reshape(len(demand), steps, apart).sum(axis=2))


def moves(demand: Floats, weights: Floats, like: Integers) -> tuple[Floats, Floats, Floats] | None:
    """A weighted sum of the newest buckets against the level before, today and at earlier moments.

    `demand`: S × T, NaN outside life; `weights`: K, of the K newest buckets, oldest first. Gives
    statistics of today [S] and of the past [S × P], in standard deviations of the series' own
    level and less what its class did, and today's sum less that of the level, units [S]; None
    where history is too short.
    """
    width, buckets = weights.size, demand.shape[1]
    base = max(buckets // 2, min(LONGEST_BASE, buckets - 5 * width))
    if base < SHORTEST_BASE or buckets < base + 2 * width:
        return None
    begins = np.arange(buckets - width, base - 1, -max(1, width // 3))
    begins = begins[(begins == buckets - width) | (begins <= buckets - 2 * width)]
    mean, spread = _levels(demand, begins, base)
    total = np.stack([demand[:, b : b + width] @ weights for b in begins], axis=1)
    whole = float(weights.sum())
    gap = total - mean * whole
    usual = like_do(total / mean, like)
    usual = np.where(np.isfinite(usual), usual, whole)
    busier = np.maximum(usual / whole, 1.0) if whole > 0 else 1.0
    error = np.sqrt((weights**2).sum() + whole**2 / base) * busier
    statistic = (total - mean * usual) / (spread * error)
    return statistic[:, 0], statistic[:, 1:], gap[:, 0]


def _levels(demand: Floats, begins: Integers, base: int) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the `base` buckets before each moment [S × P].

    NaN where a series did not live through them or never sold.
    """
    zero = np.zeros((len(demand), 1))
    sums = np.concatenate([zero, np.cumsum(np.nan_to_num(demand), axis=1)], axis=1)
    squares = np.concatenate([zero, np.cumsum(np.nan_to_num(demand) ** 2, axis=1)], axis=1)
    alive = np.concatenate([zero, np.cumsum(np.isfinite(demand), axis=1)], axis=1)
    mean = (sums[:, begins] - sums[:, begins - base]) / base
    second = (squares[:, begins] - squares[:, begins - base]) / base
    variance = np.maximum((second - mean**2) * base / (base - 1), LEAST_VARIANCE * mean)
    whole = (alive[:, begins] - alive[:, begins - base] == base) & (variance > 0)
    return np.where(whole, mean, np.nan), np.where(whole, np.sqrt(variance), np.nan)
