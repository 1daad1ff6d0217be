"""What a price says of how much sells: dear things sell less than cheap ones of their kind.

Within categories the logarithm of a settled series' level falls with the logarithm of its price;
one slope is fitted for all, shrunk to none by how much levels vary (ridge regression). It moves
what is guessed of a series that has said little, and keeps the mean guess over its category's
settled series.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Flags, Floats, Integers

SLOPE_VARIANCE = 0.25
"""Variance of slopes around none, over all shops."""
STEEPEST = 1.0
"""No slope is believed beyond: twice the price, half the units."""
MOST = 10.0
"""Factor by which a price raises or lowers a guess, at most."""
LEAST_LEVEL = 1e-3
"""Of the mean level: levels below count as so much in logarithms."""


def price_factors(price: Floats, category: Integers, level: Floats, settled: Flags) -> Floats:
    """S: what the mean level of like series is multiplied by for a series' price; 1 where unknown.

    `price`: S, NaN where unknown. `category`: S, -1 where there is none. `level`, `settled`: S,
    units per bucket and which of them count.

    >>> price = np.array([1.0, 4.0, 1.0, 4.0, 2.0, np.nan])
    >>> level = np.array([8.0, 2.0, 8.0, 2.0, 0.0, 0.0])
    >>> none, settled = np.full(6, -1), np.array([True, True, True, True, False, False])
    >>> price_factors(price, none, level, settled).round(2)
    array([1.33, 0.67, 1.33, 0.67, 0.94, 1.  ])
    """
    known = np.isfinite(price) & (price > 0)
    used = known & settled
    factor = np.ones(price.size)
    if used.sum() < 2:
        return factor
    group = category + 1
    log_price = np.log(np.where(known, price, 1.0))
    log_level = np.log(np.maximum(level, LEAST_LEVEL * max(level[used].mean(), 1e-300)))
    x = log_price - _means(group, log_price, used)
    y = log_level - _means(group, log_level, used)
    ridge = (y[used] ** 2).mean() / SLOPE_VARIANCE
    slope = (x[used] * y[used]).sum() / max((x[used] ** 2).sum() + ridge, 1e-300)
    with np.errstate(over="ignore"):
        raw = np.exp(np.clip(slope, -STEEPEST, STEEPEST) * x)
    raw = np.clip(raw, 1.0 / MOST, MOST)
    factor[known] = (raw / _means(group, raw, used))[known]
    return factor


def _means(group: Integers, value: Floats, used: Flags) -> Floats:
    """S: the mean of the used values of each one's group; of all where its group has none."""
    number = np.bincount(group[used], minlength=int(group.max()) + 1)
    total = np.bincount(group[used], value[used], number.size)
    mean = np.where(number > 0, total / np.maximum(number, 1), value[used].mean())
    return np.asarray(mean[group])
