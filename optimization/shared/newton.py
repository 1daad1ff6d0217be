"""A Newton step on the bound, a concave function of prices that are never negative."""

from __future__ import annotations

import numpy as np

from domain.terms import Flags, Floats


def newton_step(price: Floats, gradient: Floats, curvature: Floats, active: Flags) -> Floats:
    """The step to where the gradient would be 0, prices that fall to 0 held there; R each.

    `curvature` R × R: how the gradient falls as prices rise. `active`: prices that may move.
    """
    step = np.zeros(price.size)
    free = active & ((price > 0) | (gradient > 0))
    damped = curvature + np.diag(1e-9 + 1e-6 * np.diag(curvature))
    for _ in range(price.size):
        places = np.flatnonzero(free)
        if not places.size:
            break
        held = ~free
        step[held] = np.where(price[held] > 0, -price[held], 0.0)
        right = gradient[places] - damped[np.ix_(places, np.flatnonzero(held))] @ step[held]
        step[places] = np.linalg.solve(damped[np.ix_(places, places)], right)
        below = free & (price + step < 0)
        if not below.any():
            break
        free &= ~below
    return np.maximum(step, -price)
