"""SBA: Croston's sizes and intervals with its bias taken out (Syntetos & Boylan 2005)."""

from __future__ import annotations

import numpy as np

from domain.terms import Singles
from forecasting.models import FAMILIES, Family
from forecasting.threads import compiled


@compiled(inlined=True)
def step(
    state: Singles, grid: Singles, low: int, high: int, age: float, value: float, weight: float
) -> None:
    """Where y > 0: z ← z + α (y − z), x ← x + α (q − x), q the interval since the last.

    state: 0 size z, 1 interval x; kept in the first column: 2 buckets since the last demand q,
    3 number of sizes seen.
    """
    if low == high:
        return
    state[2, low] += 1.0
    if value > 0.0:
        state[3, low] += 1.0
        young, y, interval = np.float32(1.0 / state[3, low]), np.float32(value), state[2, low]
        for c in range(low, high):
            alpha = max(grid[0, c], young)
            state[0, c] += alpha * (y - state[0, c])
            state[1, c] += alpha * (interval - state[1, c])
        state[2, low] = 0.0


@compiled(inlined=True)
def project(
    state: Singles, grid: Singles, low: int, high: int, level: Singles, slope: Singles
) -> None:
    """(1 − α/2) z / x (Syntetos & Boylan 2005, eq. 11); 0 before the first demand."""
    for c in range(low, high):
        level[c] = 0.0
        if state[3, low] > 0.0:
            level[c] = (1.0 - 0.5 * grid[0, c]) * state[0, c] / max(1.0, state[1, c])
        slope[c] = 0.0


ALPHAS = (0.03, 0.06, 0.1, 0.15, 0.2, 0.3)

FAMILIES.register("sba")(
    Family(
        name="sba",
        source="Syntetos & Boylan (2005), Int. J. Forecasting 21, 303-314",
        grid=tuple((alpha, 0.0) for alpha in ALPHAS),
        step=step,
        project=project,
    )
)
