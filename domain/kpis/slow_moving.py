"""Slow-moving stock (滞销), in units."""

from __future__ import annotations

import numpy as np

from domain.kpis import KPIS, Kpi
from domain.terms import Flags, Floats


def slow_moving(
    on_hand: Floats, expected_use: Floats, minimum_stock: Floats, just_launched: Flags
) -> Floats:
    """Units on hand that mean demand will not use in time.

    Formula: max(0, on_hand - expected_use - minimum_stock); 0 for items launched in the window.
    Window: max(slow_moving_days, protection period) ahead from `as_of`; `expected_use` is the
    mean demand of that window, `just_launched` says whether sales began as recently.
    Unit: units, for each series.
    Source: DESIGN §7.

    `on_hand`, `expected_use`, `minimum_stock` (stock meant to be there): units [S];
    `just_launched`: flags [S].

    >>> slow_moving(np.array([50.0, 5.0]), np.array([20.0, 9.0]), np.zeros(2), np.zeros(2, bool))
    array([30.,  0.])
    """
    left = np.maximum(np.asarray(on_hand, dtype=np.float64) - expected_use - minimum_stock, 0.0)
    return np.where(just_launched, 0.0, left)


KPIS.register("slow_moving")(
    Kpi(
        "Slow-moving units",
        "units",
        "less",
        "units on hand that expected demand will not use in time",
        slow_moving,
    )
)
