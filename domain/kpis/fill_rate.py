"""Fill rate, type 2."""

from __future__ import annotations

import numpy as np

from domain.kpis import KPIS, Kpi
from domain.terms import Floats


def fill_rate(demand: Floats, shortage: Floats) -> float | None:
    """Share of units served from the shelf; None without demand.

    Formula: 1 - Σ shortage / Σ demand.
    Window: that of the units given, the same for both; for the past an estimate, as demand
    that met an empty shelf is not recorded.
    Unit: share.
    Source: DESIGN §7; Snyder & Shen, type-2 service level.

    `demand`, `shortage`: units demanded, and of these not served, any shape.

    >>> fill_rate(demand=np.array([80.0, 20.0]), shortage=np.array([0.0, 5.0]))
    0.95
    """
    demanded = float(np.sum(demand))
    if demanded <= 0:
        return None
    return 1.0 - float(np.sum(shortage)) / demanded


KPIS.register("fill_rate")(
    Kpi("Fill rate", "share", "more", "share of units demanded that the shelf can serve", fill_rate)
)
