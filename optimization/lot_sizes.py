"""The economic order quantity, with and without quantity discounts."""

from __future__ import annotations

import numpy as np

from domain.terms import Floats


def economic_order_quantity(fixed: Floats, demand: Floats, holding: Floats) -> Floats:
    """Q* = √(2Kλ / h), units; 0 where nothing is asked for or nothing paid to order or hold.

    All S: `fixed` [K] money per order, `demand` [λ] units and `holding` [h] money per unit, both
    per the same time (Snyder & Shen, 2nd ed., §3.2, Example 3.1).

    >>> import numpy as np
    >>> one = np.array([8.0]), np.array([1300.0]), np.array([0.225])
    >>> economic_order_quantity(*one).round(4).tolist()
    [304.0468]
    """
    paid = holding > 0
    root = np.sqrt(2.0 * fixed * np.maximum(demand, 0.0) / np.where(paid, holding, 1.0))
    return np.asarray(np.where(paid, root, 0.0))


def discounted_lot(
    fixed: Floats, demand: Floats, holding: Floats, starts: Floats, saving: Floats, least: Floats
) -> Floats:
    """The lot of least cost with all-units discounts, at least `least` units, S.

    `starts` S × T: units from which price t holds, the first 0, infinite where there is none;
    `saving` S × T: money that every unit then costs less than at the first. `holding` S × T,
    money per unit and time at each price. Each price is tried at its own economic order quantity,
    raised to where it begins: (K + ½hQ²/λ) λ/Q - saving · λ is compared (Snyder & Shen, 2nd ed.,
    §3.4.2, Example 3.6).
    """
    best, lot = np.full(fixed.size, np.inf), least.copy()
    for t in range(starts.shape[1]):
        there = np.isfinite(starts[:, t])
        own = economic_order_quantity(fixed, demand, holding[:, t])
        size = np.maximum(np.maximum(own, least), np.where(there, starts[:, t], 0.0))
        times = demand / np.where(size > 0, size, 1.0)
        cost = fixed * times + holding[:, t] * size / 2.0 - saving[:, t] * demand
        better = there & (cost < best)
        best, lot = np.where(better, cost, best), np.where(better, size, lot)
    return lot
