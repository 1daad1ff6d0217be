"""Damped trend: a level and a slope that dies out (FPP3, section 8.2)."""

from __future__ import annotations

import numpy as np

from domain.terms import Singles
from forecasting.models import DAMPING, FAMILIES, Family
from forecasting.threads import compiled

SETTLED = 8.0
"""Buckets before a slope is believed: two points always make one."""


@compiled(inlined=True)
def step(
    state: Singles, grid: Singles, low: int, high: int, age: float, value: float, weight: float
) -> None:
    """ℓ ← ℓ + φb + α e, b ← φb + α β* e, with e = y − ℓ − φb (FPP3 eq. 8.3)."""
    young, most = np.float32(weight / (age + weight)), np.float32(1)
    w, y, kept = np.float32(weight), np.float32(value), np.float32(DAMPING)
    believed = np.float32(1 if age > SETTLED else 0)
    for c in range(low, high):
        alpha = min(most, max(grid[0, c] * w, young))
        drift = kept * state[1, c]
        error = y - state[0, c] - drift
        state[0, c] += drift + alpha * error
        state[1, c] = believed * (drift + alpha * grid[1, c] * error)


@compiled(inlined=True)
def project(
    state: Singles, grid: Singles, low: int, high: int, level: Singles, slope: Singles
) -> None:
    """Level and slope as they stand."""
    for c in range(low, high):
        level[c] = state[0, c]
        slope[c] = state[1, c]


FAMILIES.register("damped_trend")(
    Family(
        name="damped_trend",
        source="Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 8.2",
        grid=((0.05, 0.1), (0.1, 0.1), (0.2, 0.1), (0.3, 0.2)),
        step=step,
        project=project,
    )
)
