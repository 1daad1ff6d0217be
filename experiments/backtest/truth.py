"""What came after an origin, kept apart from what was known at it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Flags, Floats, Integers, Panel
from experiments.scoring import observed
from forecasting import accuracy


@dataclass(frozen=True)
class Truth:
    """What came in the H buckets after an origin, for S series, and what errors are held against.

    A bucket that was sold out, in part or in whole, does not say what demand was: it is left
    out, and so is every sum over it.
    """

    actual: Floats  # S × H, units; NaN: left out
    season_scale: Floats  # S, mean |seasonal difference| up to the origin; NaN: none
    step_scale: Floats  # S, root mean squared one-step difference up to the origin; NaN: none
    begun: Flags  # S, whether the series had begun
    summed: Integers  # S, buckets of the protection period, 1 to H


def truth_after(known: Panel, actual: Floats, summed: Integers, season: int) -> Truth:
    """The truth that a forecast from `known` is held against. `actual`: S × H; `summed`: S."""
    history = observed(known)
    return Truth(
        actual=actual,
        season_scale=accuracy.difference_scale(history, season, 1),
        step_scale=np.sqrt(accuracy.difference_scale(history, 1, 2)),
        begun=known.first < known.buckets,
        summed=summed,
    )
