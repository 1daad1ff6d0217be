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
from forecasting.heads import HEADS
from forecasting.heads.pooled import LOGITS, look_up, shrunk
from forecasting.tails import with_tails


@HEADS.register("scaled")
class Scaled:
    """Mean + σ times the quantile of standardised errors, at least 0."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.table = _error_quantiles(evidence)

    def quantiles(self, series: Integers, lengths: Floats, mean: Floats, levels: Floats) -> Floats:
        """See `Head.quantiles`."""
        evidence = self.evidence
        spread = _spread(
            evidence.dispersion(series, lengths, mean), mean, evidence.whole[series, None]
        )
        out = np.empty((*mean.shape, levels.shape[1]))
        place = (np.log(levels) - np.log1p(-levels) - LOGITS[0]) / (LOGITS[1] - LOGITS[0])
        place = np.clip(place, 0.0, LOGITS.size - 1.0)
        one_class = np.zeros(series.size, np.int64)
        at = evidence.length_place(lengths), evidence.level_place(lengths, mean)
        look_up(spread, *at, one_class, place, self.table, out)
        return np.asarray(np.maximum(out + mean[:, :, None], 0.0))


def _spread(dispersion: Floats, mean: Floats, whole: Flags) -> Floats:
    """Expected standard deviation."""
    return np.asarray(np.sqrt(dispersion * mean**2 + np.where(whole, mean, 0.0)))


def _error_quantiles(evidence: Evidence) -> Floats:
    """J × L × 1 × P quantiles of standardised errors, every cell shrunk to its parents."""
    levels = 1.0 / (1.0 + np.exp(-LOGITS))
    own = evidence.pooled[evidence.length, evidence.label] * evidence.own[evidence.series]
    whole = evidence.whole[evidence.series]
    spread = _spread(np.clip(own, LEAST, MOST), evidence.mean, whole)
    error = (evidence.actual - evidence.mean) / spread
    lengths, classes = evidence.lengths.size, evidence.centers.size
    table = np.zeros((lengths, classes, 1, levels.size))
    tail = np.minimum(levels, 1.0 - levels)
    everything = shrunk(error, levels, tail, np.zeros(levels.size))
    for j in range(lengths):
        of_length = evidence.length == j
        parent = shrunk(error[of_length], levels, tail, everything)
        for c in range(classes):
            inside = of_length & (evidence.label == c)
            table[j, c, 0] = shrunk(error[inside], levels, tail, parent)
    # Errors are moved to lie about 1, as the ratios lie whose tails these are made for.
    flat = table.reshape(-1, levels.size) + 1.0
    cell, pool = evidence.length * classes + evidence.label, np.repeat(np.arange(lengths), classes)
    alike = np.ones(error.size)
    with_tails(flat, levels, pool, error + 1.0, cell, evidence.series, alike)
    return np.asarray(np.maximum.accumulate(flat - 1.0, axis=1).reshape(table.shape))
