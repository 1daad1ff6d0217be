"""Non-moving stock: no demand for 90 days."""

from __future__ import annotations

import numpy as np

from domain.kpis import KPIS, Kpi
from domain.terms import Floats


def non_moving(
    days_without_demand: Floats, stock_value: Floats, history_days: float, window_days: float = 90.0
) -> float | None:
    """Money in stock of items without demand for that long; None where history is shorter.

    Formula: Σ stock_value of the series with days_without_demand ≥ window_days, at cost.
    Window: `window_days` back from `as_of`.
    Unit: money.
    Source: DESIGN §7.

    `days_without_demand`: days since the last demand, since the series began where there was
    none [S]; `stock_value`: money [S]; `history_days`: days of the longest history.

    >>> non_moving(np.array([3.0, 90.0]), np.array([10.0, 20.0]), history_days=365.0)
    20.0
    """
    if history_days < window_days:
        return None
    return float(np.sum(stock_value, where=days_without_demand >= window_days))


KPIS.register("non_moving")(
    Kpi(
        "Non-moving stock",
        "money",
        "less",
        "money in stock of items nobody asked for in 90 days",
        non_moving,
    )
)
