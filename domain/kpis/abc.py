"""ABC classes by yearly cost of demand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from domain.kpis import KPIS, Kpi
from domain.terms import Floats


def abc(
    yearly_cost_of_demand: Floats, a_share: float = 0.80, b_share: float = 0.95
) -> NDArray[np.str_]:
    """Class of each series: A for the few that make most of the cost of demand.

    Formula: series sorted by cost, largest first; A while the share of all cost before it is
    below `a_share`, B while below `b_share`, else C. Without demand C.
    Window: a year of demand at cost, or a shorter window as a yearly rate.
    Unit: class A, B or C, for each series.
    Source: DESIGN §7.

    `yearly_cost_of_demand`: money a year [S]; equal costs keep their order.

    >>> abc(np.array([5.0, 80.0, 15.0, 0.0])).tolist()
    ['C', 'A', 'B', 'C']
    """
    cost = np.asarray(yearly_cost_of_demand, dtype=np.float64)
    order = np.argsort(-cost, kind="stable")
    total = float(cost.sum())
    share_before = np.ones(cost.size)
    if total > 0:
        share_before[order] = (np.cumsum(cost[order]) - cost[order]) / total
    nearly = 1e-9  # 0.8 summed in another order is still 0.8
    return np.select(
        [
            (cost > 0) & (share_before < a_share - nearly),
            (cost > 0) & (share_before < b_share - nearly),
        ],
        ["A", "B"],
        "C",
    )


KPIS.register("abc")(
    Kpi("ABC class", "class", "", "A: the few that make most of the yearly cost of demand", abc)
)
