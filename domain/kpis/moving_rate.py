"""Moving rate (动销率)."""

from __future__ import annotations

import numpy as np

from domain.kpis import KPIS, Kpi
from domain.terms import Floats, Integers


def moving_rate(product: Integers, units_sold: Floats, on_hand: Floats) -> float | None:
    """Share of the skus stocked that were sold; None where none was stocked.

    Formula: skus sold / skus stocked, a sku being stocked if it has stock or was sold.
    Window: `units_sold` of a past window (90 days, say), `on_hand` at its end.
    Unit: share.
    Source: DESIGN §7.

    `product`: code of the sku, the same over locations [S]; the others: units [S].

    >>> moving_rate(np.array([0, 1, 2, 3]), np.array([5.0, 0, 0, 1]), np.array([1.0, 1, 0, 0]))
    0.6666666666666666
    """
    sold = np.unique(product[units_sold > 0]).size
    stocked = np.unique(product[(units_sold > 0) | (on_hand > 0)]).size
    return sold / stocked if stocked else None


KPIS.register("moving_rate")(
    Kpi("Moving rate", "share", "more", "share of the SKUs stocked that were sold", moving_rate)
)
