"""What a bucket that was sold out for a part of it says of demand."""

from __future__ import annotations

import math

import numpy as np

from domain.terms import Integers, Known
from forecasting.threads import compiled

LOWER_BOUND = int(Known.LOWER_BOUND)
CENSORING = "expected"
"""Name of the rule below, for what was calibrated with it."""


@compiled()
def censored_demand(
    recorded: float, share: float, mean: float, dispersion: float, whole: bool
) -> float:
    """Expected demand of a bucket that was sold out for `share` of it (0: unknown how long).

    Known share: a Poisson rate with a gamma prior (mean m, squared variation φ), seen for
    1 − share of the bucket, gives recorded + share · (1/φ + recorded) / (1/(φm) + 1 − share);
    the stock-out stops the watch, which leaves this likelihood as it is. Unknown: E(D | D ≥
    recorded), D gamma (Wilson & Hilferty's cube root). Never below `recorded`.
    """
    if mean <= 0.0:
        return recorded
    noise = 1.0 / mean if whole else dispersion  # of the bucket around its rate, squared
    if share > 0.0:
        seen = 1.0 - share
        trust = dispersion / (dispersion + noise / seen)
        rate = trust * recorded / seen + (1.0 - trust) * mean
        return recorded + share * rate
    shape = 1.0 / (dispersion + noise) if whole else 1.0 / dispersion
    scale = 1.0 / (3.0 * math.sqrt(shape))
    z = ((recorded / mean) ** (1.0 / 3.0) - 1.0 + scale * scale) / scale
    if z > 6.0:
        return recorded * (1.0 + 1.0 / z / z)
    tail = 0.5 * math.erfc(z / math.sqrt(2.0))
    above = math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi) / tail
    expected = mean * max(0.0, 1.0 - scale * scale + above * scale) ** 3
    return max(expected, max(recorded, mean))


@compiled(apart=True)
def sold_out_buckets(known: np.ndarray) -> Integers:
    """S: buckets of each series (`known` S × T) that were sold out for a part of them."""
    out = np.zeros(known.shape[0], np.int64)
    for s in range(known.shape[0]):
        for t in range(known.shape[1]):
            out[s] += known[s, t] == LOWER_BOUND
    return out
