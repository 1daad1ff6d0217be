"""Inventory turnover (库存周转率)."""

from __future__ import annotations

from domain.kpis import KPIS, Kpi
from domain.periods import DAYS_PER_YEAR


def turnover(
    cost_of_goods_sold: float, average_inventory_value: float, window_days: float
) -> float | None:
    """How many times a year the stock is sold; None without stock or window.

    Formula: cost_of_goods_sold · 365 / window_days / average_inventory_value, all at cost.
    Window: the same `window_days` for sales and average stock; from one snapshot of stock it
    is "at today's stock".
    Unit: per year.
    Source: DESIGN §7.

    >>> turnover(cost_of_goods_sold=300.0, average_inventory_value=200.0, window_days=73.0)
    7.5
    """
    if average_inventory_value <= 0 or window_days <= 0:
        return None
    return cost_of_goods_sold * DAYS_PER_YEAR / window_days / average_inventory_value


KPIS.register("turnover")(
    Kpi(
        "Turnover",
        "per year",
        "more",
        "how many times a year the stock is sold, at cost",
        turnover,
    )
)
