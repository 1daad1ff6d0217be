"""One series and its walk, made by hand."""

from __future__ import annotations

import numpy as np

from domain.terms import Floats
from planning.simulation.layout import Ground
from planning.simulation.walk import COURSES, FACTS, SUMS, walk

Result = tuple[Floats, Floats, Floats, Floats]


def ground(**changes: object) -> Ground:
    """A series of five daily buckets with 10 units on the shelf, worth 2 each, and no order."""
    none = np.full((1, 1), -1)
    values: dict[str, object] = {
        "ends": np.arange(1, 6),
        "lost": True,
        "whole": np.ones(1, np.bool_),
        "on_hand": np.array([10.0]),
        "waiting": np.zeros(1),
        "promised": np.zeros(1),
        "open_begins": np.zeros(2, np.int64),
        "open_day": np.zeros(0, np.int64),
        "open_units": np.zeros(0),
        "today": np.zeros(1),
        "order_day": none,
        "arrival_day": none,
        "delay": np.zeros((0, 0, 0), np.int64),
        "latest": np.zeros(1, np.int64),
        "level": np.zeros((1, 1)),
        "most": np.full((1, 1), np.inf),
        "mean": np.zeros((1, 1)),
        "through": np.zeros((1, 1)),
        "gain": np.zeros((1, 1)),
        "open_due": np.zeros((1, 1)),
        "lot": np.zeros(1),
        "multiple": np.ones(1),
        "worth": np.ones(1, np.bool_),
        "cost": np.array([2.0]),
        "price": np.array([5.0]),
        "holding": np.array([0.1]),
        "shortage": np.array([3.0]),
        "planned": np.ones((1, 5)),
        "use": np.array([np.inf]),
    }
    return Ground(**{**values, **changes})  # type: ignore[arg-type]


def walked(series: Ground, demand: Floats, ordering: bool = True) -> Result:
    """Course, sums, slow-moving money and facts of a walk; `demand` T, or T × P."""
    paths = demand.reshape(series.ends.size, -1)
    course, sums = np.zeros((COURSES, *paths.shape)), np.zeros((SUMS, paths.shape[1]))
    slow, facts = np.zeros(paths.shape[1]), np.zeros((1, FACTS))
    walk(series, 0, np.ascontiguousarray(paths[None]), ordering, course, sums, slow, facts)
    return course, sums, slow, facts
