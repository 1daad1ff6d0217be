"""The upper tail of pooled ratios: peaks over a threshold.

Errors of one series at many origins are much alike, so a pool of windows supports only levels
that its number of *series* supports. Beyond, ratios above their 0.95 quantile u are taken for
generalized Pareto (Coles, An Introduction to Statistical Modeling of Extreme Values, chapter 4):
P(x > u + e) = P(x > u) · (1 + ξe/σ)^(-1/ξ). The shape ξ needs many exceedances and is common to
all cells of a pool; the mean excess σ/(1 − ξ) is each cell's own, shrunk.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers

THRESHOLD = 0.95
LEAST_SHAPE, MOST_SHAPE = 0.0, 0.4
SHAPE_GUESS, SHAPE_EVIDENCE = 0.15, 30.0
"""Shape before evidence, and the exceeding series for evidence to count as much."""
ALIKE = 0.3
"""Correlation between the errors of one series' windows."""
FEW = 3.0
"""Exceedances for a cell to count as much as its parent."""


def with_tails(
    table: Floats, levels: Floats, pool: Integers, ratio: Floats, cell: Integers,
    series: Integers, variation: Floats,
) -> None:  # fmt: skip
    """Replace the quantiles above THRESHOLD in `table` (cells × K, at `levels`), in place.

    `pool`: of each cell. `ratio`, `cell`, `series`, `variation` (expected square of it): of N
    windows. The quantile is the empirical one as far as the series beyond it support that,
    else the Pareto's.
    """
    upper = np.flatnonzero(levels > THRESHOLD)
    if ratio.size == 0:
        return
    cells = table.shape[0]
    threshold = _at(table, levels)
    out = np.flatnonzero(ratio > threshold[cell])
    out = out[np.lexsort((-ratio[out], cell[out]))]
    number = np.bincount(cell, minlength=cells)
    excess, cell_out = ratio[out] - threshold[cell[out]], cell[out]
    weight = _weights(cell_out, series[out])
    scale = np.sqrt(np.bincount(cell, variation, cells) / np.maximum(number, 1))
    mean = _mean_excess(excess, cell_out, weight, pool, threshold, scale)
    relative = excess / np.maximum(mean[cell_out], 1e-300)
    shape = _shapes(relative, weight, pool[cell_out], int(pool.max()) + 1)[pool]
    beyond, bounds = 1.0 - levels[upper], np.searchsorted(cell_out, np.arange(cells + 1))
    for c in range(cells):
        found = slice(bounds[c], bounds[c + 1])
        count = bounds[c + 1] - bounds[c]
        exceeding = min(count / number[c], 1.0 - THRESHOLD) if number[c] else 1.0 - THRESHOLD
        tail = pareto_tail(beyond, exceeding, mean[c], shape[c])
        if count:
            rank = np.minimum(beyond * number[c], count).astype(np.int64)
            support = np.append(0.0, np.cumsum(weight[found]))[rank]
            own = np.append(excess[found], 0.0)[rank]
            tail += support / (support + FEW) * (own - tail)
        table[c, upper] = threshold[c] + tail


def _at(table: Floats, levels: Floats) -> Floats:
    """Each row's quantile at THRESHOLD, between those of `levels`."""
    high = int(np.searchsorted(levels, THRESHOLD))
    share = (THRESHOLD - levels[high - 1]) / (levels[high] - levels[high - 1])
    return np.asarray(table[:, high - 1] + share * (table[:, high] - table[:, high - 1]))


def _weights(cell: Integers, series: Integers) -> Floats:
    """What each window counts: all of a cell's from one series little more than one."""
    pair = cell * (series.max(initial=0) + 1) + series
    _, which, times = np.unique(pair, return_inverse=True, return_counts=True)
    return np.asarray(1.0 / (1.0 + ALIKE * (times[which] - 1.0)))


def _mean_excess(
    excess: Floats, cell: Integers, weight: Floats, pool: Integers, threshold: Floats,
    scale: Floats,
) -> Floats:  # fmt: skip
    """Mean excess of each cell, shrunk to its pool's, which is one share of the cells' `scale`.

    The share is the geometric mean over cells whose threshold lies above their mean.
    """
    cells, pools = threshold.size, int(pool.max()) + 1
    effective = np.bincount(cell, weight, cells)
    own = np.bincount(cell, weight * excess, cells) / np.maximum(effective, 1e-300)
    usable = (effective > 0) & (threshold > 1.0) & (scale > 0)
    logs, known = np.log(own[usable] / scale[usable]), effective[usable]
    overall = (known @ logs) / known.sum() if known.size else 0.0
    top = np.bincount(pool[usable], known * logs, pools) + FEW * overall
    share = np.exp(top / (np.bincount(pool[usable], known, pools) + FEW))
    trust = effective / (effective + FEW)
    return np.asarray(trust * own + (1.0 - trust) * share[pool] * scale)


def _shapes(relative: Floats, weight: Floats, pool: Integers, pools: int) -> Floats:
    """Shape of each pool from excesses over their cells' mean excess."""
    inside = [pool == p for p in range(pools)]
    return np.array([shape_of(relative[chosen], weight[chosen]) for chosen in inside])


def shape_of(excess: Floats, weight: Floats) -> float:
    """Shape ξ of excesses in units of their cells' mean excess, by probability-weighted moments.

    Hosking & Wallis (1987): ξ = 2 − a₀ / (a₀ − 2a₁), a₀ the mean, a₁ = E(x · P(X > x)). Shrunk
    to a guess by how much the excesses count in all, and bounded.
    """
    total, found = weight.sum(), SHAPE_GUESS
    if excess.size > 1:
        order = np.argsort(excess, kind="stable")
        ordered, counted = excess[order], weight[order]
        above = 1.0 - (np.cumsum(counted) - 0.5 * counted) / total
        first = (counted @ ordered) / total
        second = (counted @ (ordered * above)) / total
        found = 2.0 - first / max(first - 2.0 * second, 1e-9 * first + 1e-300)
    found = min(max(found, -1.0), 1.0)
    trust = total / (total + SHAPE_EVIDENCE)
    return float(np.clip(trust * found + (1 - trust) * SHAPE_GUESS, LEAST_SHAPE, MOST_SHAPE))


def pareto_tail(beyond: Floats, exceeding: float, mean_excess: float, shape: float) -> Floats:
    """Excess over the threshold that is itself exceeded with chance `beyond` (ascending levels).

    `exceeding`: chance of exceeding the threshold; 0 where `beyond` is above it.
    """
    growth = np.log(np.maximum(exceeding, 1e-300) / beyond)
    growth = np.maximum(growth, 0.0)
    scale = (1.0 - shape) * mean_excess
    if shape < 1e-6:
        return np.asarray(scale * growth)
    return np.asarray(scale * np.expm1(shape * growth) / shape)
