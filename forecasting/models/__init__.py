"""Families of smoothing models: one file each, run together by the one-pass kernel.

A family keeps, for each of its C parameter settings (its grid), up to four numbers of state
per series. It sees demand divided by the seasonal profile, one bucket at a time, and reduces
its state to a level and a slope: its forecast h buckets ahead is

    level + slope · (φ + φ² + … + φ^h),   φ = `DAMPING` per bucket (FPP3, eq. 8.3)

times the profile of that bucket. Adding a family is adding a file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from domain.registry import Registry
from domain.terms import Flags, Integers, Singles

DAMPING = 0.9
"""φ: what a slope keeps from one bucket to the next."""
STATE_FIELDS = 4
MOST_FAMILIES = 8

Step = Callable[[Singles, Singles, int, int, float, float, float], None]
Project = Callable[[Singles, Singles, int, int, Singles, Singles], None]


@dataclass(frozen=True)
class Family:
    """A model with its grid of smoothing parameters.

    `step(state, grid, low, high, age, value, weight)` takes in one bucket, for the columns
    low … high - 1 of `state` (STATE_FIELDS × all candidates, zeros at the start of life) and
    `grid` (2 × all candidates): `value` is demand / profile, `weight` the profile itself (a
    bucket that is expected to hold little tells little), `age` the weight taken in before.
    While a series is young, the weight of a bucket is that of a plain mean.

    `project(state, grid, low, high, level, slope)` writes level and slope of each candidate.
    Both are compiled with `forecasting.threads.compiled`.
    """

    name: str
    source: str  # the book or paper
    grid: tuple[tuple[float, float], ...]  # (first, second) smoothing parameter per candidate
    step: Step
    project: Project


FAMILIES: Registry[Family] = Registry("forecasting model", __name__)


@dataclass(frozen=True)
class Candidates:
    """All families' grids side by side: C candidates."""

    families: tuple[Family, ...]
    grid: Singles  # 2 × C
    begins: Integers  # MOST_FAMILIES + 1, first candidate of each family; C where there is none

    @property
    def count(self) -> int:
        """Number of candidates [C]."""
        return int(self.grid.shape[1])

    def of(self, name: str) -> Flags:
        """Which candidates are of the family called `name` (C)."""
        place = [family.name for family in self.families].index(name)
        number = np.arange(self.count)
        return np.asarray((number >= self.begins[place]) & (number < self.begins[place + 1]))


def all_candidates() -> Candidates:
    """Every registered family, by name."""
    families = tuple(family for _, family in FAMILIES.items())
    if len(families) > MOST_FAMILIES:
        raise ValueError(f"the kernel has room for {MOST_FAMILIES} families: {len(families)}")
    grid = np.array([pair for family in families for pair in family.grid], np.float32).T
    ends = np.cumsum([0] + [len(family.grid) for family in families])
    begins = np.full(MOST_FAMILIES + 1, ends[-1], np.int64)
    begins[: ends.size] = ends
    return Candidates(families, np.ascontiguousarray(grid), begins)
