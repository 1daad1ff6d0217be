"""Negative binomial for whole units, gamma for amounts, with dispersion own ↔ pooled."""

from __future__ import annotations

import numba
import numpy as np

from domain.terms import Flags, Floats, Integers
from forecasting.distributions import count_quantiles, gamma_quantile, gamma_table
from forecasting.evidence import Evidence
from forecasting.heads import HEADS, Learned
from forecasting.threads import compiled


@compiled(parallel=True)
def _fill(
    mean: Floats, dispersion: Floats, whole: Flags, levels: Floats, table: Floats, out: Floats
) -> None:
    """`out` N × J × K from `mean` and `dispersion` N × J and `levels` N × K."""
    for n in numba.prange(mean.shape[0]):
        for j in range(mean.shape[1]):
            if whole[n]:
                count_quantiles(mean[n, j], dispersion[n, j], levels[n], table, out[n, j])
            else:
                for k in range(levels.shape[1]):
                    out[n, j, k] = gamma_quantile(mean[n, j], dispersion[n, j], levels[n, k], table)


@HEADS.register("negative_binomial")
class NegativeBinomial:
    """Variance m + φm² (gamma: φm²), φ by length and level, times the series' own factor."""

    def __init__(self, evidence: Evidence, learned: Learned | None = None) -> None:
        self.learned: Learned = {}
        self.evidence = evidence.without_windows()

    def quantiles(self, series: Integers, lengths: Floats, mean: Floats, levels: Floats) -> Floats:
        """See `Head.quantiles`."""
        out = np.empty((*mean.shape, levels.shape[1]))
        dispersion = self.evidence.dispersion(series, lengths, mean)
        _fill(mean, dispersion, self.evidence.whole[series], levels, gamma_table(), out)
        return out
