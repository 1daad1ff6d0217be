"""Days of inventory: turnover said in days."""

from __future__ import annotations

from domain.kpis import KPIS, Kpi
from domain.kpis.turnover import turnover
from domain.periods import DAYS_PER_YEAR


def days_of_inventory(
    cost_of_goods_sold: float, average_inventory_value: float, window_days: float
) -> float | None:
    """Days the stock would last at the pace of past sales; None where nothing was sold.

    Formula: 365 / turnover.
    Window: that of `turnover`, past sales; `days_of_cover` looks ahead.
    Unit: days.
    Source: DESIGN §7.

    >>> days_of_inventory(cost_of_goods_sold=365.0, average_inventory_value=73.0, window_days=365.0)
    73.0
    """
    turns = turnover(cost_of_goods_sold, average_inventory_value, window_days)
    return DAYS_PER_YEAR / turns if turns else None


KPIS.register("days_of_inventory")(
    Kpi(
        "Days of inventory",
        "days",
        "less",
        "days the stock would last at the pace of past sales",
        days_of_inventory,
    )
)
