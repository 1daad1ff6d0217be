"""Quantiles of counts (negative binomial) and of amounts (gamma), many at a time.

Both are given by mean m and dispersion φ: variance m + φm² for counts, φm² for amounts
(Snyder & Shen, section 4.3, for the use; Johnson, Kemp & Kotz, chapter 5, for the law).
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from domain.terms import Floats
from forecasting.threads import compiled

LONGEST_SUM = 600.0
"""Counts up to here are added up one by one; above, a gamma of the same variance is as good."""
LOG_SHAPES = (-7.0, 16.0, 231)
LOGITS = (-9.5, 12.5, 221)


@cache
def gamma_table() -> Floats:
    """Logarithm of the quantile of a gamma of mean 1: by log shape, by logit of the level."""
    from scipy.special import expit, gammaincinv

    shapes = np.exp(np.linspace(*LOG_SHAPES))[:, None]
    quantiles = gammaincinv(shapes, expit(np.linspace(*LOGITS))[None, :]) / shapes
    return np.asarray(np.log(np.maximum(quantiles, 1e-300)), np.float64)


@compiled()
def gamma_quantile(mean: float, dispersion: float, level: float, table: Floats) -> float:
    """Quantile of a gamma with this mean and squared variation, by table: about 1e-3 exact."""
    if mean <= 0.0 or level <= 0.0:
        return 0.0
    low, high, points = LOG_SHAPES
    x = (-math.log(max(dispersion, 1e-12)) - low) / (high - low) * (points - 1)
    x = min(max(x, 0.0), points - 1.000001)
    low, high, points = LOGITS
    y = (math.log(level) - math.log1p(-level) - low) / (high - low) * (points - 1)
    y = min(max(y, 0.0), points - 1.000001)
    i, j = int(x), int(y)
    u, v = x - i, y - j
    near = (1.0 - v) * table[i, j] + v * table[i, j + 1]
    far = (1.0 - v) * table[i + 1, j] + v * table[i + 1, j + 1]
    return mean * math.exp((1.0 - u) * near + u * far)


@compiled()
def count_quantiles(
    mean: float, dispersion: float, levels: Floats, table: Floats, out: Floats
) -> None:
    """Smallest x with P(demand ≤ x) ≥ level, for ascending levels; exact for ordinary means."""
    variance = mean + dispersion * mean * mean
    if mean <= 0.0:
        out[:] = 0.0
        return
    if dispersion > 1e-7:
        start = -math.log1p(dispersion * mean) / dispersion
    else:
        start = -mean
    if mean + 8.0 * math.sqrt(variance) > LONGEST_SUM or start < -700.0:
        for k in range(levels.size):
            amount = gamma_quantile(mean, variance / (mean * mean), levels[k], table)
            out[k] = max(0.0, math.ceil(amount - 0.5))
        return
    odds = dispersion * mean / (1.0 + dispersion * mean)
    chance = math.exp(start)
    below, x = chance, 0.0
    for k in range(levels.size):
        while below < levels[k] and x < 4.0 * LONGEST_SUM:
            if dispersion > 1e-7:
                chance *= (1.0 / dispersion + x) / (x + 1.0) * odds
            else:
                chance *= mean / (x + 1.0)
            x += 1.0
            below += chance
        out[k] = x
