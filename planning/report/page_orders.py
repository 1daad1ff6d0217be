"""What to order: the headline and the lines of each supplier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from domain.outputs import ORDERS
from planning.report.page_frames import Row, complete, rows

LINES_OF_A_SUPPLIER = 50
LINES_OF_THE_PAGE = 800
"""Keeps a plan of thousands of lines a page that can be mailed; orders.csv has every line."""
SUPPLIERS_OF_THE_PAGE = 200


@dataclass(frozen=True)
class SupplierOrder:
    """What to order from one supplier today."""

    supplier: str  # blank: none is known
    lines: int
    value: float
    saving: float
    share: float  # of the value of the largest supplier order, to draw it
    first_due: Any  # day the first goods can be on the shelf
    rows: tuple[Row, ...]  # the lines with most at stake
    hidden: int  # lines that only orders.csv has


@dataclass(frozen=True)
class Orders:
    """What to order today, the supplier with most at stake first."""

    lines: int
    suppliers: int
    moved: int  # lines that come from another location
    units: float
    value: float
    saving: float
    by_supplier: tuple[SupplierOrder, ...]
    more_suppliers: int  # suppliers that only orders.csv has
    places: bool  # whether there is more than one location


def orders_of(frame: pd.DataFrame) -> Orders:
    """The orders as the page shows them."""
    orders = complete(frame, ORDERS)
    moved = orders["kind"] == "transfer"
    suppliers = orders.loc[~moved, "supplier"].nunique()
    source = "Transfer from " + orders["from_location"].fillna("").astype("str")
    orders = orders.assign(supplier=orders["supplier"].where(~moved, source))
    stakes = orders.groupby("supplier", sort=True)["saving"].sum()
    names = [str(name) for name in stakes.sort_values(ascending=False, kind="stable").index]
    largest = float(orders.groupby("supplier")["order_value"].sum().max() or 0.0)
    shown = 0
    groups = []
    for name in names[:SUPPLIERS_OF_THE_PAGE]:
        lines = orders[orders["supplier"] == name]
        room = min(LINES_OF_A_SUPPLIER, LINES_OF_THE_PAGE - shown)
        shown += min(room, len(lines))
        groups.append(_supplier(name, lines, room, largest))
    return Orders(
        lines=len(orders),
        suppliers=suppliers,
        moved=int(moved.sum()),
        units=float(orders["quantity"].sum()),
        value=float(orders["order_value"].sum()),
        saving=float(orders["saving"].sum()),
        by_supplier=tuple(groups),
        more_suppliers=max(0, len(names) - SUPPLIERS_OF_THE_PAGE),
        places=orders["location"].nunique() > 1,
    )


def _supplier(name: str, lines: pd.DataFrame, room: int, largest: float) -> SupplierOrder:
    first = lines.sort_values("saving", ascending=False, kind="stable").head(room)
    value = float(lines["order_value"].sum())
    return SupplierOrder(
        supplier=name,
        lines=len(lines),
        value=value,
        saving=float(lines["saving"].sum()),
        share=value / largest if largest > 0 else 0.0,
        first_due=lines["due_on"].min(),
        rows=rows(first),
        hidden=len(lines) - len(first),
    )
