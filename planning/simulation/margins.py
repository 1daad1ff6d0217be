"""What single buckets and their sums are to look like, and the coupling that makes them so.

A path draws a standard normal score Z for each bucket and reads the bucket's quantile at it.
Scores are tied to what came before by one number a bucket: with a the covariance of a bucket's
units with its score, the running total Y = Σ a·Z follows

    a_t Z_t = carry_t · Y_{t-1} + fresh_t · ε_t,    ε standard normal,

carry being chosen so that the variance of demand summed from `as_of` to t is the forecast's, for
every t. Demand that ran high goes on running high, as far as the backtest's sums say so.

Measured, share of paths within the forecast's 0.1, 0.5 and 0.9 quantiles (series of two units a
bucket and more): favorita-weekly buckets 0.10, 0.51, 0.90, sums of four weeks 0.12, 0.51, 0.90;
the sample's sums of 30 days 0.08, 0.52, 0.90, of 119 days 0.09, 0.53, 0.89. Buckets are taken as
of windows of their length; as known at `as_of`, far ones are a little wider (0.9 holds 0.92).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numba
import numpy as np

from domain.terms import Flags, Floats
from planning.situation import Situation

STEP = 0.25
SCORES = np.arange(-3.5, 3.5 + STEP / 2, STEP)
"""Standard normal scores at which quantiles are kept [K]; beyond, the last one stands."""
LEVELS = np.array([NormalDist().cdf(score) for score in SCORES])


def _weights() -> Floats:
    """What each kept quantile counts in the mean of straight lines between them.

    The expectation of a hat of width 2·STEP around each score: a second difference of
    G(z) = z·Φ(z) + φ(z), G' = Φ; the first and the last stand for all beyond them too.
    """
    places = np.append(np.append(SCORES[0] - STEP, SCORES), SCORES[-1] + STEP)
    normal = NormalDist()
    rising = np.array([z * normal.cdf(z) + normal.pdf(z) for z in places])
    hats = (rising[:-2] - 2.0 * rising[1:-1] + rising[2:]) / STEP
    hats[0] = (rising[2] - rising[1]) / STEP
    hats[-1] = 1.0 - (rising[-2] - rising[-3]) / STEP
    return np.asarray(hats)


WEIGHTS = _weights()
"""What each kept quantile counts [K]; they add up to 1."""
MOST_THINNED = 20.0
"""Largest factor by which a bucket's quantiles are raised to bring the mean forecast."""
NO_UNITS = 1e-12


@dataclass(frozen=True)
class Margins:
    """Of S series over T buckets; what a path needs (see `draws`).

    Quantiles are scaled so that their mean is the forecast's: those of rare demand promise more
    (by half at one unit a month). Whole units are then kept by chance rounding, which is
    thinning: a unit that is 0.8 comes in four of five paths.
    """

    quantiles: Floats  # S × T × K, units at SCORES
    carry: Floats  # S × T, per unit of the running total
    fresh: Floats  # S × T, units
    slope: Floats  # S × T, units per score [a]
    explained: Floats  # S × T, share of the running sum's variance that scores explain
    mean: Floats  # S × T, units


def margins(situation: Situation, buckets: int) -> Margins:
    """Margins of the next `buckets` buckets of every series of the situation."""
    days = situation.forecast.days[: buckets + 1].astype(np.int64)
    shape = (situation.series, buckets)
    opening, end = np.broadcast_to(days[:-1], shape), np.broadcast_to(days[1:], shape)
    mean, quantiles = situation.windows(opening, end, LEVELS)
    total, sums = situation.windows(np.zeros_like(opening), end, LEVELS)
    whole = situation.forecast.whole_units[situation.rows]
    variance, slope = np.empty(shape), np.empty(shape)
    _scale(quantiles, mean, whole, SCORES, WEIGHTS, variance, slope)
    of_sums = np.empty(shape)
    _scale(sums, total, whole, SCORES, WEIGHTS, of_sums, np.empty(shape))
    carry, fresh, explained = couple(variance, slope, of_sums)
    return Margins(quantiles, carry, fresh, slope, explained, mean)


@numba.njit(cache=True, error_model="numpy")
def _scale(
    quantiles: Floats, mean: Floats, whole: Flags, scores: Floats, weights: Floats,
    variance: Floats, slope: Floats,
) -> None:  # fmt: skip
    """Scale quantiles (S × T × K) to the mean, in place; their variance and slope, S × T."""
    for s in range(mean.shape[0]):
        for t in range(mean.shape[1]):
            row, found = quantiles[s, t], 0.0
            for k in range(scores.size):
                found += weights[k] * row[k]
            factor = min(mean[s, t] / found, MOST_THINNED) if found > NO_UNITS else 0.0
            square, tilt, rounding = 0.0, 0.0, 0.0
            for k in range(scores.size):
                row[k] *= factor
                square += weights[k] * row[k] * row[k]
                tilt += weights[k] * row[k] * scores[k]
                if whole[s]:
                    part = row[k] - np.floor(row[k])
                    rounding += weights[k] * part * (1.0 - part)
            middle = found * factor
            variance[s, t] = max(square - middle * middle, 0.0) + rounding
            slope[s, t] = max(tilt, 0.0)


def couple(variance: Floats, slope: Floats, of_sums: Floats) -> tuple[Floats, Floats, Floats]:
    """`carry`, `fresh` and `explained` (each S × T) that bring sums their variance.

    `variance` of each bucket, its `slope` [a], and variance `of_sums` from the first bucket, all
    S × T. Where a sum asks for more than a score can tie, it is tied fully, and later sums make
    up for it as far as they can.

    >>> one, two = np.ones((1, 2)), np.array([[1.0, 4.0]])  # a sum of two that are the same
    >>> carry, fresh, explained = couple(one, one, two)
    >>> carry.round(6).tolist(), fresh.round(6).tolist(), explained.tolist()
    ([[0.0, 1.0]], [[1.0, 0.0]], [[1.0, 1.0]])
    """
    carry, fresh, explained = (np.zeros_like(slope) for _ in range(3))
    scored, loose = np.zeros(slope.shape[0]), np.zeros(slope.shape[0])
    for t in range(slope.shape[1]):
        a = slope[:, t]
        loose += np.maximum(variance[:, t] - a**2, 0.0)
        wanted = (of_sums[:, t] - loose - scored - a**2) / 2.0
        most = a * np.sqrt(scored)
        shared = np.clip(wanted, -0.5 * most, most)
        carry[:, t] = np.divide(shared, scored, out=np.zeros_like(a), where=scored > NO_UNITS)
        fresh[:, t] = np.sqrt(np.maximum(a**2 - carry[:, t] ** 2 * scored, 0.0))
        scored += a**2 + 2.0 * carry[:, t] * scored
        whole = scored + loose
        explained[:, t] = np.divide(scored, whole, out=np.zeros_like(a), where=whole > NO_UNITS)
    return carry, fresh, explained
