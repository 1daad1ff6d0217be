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
FEW = 5.0
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
    excess = ratio - threshold[cell]
    out = excess > 0
    number = np.bincount(cell, minlength=cells)
    found = np.bincount(cell[out], minlength=cells)
    exceeding = np.clip(found / np.maximum(number, 1), 0.0, 1.0 - THRESHOLD)
    exceeding[number == 0] = 1.0 - THRESHOLD
    excess, cell_out = excess[out], cell[out]
    effective = _effective(cell_out, series[out], cells)
    scale = np.sqrt(np.bincount(cell, variation, cells) / np.maximum(number, 1))
    mean = _mean_excess(excess, cell_out, pool, threshold, scale, effective)
    relative = excess / np.maximum(mean[cell_out], 1e-300)
    shape = _shapes(relative, pool[cell_out], series[out], int(pool.max()) + 1)[pool]
    beyond = 1.0 - levels[upper]
    order = np.argsort(cell, kind="stable")
    bounds = np.searchsorted(cell[order], np.arange(cells + 1))
    for c in range(cells):
        tail = threshold[c] + pareto_tail(beyond, exceeding[c], mean[c], shape[c])
        own = ratio[order[bounds[c] : bounds[c + 1]]]
        if found[c]:
            support = effective[c] * beyond / max(exceeding[c], beyond[0])
            trust = support / (support + FEW)
            tail += trust * (np.quantile(own, levels[upper]) - tail)
        table[c, upper] = tail


def _at(table: Floats, levels: Floats) -> Floats:
    """Each row's quantile at THRESHOLD, between those of `levels`."""
    high = int(np.searchsorted(levels, THRESHOLD))
    share = (THRESHOLD - levels[high - 1]) / (levels[high] - levels[high - 1])
    return np.asarray(table[:, high - 1] + share * (table[:, high] - table[:, high - 1]))


def _effective(group: Integers, series: Integers, groups: int) -> Floats:
    """Independent errors that the windows of each group are worth."""
    pair = np.unique(group * (series.max(initial=0) + 1) + series)
    distinct = np.bincount(pair // (series.max(initial=0) + 1), minlength=groups)
    number = np.bincount(group, minlength=groups)
    return np.asarray(number / (1.0 + ALIKE * (number / np.maximum(distinct, 1) - 1.0)))


def _mean_excess(
    excess: Floats, cell: Integers, pool: Integers, threshold: Floats, scale: Floats,
    effective: Floats,
) -> Floats:  # fmt: skip
    """Mean excess of each cell, shrunk to its pool's, which is one share of the cells' `scale`.

    The share is the geometric mean over cells whose threshold lies above their mean.
    """
    cells = threshold.size
    number = np.bincount(cell, minlength=cells)
    own = np.bincount(cell, excess, cells) / np.maximum(number, 1)
    pools = int(pool.max()) + 1
    usable = (number > 0) & (threshold > 1.0) & (scale > 0)
    logs = np.log(own[usable] / scale[usable])
    weight = effective[usable]
    overall = (weight @ logs) / weight.sum() if weight.sum() > 0 else 0.0
    top = np.bincount(pool[usable], weight * logs, pools) + FEW * overall
    share = np.exp(top / (np.bincount(pool[usable], weight, pools) + FEW))
    trust = effective / (effective + FEW)
    return np.asarray(trust * own + (1.0 - trust) * share[pool] * scale)


def _shapes(relative: Floats, pool: Integers, series: Integers, pools: int) -> Floats:
    """Shape of each pool from excesses over their cells' mean excess."""
    effective = _effective(pool, series, pools)
    return np.array([shape_of(relative[pool == p], effective[p]) for p in range(pools)])


def shape_of(excess: Floats, effective: float) -> float:
    """Shape ξ of excesses in units of their cells' mean excess, by probability-weighted moments.

    Hosking & Wallis (1987): ξ = 2 − a₀ / (a₀ − 2a₁), a₀ the mean, a₁ = E(x · P(X > x)). Shrunk
    to a guess by the `effective` number of excesses, and bounded.
    """
    found = SHAPE_GUESS
    if excess.size > 1:
        ordered = np.sort(excess)
        above = (ordered.size - np.arange(1, ordered.size + 1)) / (ordered.size - 1)
        first, second = ordered.mean(), (ordered * above).mean()
        found = 2.0 - first / max(first - 2.0 * second, 1e-9 * first + 1e-300)
    found = min(max(found, -1.0), 1.0)
    trust = effective / (effective + SHAPE_EVIDENCE)
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
