"""TSB: probability and size of demand, smoothed apart (Teunter, Syntetos & Babai 2011).

The probability falls with every bucket without demand, so that an item that dies is seen to.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Singles
from forecasting.models import FAMILIES, Family
from forecasting.threads import compiled


@compiled(inlined=True)
def step(
    state: Singles, grid: Singles, low: int, high: int, age: float, value: float, weight: float
) -> None:
    """p ← p + β (1{y>0} − p); where y > 0: z ← z + α (y − z) (TSB 2011, eq. 3 to 5).

    state: 0 probability p, 1 size z, 2 number of sizes seen (kept in the first column).
    """
    young, most = np.float32(weight / (age + weight)), np.float32(1)
    w, y = np.float32(weight), np.float32(value)
    sold = np.float32(1 if value > 0.0 else 0)
    for c in range(low, high):
        beta = min(most, max(grid[1, c] * w, young))
        state[0, c] += beta * (sold - state[0, c])
    if value > 0.0:
        state[2, low] += 1.0
        young = np.float32(1.0 / state[2, low])
        for c in range(low, high):
            state[1, c] += max(grid[0, c], young) * (y - state[1, c])


@compiled(inlined=True)
def project(
    state: Singles, grid: Singles, low: int, high: int, level: Singles, slope: Singles
) -> None:
    """Probability × size."""
    for c in range(low, high):
        level[c] = state[0, c] * state[1, c]
        slope[c] = 0.0


BETAS = (0.01, 0.02, 0.04, 0.07, 0.1, 0.15, 0.22, 0.3)

FAMILIES.register("tsb")(
    Family(
        name="tsb",
        source="Teunter, Syntetos & Babai (2011), Eur. J. Oper. Res. 214, 606-615",
        grid=tuple((beta, beta) for beta in BETAS),
        step=step,
        project=project,
    )
)
