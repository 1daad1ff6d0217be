"""How far the newest demand of every series lies from its own level, on one scale for all.

What a whole class did together is taken off first, so that a season is no alert. What is left of
a bucket, in standard deviations, becomes a normal score: counts lean to the right, and three
standard deviations up are no rare event in them.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers

LEAST_TOGETHER = 30
"""Series of a class that must be known at a moment for what they did to be taken off."""
TRIMMED = 0.05
"""Share of a class, at each end, that has no say in what the class does."""
LONGEST_BASE, SHORTEST_BASE = 104, 13
"""Buckets that a level is taken from."""
LEAST_VARIANCE = 0.1
"""Share of the mean that a variance is at least: demand that never varied may."""
MOST_SKEWED = 2.0
"""Skewness up to which the formula of normal scores holds."""


def in_steps(demand: Floats, apart: int) -> Floats:
    """Demand of steps of so many buckets, the last ending with the last [S × T // apart]."""
    steps = demand.shape[1] // apart
    kept = demand[:, demand.shape[1] - steps * apart :]
    return np.asarray(kept.reshape(len(demand), steps, apart).sum(axis=2))


def moves(
    demand: Floats, weights: Floats, like: Integers, lasting: bool = False
) -> tuple[Floats, Floats, Floats] | None:
    """A weighted sum of the newest buckets against the level before, today and at earlier moments.

    `demand`: S × T, NaN outside life; `weights`: K, of the K newest buckets, oldest first;
    `lasting`: the score nearest to the level counts twice, as what lasts shows in every bucket.
    Gives statistics of today [S] and of the past [S × P], in normal scores by the series' own
    level and less what its class did, and today's sum less that of the level, units [S]; None
    where history is too short.
    """
    width, buckets = weights.size, demand.shape[1]
    base = max(buckets // 2, min(LONGEST_BASE, buckets - 3 * width))
    if base < SHORTEST_BASE or buckets < base + 2 * width:
        return None
    begins = np.arange(buckets - width, base - 1, -max(1, width // 3))
    begins = begins[(begins == buckets - width) | (begins <= buckets - 2 * width)]
    mean, spread = _levels(demand, begins, base)
    lean = leaning(demand[:, :-width], like)[:, None]
    spread = moderated(mean, spread, lean * _skewness(mean, spread), base, like)
    skewed = lean * _skewness(mean, spread)
    scores = [
        normal_score(_apart(demand[:, begins + place], mean, spread, like), skewed)
        for place in range(width)
    ]
    total = sum(score * weight for score, weight in zip(scores, weights, strict=True))
    if lasting:
        low, high = np.minimum.reduce(scores), np.maximum.reduce(scores)
        nearest = np.where(total > 0, np.maximum(low, 0.0), np.minimum(high, 0.0))
        total = total + nearest * weights.mean()
    whole = float(weights.sum())
    statistic = total / np.sqrt((weights**2).sum() + whole**2 / base)
    gap = demand[:, -width:] @ weights - mean[:, 0] * whole
    return statistic[:, 0], statistic[:, 1:], gap


def _apart(sold: Floats, mean: Floats, spread: Floats, like: Integers) -> Floats:
    """Standard deviations between a bucket and its level, times what the class did [S × P]."""
    usual = like_do(sold / mean, like)
    usual = np.where(np.isfinite(usual), usual, 1.0)
    return np.asarray((sold - mean * usual) / (spread * np.maximum(usual, 1.0)))


def normal_score(apart: Floats, skewness: Floats) -> Floats:
    """Where a standard normal variable would lie as rarely as a skewed one lies there.

    Formula: ((1 + g·x/2)^(1/3) - 1)·6/g + g/6 for a gamma variable of skewness g, x standard
    deviations from its mean (Wilson & Hilferty 1931, PNAS 17(12)); x itself where g is 0.

    >>> normal_score(np.array([0.0, 3.0]), np.array([0.0, 1.0])).round(2).tolist()
    [0.0, 2.31]
    """
    bent = np.minimum(skewness, MOST_SKEWED)
    safe = np.maximum(bent, 1e-3)
    root = np.cbrt(np.maximum(1.0 + safe * apart / 2.0, 0.0))
    return np.where(bent > 1e-3, (root - 1.0) * 6.0 / safe + safe / 6.0, apart)


def leaning(demand: Floats, like: Integers) -> Floats:
    """How skewed a class is, of what negative binomial counts would be: 0 (not) to 1 [S]."""
    lived = np.isfinite(demand)
    count = np.maximum(lived.sum(axis=1), 1)
    mean = np.where(lived, demand, 0.0).sum(axis=1) / count
    gap = np.where(lived, demand - mean[:, None], 0.0)
    spread = np.sqrt((gap**2).sum(axis=1) / count)
    varied = spread > 0
    spread, safe = np.where(varied, spread, 1.0), np.maximum(mean, 1e-12)
    seen = np.where(varied, (gap**3).sum(axis=1) / count / spread**3, 0.0)
    counts = np.where(varied, np.maximum(_skewness(safe, spread), 0.0), 0.0)
    out = np.zeros(len(demand))
    for code in np.unique(like):
        mine = like == code
        most = float(counts[mine].sum())
        out[mine] = np.clip(float(seen[mine].sum()) / most, 0.0, 1.0) if most > 0 else 0.0
    return out


def _skewness(mean: Floats, spread: Floats) -> Floats:
    """Of a negative binomial variable."""
    return np.asarray(2.0 * spread / mean - 1.0 / spread)


def moderated(mean: Floats, spread: Floats, skewness: Floats, base: int, like: Integers) -> Floats:
    """Standard deviations drawn toward those of the class at the same mean [S × P].

    Chance alone would let their logarithms vary by (2 + κ) / (4 (`base` - 1)), κ = 1.5 g² the
    excess kurtosis of a gamma variable of skewness g; they are drawn by the share that this is of
    how much they do around a curve in the logarithm of the mean (as Smyth 2004, *Statistical
    Applications in Genetics and Molecular Biology* 3(1), does for variances).
    """
    out = spread.copy()
    for code in np.unique(like):
        mine = like == code
        known = mine & np.isfinite(spread[:, 0])
        if known.sum() < LEAST_TOGETHER:
            continue
        powers, seen = _powers(mean[known, 0]), np.log(spread[known, 0])
        curve = np.linalg.lstsq(powers, seen, rcond=None)[0]
        left = float((seen - powers @ curve).var())
        bent = np.minimum(skewness[known, 0], MOST_SKEWED)
        chance = float((2.0 + 1.5 * bent**2).mean()) / (4.0 * (base - 1))
        share = min(1.0, chance / left) if left > 0 else 1.0
        usual = np.exp(_powers(mean[mine]) @ curve)
        out[mine] = spread[mine] ** (1.0 - share) * usual**share
    return out


def _powers(mean: Floats) -> Floats:
    """One, the logarithm of the mean and its square, along a new last axis."""
    log = np.log(mean)
    return np.stack([np.ones_like(log), log, log**2], axis=-1)


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
