"""Demand that has grown or shrunk steadily over a quarter."""

from __future__ import annotations

import numpy as np

from experiments.monitoring.conformal import two_sided
from experiments.monitoring.detectors import DETECTORS, Detector, Found, Watchable
from experiments.monitoring.moves import in_steps, moves

STEPS = 12


def drift(seen: Watchable) -> Found:
    """The slope of the last twelve steps, in units per step times eleven: from first to last."""
    centred = np.arange(STEPS) - (STEPS - 1) / 2.0
    weights = centred / (centred**2).sum() * (STEPS - 1)
    moved = moves(in_steps(seen.demand, seen.apart), weights, seen.like)
    if moved is None:
        nothing = np.full(len(seen.demand), np.nan)
        return Found(nothing, nothing, lasts=True)
    now, past, units = moved
    return Found(two_sided(now, past, seen.like), units, lasts=True)


DETECTORS.register("drift")(
    Detector(
        "Drift",
        "demand has grown or shrunk steadily for twelve steps",
        "a {step} brings {units} {more} than twelve {step}s ago",
        0.5,
        drift,
    )
)
