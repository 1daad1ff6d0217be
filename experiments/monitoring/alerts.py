"""Abnormal moves that are worth a person's time: tested, few of them false, by money."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Floats, Integers
from experiments.monitoring.detectors import DETECTORS, Watchable
from experiments.monitoring.false_discovery import benjamini_hochberg

RATE = 0.08
"""Share of the tests believed that may be false, in expectation."""


@dataclass(frozen=True)
class Alerts:
    """N alerts, one a series at most; the detector with the strongest case speaks."""

    series: Integers  # N
    detector: tuple[str, ...]  # N
    p: Floats  # N
    units: Floats  # N, units moved: a step's where it lasts
    lasts: np.ndarray  # N, whether they move anew in every step
    tests: int  # tests that were made


def alerts(seen: Watchable, rate: float = RATE) -> Alerts:
    """What moved abnormally until the last bucket, by series."""
    names = DETECTORS.names()
    found = [DETECTORS.get(name).function(seen) for name in names]
    p = np.stack([one.p for one in found], axis=1)
    weight = np.array([DETECTORS.get(name).weight for name in names])
    weights = np.broadcast_to(weight, p.shape)
    believed = benjamini_hochberg(p, weights, rate)
    series = np.flatnonzero(believed.any(axis=1))
    case = np.where(believed[series], p[series] / weight, np.inf)
    which = case.argmin(axis=1)
    units = np.stack([one.units for one in found], axis=1)
    lasts = np.array([one.lasts for one in found])
    return Alerts(
        series=series,
        detector=tuple(names[place] for place in which),
        p=p[series, which],
        units=units[series, which],
        lasts=lasts[which],
        tests=int(np.isfinite(p).sum()),
    )
