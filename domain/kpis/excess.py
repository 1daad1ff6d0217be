"""Excess stock: more than the policy asks for."""

from __future__ import annotations

import numpy as np

from domain.kpis import KPIS, Kpi
from domain.terms import Floats


def excess(
    inventory_position: Floats,
    order_up_to_level: Floats,
    reorder_point: Floats,
    minimum_order_quantity: Floats,
) -> Floats:
    """Units of the inventory position above what the policy would ever order up to.

    Formula: max(0, inventory_position - max(S, s + minimum_order_quantity)).
    Window: at `as_of`.
    Unit: units, for each series.
    Source: DESIGN §7.

    `inventory_position`, `order_up_to_level` [S], `reorder_point` [s],
    `minimum_order_quantity`: units [S].

    >>> excess(np.array([120.0, 60.0]), np.full(2, 80.0), np.full(2, 40.0), np.array([50.0, 0.0]))
    array([30.,  0.])
    """
    most = np.maximum(order_up_to_level, np.add(reorder_point, minimum_order_quantity))
    return np.maximum(np.asarray(inventory_position, dtype=np.float64) - most, 0.0)


KPIS.register("excess")(
    Kpi("Excess units", "units", "less", "units above what the policy would order up to", excess)
)
