"""Simple exponential smoothing: the level alone (FPP3, section 8.1)."""

from __future__ import annotations

import numpy as np

from domain.terms import Singles
from forecasting.models import FAMILIES, Family
from forecasting.threads import compiled


@compiled(inlined=True)
def step(
    state: Singles, grid: Singles, low: int, high: int, age: float, value: float, weight: float
) -> None:
    """ℓ ← ℓ + α (y − ℓ) (FPP3 eq. 8.1), α the grid's, times the weight."""
    young, most = np.float32(weight / (age + weight)), np.float32(1)
    w, y = np.float32(weight), np.float32(value)
    for c in range(low, high):
        alpha = min(most, max(grid[0, c] * w, young))
        state[0, c] += alpha * (y - state[0, c])


@compiled(inlined=True)
def project(
    state: Singles, grid: Singles, low: int, high: int, level: Singles, slope: Singles
) -> None:
    """The level, for ever."""
    for c in range(low, high):
        level[c] = state[0, c]
        slope[c] = 0.0


ALPHAS = (0.02, 0.04, 0.07, 0.1, 0.15, 0.22, 0.32, 0.5)

FAMILIES.register("simple_smoothing")(
    Family(
        name="simple_smoothing",
        source="Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 8.1",
        grid=tuple((alpha, 0.0) for alpha in ALPHAS),
        step=step,
        project=project,
    )
)
