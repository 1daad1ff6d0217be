"""Stock-out rate."""

from __future__ import annotations

import numpy as np

from domain.kpis import KPIS, Kpi
from domain.terms import Floats


def stockout_rate(days_without_stock: Floats, days_planned: Floats) -> float | None:
    """Share of the days planned for stock that had none; None where none was planned.

    Formula: Σ days_without_stock / Σ days_planned, over sku-locations planned for stock.
    Window: the days given; from one snapshot each sku-location counts one day.
    Unit: share.
    Source: DESIGN §7.

    `days_without_stock`, `days_planned`: days [S].

    >>> stockout_rate(np.array([0.0, 1.0, 0.0, 0.0]), np.ones(4))
    0.25
    """
    planned = float(np.sum(days_planned))
    if planned <= 0:
        return None
    return float(np.sum(days_without_stock)) / planned


KPIS.register("stockout_rate")(
    Kpi(
        "Stock-out rate",
        "share",
        "less",
        "share of the items planned for stock that have none",
        stockout_rate,
    )
)
