"""Slow-moving rate by value."""

from __future__ import annotations

import numpy as np

from domain.kpis import KPIS, Kpi
from domain.terms import Floats


def slow_moving_rate(slow_moving_value: Floats, stock_value: Floats) -> float | None:
    """Share of the money in stock that lies in slow-moving units; None without stock.

    Formula: Σ slow_moving_value / Σ stock_value, both at cost.
    Window: that of `slow_moving`.
    Unit: share.
    Source: DESIGN §7.

    `slow_moving_value`, `stock_value`: money [S].

    >>> slow_moving_rate(np.array([30.0, 0.0]), np.array([50.0, 70.0]))
    0.25
    """
    held = float(np.sum(stock_value))
    return float(np.sum(slow_moving_value)) / held if held > 0 else None


KPIS.register("slow_moving_rate")(
    Kpi(
        "Slow-moving, by value",
        "share",
        "less",
        "share of the money in stock that expected demand will not use in time",
        slow_moving_rate,
    )
)
