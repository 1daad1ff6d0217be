"""One step of demand far from the level before."""

from __future__ import annotations

import numpy as np

from experiments.monitoring.conformal import two_sided
from experiments.monitoring.detectors import DETECTORS, Detector, Found, Watchable
from experiments.monitoring.moves import in_steps, moves


def spike(seen: Watchable) -> Found:
    """The last step against the level before."""
    moved = moves(in_steps(seen.demand, seen.apart), np.ones(1), seen.like)
    if moved is None:
        nothing = np.full(len(seen.demand), np.nan)
        return Found(nothing, nothing, lasts=False)
    now, past, units = moved
    return Found(two_sided(now, past, seen.like), units, lasts=False)


DETECTORS.register("spike")(
    Detector(
        "Spike",
        "the last step brought far more or less than usual",
        "{units} {more} in the last {step} than its level before",
        0.5,
        spike,
    )
)
