"""Expected stock and shortage under the step distributions of `Problem`.

A distribution is a `floor` and `knots` x_1 … x_K at levels τ_1 … τ_K. Its probability is 0
below the floor, τ_1/2 up to x_1, the mean level (τ_k + τ_{k+1})/2 between two knots and 1
above the last: demand D takes the values floor, x_1 … x_K. Loss functions as in Snyder &
Shen (2nd ed.), ch. 4: n(S) = E(D - S)⁺ and its complement E(S - D)⁺ = n(S) + S - E D.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats
from optimization.compiling import inner, kernel


@inner
def count_below(values: Floats, at: float, including: bool) -> int:
    """How many of the ascending values lie below `at`, `including` those equal to it or not."""
    low = 0
    high = values.size
    while low < high:
        middle = (low + high) // 2
        if values[middle] < at or (including and values[middle] == at):
            low = middle + 1
        else:
            high = middle
    return low


@inner
def mass(levels: Floats, k: int) -> float:
    """Probability of value k of the K + 1: 0 is the floor, 1 … K the knots."""
    last = levels.size - 1
    below = levels[k - 2] if k >= 2 else 0.0
    if k == 0:
        return float(levels[0] / 2.0)
    if k - 1 == last:
        return float(1.0 - (below + levels[last]) / 2.0)
    return float((levels[k] - below) / 2.0)


@inner
def loss(levels: Floats, floor: float, knots: Floats, at: float) -> tuple[float, float]:
    """E(at - D)⁺ and E(D - at)⁺, units."""
    over = 0.0
    under = 0.0
    for k in range(levels.size + 1):
        gap = at - (floor if k == 0 else knots[k - 1])
        if gap > 0.0:
            over += mass(levels, k) * gap
        else:
            under -= mass(levels, k) * gap
    return over, under


@kernel
def _losses(levels: Floats, floor: Floats, knots: Floats, at: Floats, out: Floats) -> None:
    for s in range(at.shape[0]):
        for r in range(at.shape[1]):
            over, under = loss(levels[s], floor[s, r], knots[s, r], at[s, r])
            out[0, s, r] = over
            out[1, s, r] = under


def expected_losses(
    levels: Floats, floor: Floats, knots: Floats, at: Floats
) -> tuple[Floats, Floats]:
    """Expected units left over E(at - D)⁺ and short E(D - at)⁺, each shaped like `at`.

    `levels` S × K; `knots` S × … × K; `at` and `floor` S × … (any number of axes between, the
    floor broadcast to `at`). Always E(D - C)⁺ - E(C - D)⁺ = E D - C.

    >>> import numpy as np
    >>> over, under = expected_losses(
    ...     np.array([[0.5]]), np.array([0.0]), np.array([[10.0]]), np.array([4.0])
    ... )
    >>> float(over[0]), float(under[0])  # D is 0 with probability 1/4, else 10
    (1.0, 4.5)
    """
    shape = at.shape
    rows = (shape[0], int(np.prod(shape[1:], dtype=np.int64)))
    out = np.empty((2, *rows))
    flat = np.ascontiguousarray(knots, dtype=np.float64).reshape(*rows, levels.shape[-1])
    floors = np.ascontiguousarray(np.broadcast_to(floor, shape), dtype=np.float64).reshape(rows)
    at_rows = np.ascontiguousarray(at, dtype=np.float64).reshape(rows)
    _losses(np.ascontiguousarray(levels, dtype=np.float64), floors, flat, at_rows, out)
    return out[0].reshape(shape), out[1].reshape(shape)


def expected_demand(levels: Floats, floor: Floats, knots: Floats) -> Floats:
    """Mean of each distribution [E D], units; shapes as in `expected_losses`."""
    below = np.pad(levels[:, :-1], ((0, 0), (1, 0)))
    above = np.concatenate([levels[:, 1:], 2.0 - levels[:, -1:]], axis=1)
    between = (1,) * (knots.ndim - 2)
    masses = ((above - below) / 2.0).reshape(len(levels), *between, levels.shape[1])
    at_floor = (levels[:, 0] / 2.0).reshape(len(levels), *between) * floor
    return np.asarray((masses * knots).sum(axis=-1) + at_floor)
