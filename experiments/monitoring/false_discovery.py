"""Which of many tests to believe, so that few of those believed are false."""

from __future__ import annotations

import numpy as np

from domain.terms import Flags, Floats


def benjamini_hochberg(p: Floats, weight: Floats, rate: float) -> Flags:
    """Which tests are discoveries, at most a share `rate` of them false in expectation.

    Formula: the k smallest p_i / w_i with the largest k for which the k-th is at most
    k · rate / m, over the m tests that were made, weights of mean 1 set before any data
    (Benjamini & Hochberg 1995, JRSS B 57; weights: Genovese, Roeder & Wasserman 2006,
    Biometrika 93). Without a discovery to be made, some is with probability `rate` at most.

    `p`: any shape, NaN where no test was made; `weight`: like it.

    >>> benjamini_hochberg(np.array([0.001, 0.9, 0.02, np.nan]), np.ones(4), 0.05)
    array([ True, False,  True, False])
    """
    made = np.isfinite(p)
    found = np.zeros(p.shape, np.bool_)
    if not made.any():
        return found
    share = weight[made] / weight[made].mean()
    weighed = p[made] / share
    ranked = np.sort(weighed)
    within = np.flatnonzero(ranked <= rate * np.arange(1, ranked.size + 1) / ranked.size)
    if within.size:
        found[made] = weighed <= ranked[within[-1]]
    return found
