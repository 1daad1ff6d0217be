"""Stock-to-sales ratio (库销比)."""

from __future__ import annotations

from domain.kpis import KPIS, Kpi
from domain.periods import DAYS_PER_YEAR

MONTHS_PER_YEAR = 12


def stock_to_sales(
    inventory_value: float, cost_of_goods_sold: float, window_days: float
) -> float | None:
    """Months of sales that lie in stock; None where nothing was sold.

    Formula: inventory_value / (cost_of_goods_sold · 365 / window_days / 12), both at cost.
    Window: sales of `window_days`, stock at their end.
    Unit: months.
    Source: DESIGN §7.

    >>> stock_to_sales(inventory_value=300.0, cost_of_goods_sold=1200.0, window_days=365.0)
    3.0
    """
    if cost_of_goods_sold <= 0 or window_days <= 0:
        return None
    monthly = cost_of_goods_sold * DAYS_PER_YEAR / window_days / MONTHS_PER_YEAR
    return inventory_value / monthly


KPIS.register("stock_to_sales")(
    Kpi(
        "Stock to sales",
        "months",
        "less",
        "months of sales that lie in stock, at cost",
        stock_to_sales,
    )
)
