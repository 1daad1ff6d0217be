"""Gross margin return on inventory investment."""

from __future__ import annotations

from domain.kpis import KPIS, Kpi
from domain.periods import DAYS_PER_YEAR


def gmroi(
    revenue: float | None,
    cost_of_goods_sold: float,
    average_inventory_value: float,
    window_days: float,
) -> float | None:
    """Gross margin a year for each unit of money in stock; None without prices or stock.

    Formula: (revenue - cost_of_goods_sold) · 365 / window_days / average_inventory_value.
    Window: the same `window_days` for margin and average stock.
    Unit: per year (money a year for each unit of money in stock).
    Source: DESIGN §7.

    `revenue`: money, net of tax; None where prices are not known.

    >>> gmroi(500.0, 300.0, average_inventory_value=100.0, window_days=365.0)
    2.0
    """
    if revenue is None or average_inventory_value <= 0 or window_days <= 0:
        return None
    margin = revenue - cost_of_goods_sold
    return margin * DAYS_PER_YEAR / window_days / average_inventory_value


KPIS.register("gmroi")(
    Kpi(
        "GMROI",
        "per year",
        "more",
        "gross margin a year for each unit of money in stock",
        gmroi,
    )
)
