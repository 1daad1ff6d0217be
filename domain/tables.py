"""Every table of a dataset (DESIGN §3), each declared by topic when something uses it."""

from __future__ import annotations

from domain.columns import Table
from domain.tables_demand import CUSTOMER_ORDERS, EVENTS, PROMOTIONS, SALES
from domain.tables_items import BUNDLES, ITEMS
from domain.tables_limits import LINEAR_LIMIT_WEIGHTS, LINEAR_LIMITS
from domain.tables_planners import ADJUSTMENTS
from domain.tables_stock import LOCATIONS, STOCK
from domain.tables_supply import (
    CLOSURES,
    CURRENCIES,
    ITEM_SUPPLIERS,
    OPEN_ORDERS,
    RECEIPTS,
    SUPPLIERS,
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        SALES,
        ITEMS,
        BUNDLES,
        SUPPLIERS,
        ITEM_SUPPLIERS,
        STOCK,
        OPEN_ORDERS,
        RECEIPTS,
        LOCATIONS,
        EVENTS,
        PROMOTIONS,
        CUSTOMER_ORDERS,
        CLOSURES,
        CURRENCIES,
        ADJUSTMENTS,
        LINEAR_LIMITS,
        LINEAR_LIMIT_WEIGHTS,
    )
}
