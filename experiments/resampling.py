"""Series drawn anew, to tell a difference from chance.

The bootstrap with its percentile interval: Efron & Tibshirani, *An Introduction to the Bootstrap*,
chapters 6 and 13.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from domain.terms import Floats

DRAWS = 2_000
AT_A_TIME = 200
"""Draws held in memory together."""
LEVELS = (0.025, 0.975)
Interval = tuple[float, float]
Seed = int | Sequence[int]


def drawn(statistic: Callable[[Floats], Floats], series: int, seed: Seed = 1) -> Floats:
    """What `statistic` makes of every draw [DRAWS × …]: the same draws whoever asks with a seed.

    It is given how often each series is drawn [draws × series].
    """
    return np.concatenate([np.asarray(statistic(times)) for times in _times(series, seed)])


def _times(series: int, seed: Seed) -> Iterator[Floats]:
    draw, chance = np.random.default_rng(seed), np.full(series, 1.0 / series)
    for _ in range(DRAWS // AT_A_TIME):
        yield draw.multinomial(series, chance, AT_A_TIME).astype(np.float64)


def interval(values: Floats) -> Interval:
    """The 95 % interval of what was drawn; draws in which there was nothing (NaN) do not count."""
    low, high = np.nanquantile(values, LEVELS)
    return float(low), float(high)
