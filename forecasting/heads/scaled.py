"""Pooled errors over their expected spread: how far off, in units of what is usual for a series.

Standardised errors (actual − mean) / σ of the backtest, σ² = φm² (+ m for whole units), φ as the
negative binomial has it, are collected by length and by level of the mean, over series calm and
wild alike: σ says how wild each one is. Where ratios blow up, because a mean is next to nothing,
these do not. The tail above 0.95 is Pareto's as far as the windows do not say
(`forecasting.tails`).
"""

from __future__ import annotations

import numpy as np

from domain.terms import Flags, Floats, Integers
from forecasting.evidence import LEAST, MOST, Evidence
from forecasting.heads import HEADS, Learned
from forecasting.heads.pooled import filled_from_beside, look_up
from forecasting.pools import LEVELS, Pools, place_of
from forecasting.tails import with_tails


@HEADS.register("scaled")
class Scaled:
    """Mean + σ times the quantile of standardised errors, at least 0."""

    def __init__(self, evidence: Evidence, learned: Learned | None = None) -> None:
        self.learned = learned or {"table": _error_quantiles(evidence)}
        self.evidence = evidence.without_windows()

    def quantiles(self, series: Integers, lengths: Floats, mean: Floats, levels: Floats) -> Floats:
        """See `Head.quantiles`."""
        evidence = self.evidence
        spread = _spread(
            evidence.dispersion(series, lengths, mean), mean, evidence.whole[series, None]
        )
        out = np.empty((*mean.shape, levels.shape[1]))
        place = place_of(levels)
        one_class = np.zeros(series.size, np.int64)
        at = evidence.length_place(lengths), evidence.level_place(lengths, mean)
        look_up(spread, *at, one_class, place, self.learned["table"], out)
        return np.asarray(np.maximum(out + mean[:, :, None], 0.0))


def _spread(dispersion: Floats, mean: Floats, whole: Flags) -> Floats:
    """Expected standard deviation."""
    return np.asarray(np.sqrt(dispersion * mean**2 + np.where(whole, mean, 0.0)))


def _error_quantiles(evidence: Evidence) -> Floats:
    """J × L × 1 × P quantiles of standardised errors, every cell shrunk to its parents."""
    own = evidence.pooled[evidence.length, evidence.label] * evidence.own[evidence.series]
    whole = evidence.whole[evidence.series]
    spread = _spread(np.clip(own, LEAST, MOST), evidence.mean, whole)
    error = (evidence.actual - evidence.mean) / spread
    lengths, classes = evidence.lengths.size, evidence.centers.size
    cell = evidence.length * classes + evidence.label
    pools = Pools(error, cell, lengths * classes)
    table = np.zeros((lengths, classes, 1, LEVELS.size))
    everything = pools.quantiles(0, pools.cells, np.zeros(LEVELS.size))
    for j in range(lengths):
        parent = pools.quantiles(j * classes, classes, everything)
        for c in range(classes):
            table[j, c, 0] = pools.quantiles(j * classes + c, 1, parent)
    # Errors are moved to lie about 1, as the ratios lie whose tails these are made for.
    flat, pool = table.reshape(-1, LEVELS.size) + 1.0, np.repeat(np.arange(lengths), classes)
    with_tails(flat, LEVELS, pool, error + 1.0, cell, evidence.series, np.ones(error.size))
    table = flat.reshape(table.shape) - 1.0
    filled_from_beside(table, np.bincount(cell, minlength=pools.cells).reshape(table.shape[:3]))
    return np.asarray(np.maximum.accumulate(table, axis=3))
