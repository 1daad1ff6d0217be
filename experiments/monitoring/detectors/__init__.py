"""Tests for abnormal moves: one detector a file, found by name in `DETECTORS`.

Each gives every series a p-value calibrated on past moves of its own class (`conformal.py`);
what is shown is decided over all series and detectors together (`false_discovery.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.registry import Registry
from domain.terms import Floats, Integers


@dataclass(frozen=True)
class Watchable:
    """What detectors look at: S series, T buckets, the last ending at the day that is judged."""

    demand: Floats  # S × T, units; NaN outside a series' life
    like: Integers  # S, code of the class a series is calibrated with
    apart: int  # buckets of a step: 7 for days, so that weekdays do not count, else 1
    counts: Floats | None = None  # S × T, units on hand where counted, else NaN; None: never
    received: Floats | None = None  # S × T, units delivered; None: not recorded


@dataclass(frozen=True)
class Found:
    """What a detector says of every series."""

    p: Floats  # S, probability of such a move by chance; NaN: not tested
    units: Floats  # S, units moved: a bucket's for what lasts, in all for what is over
    lasts: bool  # whether `units` are moved anew in every step


@dataclass(frozen=True)
class Detector:
    """A test and what a page says of it."""

    title: str
    meaning: str  # one sentence for a planner
    says: str  # of one series, with {units}, {more} or {gone}, and {step} to be filled in
    weight: float  # share of false discoveries it is given beside others, from before any data
    function: Callable[[Watchable], Found]


DETECTORS: Registry[Detector] = Registry("detector", "experiments.monitoring.detectors")
