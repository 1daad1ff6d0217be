"""Demand classes by interval and size (Syntetos, Boylan & Croston 2005)."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from domain.terms import Floats, Integers, Known, Panel, Singles
from forecasting.threads import compiled, kernel

NAMES = np.array(["smooth", "erratic", "intermittent", "lumpy"])
INTERVAL_LIMIT = 1.32
VARIATION_LIMIT = 0.49
OBSERVED = int(Known.OBSERVED)


@compiled(parallel=True)
def _seen(demand: Singles, known: np.ndarray, out: Floats) -> None:
    """`out` S × 4: buckets observed; of these with demand, their demand and its squares."""
    for s in numba.prange(demand.shape[0]):
        number, times, total, squares = 0, 0, 0.0, 0.0
        for t in range(demand.shape[1]):
            if known[s, t] == OBSERVED:
                number += 1
                y = float(demand[s, t])
                times += 1 if y > 0.0 else 0
                total += y
                squares += y * y
        out[s, 0], out[s, 1], out[s, 2], out[s, 3] = number, times, total, squares


def interval_and_variation(panel: Panel) -> tuple[Floats, Floats]:
    """`average_demand_interval` in buckets [ADI] and `demand_cv_squared` [CV²], both S.

    ADI is observed buckets / buckets with demand (inf without any); CV² the squared variation
    of the sizes of demand, buckets without demand left out (0 without any).
    """
    seen = np.zeros((panel.series, 4))
    with kernel(0):
        _seen(panel.demand, panel.known, seen)
    return of_seen(seen)


def of_seen(seen: Floats) -> tuple[Floats, Floats]:
    """The same from buckets observed; of these with demand, their demand and its squares."""
    passed, times, total, squares = seen.T
    interval = np.divide(passed, times, out=np.full(times.shape, np.inf), where=times > 0)
    varied = np.divide(squares * times, total**2, out=np.ones_like(times), where=total > 0) - 1.0
    return interval, np.maximum(varied, 0.0)


def class_codes(seen: Floats) -> Integers:
    """0 smooth, 1 erratic, 2 intermittent, 3 lumpy; see `of_seen`."""
    interval, variation = of_seen(seen)
    code = 2 * (interval >= INTERVAL_LIMIT) + (variation >= VARIATION_LIMIT)
    return np.where(seen[:, 1] > 0, code, 2).astype(np.int64)


def demand_class(interval: Floats, variation: Floats) -> NDArray[np.str_]:
    """smooth, erratic, intermittent or lumpy; a series without demand is intermittent."""
    code = 2 * (interval >= INTERVAL_LIMIT) + (variation >= VARIATION_LIMIT)
    return np.asarray(NAMES[code.astype(np.int64)])
