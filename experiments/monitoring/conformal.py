"""P-values from what like series did before, whatever its distribution.

A statistic of today is ranked among the same statistic at earlier moments of all series of its
class: p = (1 + how many were as extreme) / (1 + how many there are) (split conformal p-values;
Bates et al. 2023, Annals of Statistics 51(1)). Beyond everything that was ever seen the tail is
carried on as a power law (Hill 1975, Annals of Statistics 3(5)), heavier than those of most
demand: otherwise a small range could never show a single grave move.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers

TAIL, LEAST_TAIL = 0.01, 20
"""Share of a pool, and statistics at least, that its tail is carried on from."""


def upper(now: Floats, past: Floats, like: Integers) -> Floats:
    """Probability of a statistic as high as today's [S]; NaN where it is not known.

    `now`: S; `past`: S × P, the same at earlier moments; `like`: S, code of the class.

    >>> upper(np.array([9.0]), np.array([[1.0, 2.0, 3.0]]), np.array([0]))
    array([0.25])
    """
    p = np.full(now.shape, np.nan)
    for code in np.unique(like):
        mine = (like == code) & np.isfinite(now)
        pool = past[like == code]
        pool = np.sort(pool[np.isfinite(pool)])
        if pool.size and mine.any():
            above = pool.size - np.searchsorted(pool, now[mine], side="left")
            ranked = (1.0 + above) / (1.0 + pool.size)
            p[mine] = np.minimum(ranked, _beyond(now[mine], pool))
    return p


def _beyond(now: Floats, pool: Floats) -> Floats:
    """Probability by the pool's tail of what lies beyond all of it; 1 elsewhere.

    `pool`: ascending.
    """
    top = max(LEAST_TAIL, int(TAIL * pool.size))
    if pool.size < 2 * top or pool[-top - 1] <= 0:
        return np.ones(now.shape)
    edge, highest = pool[-top - 1], pool[-1]
    shape = float(np.log(pool[-top:] / edge).mean())
    if shape <= 0:
        return np.ones(now.shape)
    tail = top / pool.size * (np.maximum(now, edge) / edge) ** (-1.0 / shape)
    return np.where(now > highest, tail, 1.0)


def two_sided(now: Floats, past: Floats, like: Integers) -> Floats:
    """Probability of a statistic as far out on either side [S]; NaN where it is not known."""
    high, low = upper(now, past, like), upper(-now, -past, like)
    return np.minimum(1.0, 2.0 * np.minimum(high, low))
