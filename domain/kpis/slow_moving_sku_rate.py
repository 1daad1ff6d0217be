"""Slow-moving rate by number of skus."""

from __future__ import annotations

import numpy as np

from domain.kpis import KPIS, Kpi
from domain.terms import Floats, Integers


def slow_moving_sku_rate(
    product: Integers, slow_moving_units: Floats, on_hand: Floats
) -> float | None:
    """Share of the skus in stock that have slow-moving units; None without stock.

    Formula: skus with slow-moving units anywhere / skus with stock anywhere.
    Window: that of `slow_moving`.
    Unit: share.
    Source: DESIGN §7.

    `product`: code of the sku, the same over locations [S]; the others: units [S].

    >>> slow_moving_sku_rate(np.array([0, 0, 1]), np.array([0.0, 4.0, 0.0]), np.full(3, 9.0))
    0.5
    """
    stocked = np.unique(product[on_hand > 0]).size
    slow = np.unique(product[(slow_moving_units > 0) & (on_hand > 0)]).size
    return slow / stocked if stocked else None


KPIS.register("slow_moving_sku_rate")(
    Kpi(
        "Slow-moving, by number of SKUs",
        "share",
        "less",
        "share of the SKUs in stock that have units expected demand will not use in time",
        slow_moving_sku_rate,
    )
)
