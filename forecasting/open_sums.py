"""Sums that were forecast and are not over: added up and judged when they are."""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Known, Singles
from forecasting.arrays import (
    BEGUN,
    CAME,
    DAMPED,
    EVIDENCE,
    EXPECTED,
    OPEN_NUMBERS,
    SEEN,
)
from forecasting.blend import COUNT
from forecasting.models import DAMPING
from forecasting.threads import compiled

OBSERVED = int(Known.OBSERVED)
MEMORY = 0.95
"""What a squared error keeps of its weight by the next origin."""


@compiled()
def damping(ahead: int) -> Floats:
    """φ + … + φ^h for h of 0 … `ahead`."""
    out = np.zeros(ahead + 1)
    for h in range(1, ahead + 1):
        out[h] = DAMPING * (1.0 - DAMPING**h) / (1.0 - DAMPING)
    return out


@compiled(inlined=True)
def add_up(
    opened: Floats, k: int, begin: int, until: int, y: Singles, status: np.ndarray,
    profiles: Floats, damp: Floats,
) -> None:  # fmt: skip
    """Add the buckets `begin` … `until` - 1 to an open sum, those before its origin left out."""
    origin = int(opened[k, BEGUN])
    expected, damped = opened[k, EXPECTED], opened[k, DAMPED]
    came, seen = opened[k, CAME], opened[k, SEEN]
    for t in range(max(begin, origin + 1), min(until, origin + damp.size)):
        if status[t] == OBSERVED:
            profile = profiles[t - begin]
            expected += profile
            damped += profile * damp[t - origin]
            came += y[t]
            seen += 1.0
    opened[k, EXPECTED], opened[k, DAMPED] = expected, damped
    opened[k, CAME], opened[k, SEEN] = came, seen


@compiled(inlined=True)
def judge(
    opened: Floats, k: int, level: Singles, slope: Singles, span: int, loss: Floats,
    numbers: Floats,
) -> None:  # fmt: skip
    """A sum is over: its squared errors add to the candidates' losses."""
    if 2.0 * opened[k, SEEN] >= span:
        expected, damped, came = opened[k, EXPECTED], opened[k, DAMPED], opened[k, CAME]
        for c in range(COUNT):
            f = max(0.0, level[k, c] * expected + slope[k, c] * damped)
            loss[c] = MEMORY * loss[c] + (f - came) ** 2
        numbers[EVIDENCE] = MEMORY * numbers[EVIDENCE] + 1.0
    opened[k, BEGUN] = -1.0


@compiled(inlined=True)
def begin_sum(
    opened: Floats, t: int, level: Singles, slope: Singles, levels: Singles, slopes: Singles
) -> int:
    """Begin a sum that will be judged; where it is kept."""
    k = 0 if opened[0, BEGUN] < 0.0 else 1
    for c in range(COUNT):
        levels[k, c], slopes[k, c] = level[c], slope[c]
    for i in range(OPEN_NUMBERS):
        opened[k, i] = 0.0
    opened[k, BEGUN] = t
    return k
