"""Demand that has lain on another level for three steps."""

from __future__ import annotations

import numpy as np

from experiments.monitoring.conformal import two_sided
from experiments.monitoring.detectors import DETECTORS, Detector, Found, Watchable
from experiments.monitoring.moves import in_steps, moves

STEPS = 3


def level_shift(seen: Watchable) -> Found:
    """The mean of the last three steps against the level before."""
    steps = in_steps(seen.demand, seen.apart)
    moved = moves(steps, np.full(STEPS, 1.0 / STEPS), seen.like, lasting=True)
    if moved is None:
        nothing = np.full(len(seen.demand), np.nan)
        return Found(nothing, nothing, lasts=True)
    now, past, units = moved
    return Found(two_sided(now, past, seen.like), units, lasts=True)


DETECTORS.register("level_shift")(
    Detector(
        "Level shift",
        "demand lies on another level since about three steps",
        "about {units} {more} in each {step} than its level before",
        8.0,
        level_shift,
    )
)
