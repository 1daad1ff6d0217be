"""How much the errors of different series have in common: what a total's spread hangs on.

Errors of thousands of series would nearly cancel in a total if they were independent; they are
not (a season misjudged, a holiday, a week of rain). One number says how far: the correlation of
two series' errors of the same sum, the same for all pairs.

Measured: the total demand that came lay in the simulated 0.1 to 0.9 interval at 14 of 15 origins
of three datasets (six of favorita-weekly, 4 weeks; six of spare-parts-weekly, 12 weeks; three of
the sample, 28 days), and at 5 of 15 where series are drawn independent.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Integers, Singles

USUAL = 0.03
"""Correlation before evidence: between 0.02 and 0.05 for sums of any length on three datasets."""
EVIDENCE = 5.0
"""Spans of history that do not overlap, for evidence to count as much."""
MOST = 0.9


def error_correlation(
    mean: Singles, actual: Singles, origins: Integers, lengths: Integers
) -> float:
    """Common correlation of the errors of two series' sums, 0 to 0.9.

    `mean`, `actual`: S × O × J, NaN where there is none; `origins`: O, `lengths`: J, buckets.
    For errors e with root mean square s: Σ_origins [(Σe)² − Σe²] / Σ_origins [(Σs)² − Σs²], for
    each length; then their mean, by how many spans of the length there were.
    """
    found, weight = EVIDENCE * USUAL, EVIDENCE
    for j, length in enumerate(lengths):
        known = np.isfinite(mean[:, :, j]) & np.isfinite(actual[:, :, j])
        judged = np.flatnonzero(known.sum(axis=0) > 1)
        if not judged.size:
            continue
        difference = actual[:, :, j].astype(np.float64) - mean[:, :, j]
        error = np.where(known, difference, 0.0)
        square = error**2
        count = np.maximum(known.sum(axis=1), 1)
        usual = np.sqrt(square.sum(axis=1) / count)[:, None] * known
        together = float((error.sum(axis=0) ** 2 - square.sum(axis=0)).sum())
        most = float((usual.sum(axis=0) ** 2 - (usual**2).sum(axis=0)).sum())
        if most <= 0.0:
            continue
        span = float(origins[judged[-1]] - origins[judged[0]]) / float(length)
        spans = min(float(judged.size), 1.0 + span)
        found += spans * together / most
        weight += spans
    return float(np.clip(found / weight, 0.0, MOST))
