"""Newton steps on the bound, a concave function of prices that are never negative."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from domain.terms import Flags, Floats
from optimization.clock import solving_seconds

MOST_STEPS = 40
MOST_FAILED = 3
NEWTON_GAP = 1e-6

Slope = Callable[[Floats], tuple[float, Floats, Floats]]
"""The bound at prices (R), its gradient (R), and how that falls as prices rise (R × R)."""


def climb(price: Floats, active: Flags, slope_at: Slope, deadline: float) -> tuple[Floats, Floats]:
    """Newton steps on the bound from `price` (R) up, smoothed; the best prices, the last step.

    The bound is concave in the prices, with gradient use - bound; how use falls as prices
    rise comes with the pricing (projected semismooth Newton, Qi & Sun 1993, doi
    10.1007/BF01581275). Steps that lower the bound are halved. `active`: prices that may move;
    `slope_at` may add to them. Stops at `deadline` (`solving_seconds()`).
    """
    base = price
    step, size = np.zeros(price.size), 1.0
    before, failed = -np.inf, 0
    for _ in range(MOST_STEPS):
        if solving_seconds() >= deadline or failed == MOST_FAILED:
            break
        least, gradient, curvature = slope_at(price)
        if least > before:
            before, base = least, price
            step = newton_step(price, gradient, curvature, active)
            size = 1.0
            if float(gradient @ step) <= NEWTON_GAP * abs(before):
                break
        else:
            size *= 0.5
            failed += 1
        price = np.maximum(base + size * step, 0.0)
    return base, size * step


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
