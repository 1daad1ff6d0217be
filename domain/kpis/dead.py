"""Dead stock: no demand for a year."""

from __future__ import annotations

import numpy as np

from domain.kpis import KPIS, Kpi
from domain.kpis.non_moving import non_moving
from domain.periods import DAYS_PER_YEAR
from domain.terms import Floats


def dead(
    days_without_demand: Floats,
    stock_value: Floats,
    history_days: float,
    window_days: float = DAYS_PER_YEAR,
) -> float | None:
    """Money in stock of items without demand for a year; None where history is shorter.

    Formula: Σ stock_value of the series with days_without_demand ≥ window_days, at cost.
    Window: `window_days` back from `as_of`.
    Unit: money.
    Source: DESIGN §7.

    The arguments are those of `non_moving`.

    >>> dead(np.array([3.0, 400.0]), np.array([10.0, 20.0]), history_days=730.0)
    20.0
    >>> dead(np.array([3.0, 100.0]), np.array([10.0, 20.0]), history_days=100.0) is None
    True
    """
    return non_moving(days_without_demand, np.asarray(stock_value), history_days, window_days)


KPIS.register("dead")(
    Kpi("Dead stock", "money", "less", "money in stock of items nobody asked for in a year", dead)
)
