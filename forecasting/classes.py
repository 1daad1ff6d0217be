"""Demand classes by interval and size (Syntetos, Boylan & Croston 2005)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from domain.terms import Floats, Known, Panel

NAMES = np.array(["smooth", "erratic", "intermittent", "lumpy"])
INTERVAL_LIMIT = 1.32
VARIATION_LIMIT = 0.49


def interval_and_variation(panel: Panel) -> tuple[Floats, Floats]:
    """`average_demand_interval` in buckets [ADI] and `demand_cv_squared` [CV²], both S.

    ADI is observed buckets / buckets with demand (inf without any); CV² the squared variation
    of the sizes of demand, buckets without demand left out (0 without any).
    """
    observed = panel.known == Known.OBSERVED
    sold = observed & (panel.demand > 0)
    times = sold.sum(axis=1).astype(np.float64)
    total = np.where(sold, panel.demand, 0).sum(axis=1, dtype=np.float64)
    mean = np.divide(total, times, out=np.ones_like(total), where=times > 0)
    # Sizes over their mean: squares of large units would overflow what float32 can hold.
    relative = np.where(sold, panel.demand / mean[:, None].astype(np.float32), 0)
    squares = np.einsum("st,st->s", relative, relative, dtype=np.float64)
    interval = np.divide(
        observed.sum(axis=1), times, out=np.full(times.shape, np.inf), where=times > 0
    )
    varied = np.divide(squares, times, out=np.ones_like(times), where=times > 0) - 1.0
    return interval, np.maximum(varied, 0.0)


def demand_class(interval: Floats, variation: Floats) -> NDArray[np.str_]:
    """smooth, erratic, intermittent or lumpy; a series without demand is intermittent."""
    code = 2 * (interval >= INTERVAL_LIMIT) + (variation >= VARIATION_LIMIT)
    return np.asarray(NAMES[code.astype(np.int64)])
