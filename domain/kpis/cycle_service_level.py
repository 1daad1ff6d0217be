"""Cycle service level, type 1."""

from __future__ import annotations

import numpy as np

from domain.kpis import KPIS, Kpi
from domain.terms import Floats


def cycle_service_level(shortage_probability: Floats) -> float | None:
    """Share of order cycles without shortage; None without cycles.

    Formula: mean of (1 - shortage_probability); a cycle that is over has 0 or 1, one to come
    its probability of a shortage.
    Window: the cycles given; for a plan, one for each series planned for stock.
    Unit: share.
    Source: DESIGN §7; Snyder & Shen, type-1 service level.

    `shortage_probability`: probability, 0 to 1 [cycles].

    >>> cycle_service_level(np.array([0.0, 0.0, 0.0, 1.0]))
    0.75
    """
    cycles = np.asarray(shortage_probability, dtype=np.float64)
    return float(np.mean(1.0 - cycles)) if cycles.size else None


KPIS.register("cycle_service_level")(
    Kpi(
        "Cycle service level",
        "share",
        "more",
        "share of order cycles without a shortage",
        cycle_service_level,
    )
)
