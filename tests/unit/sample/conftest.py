"""Small hand-made invoices in the source's own columns."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Line = tuple[str, str, int, str, float, float | None]
COLUMNS = ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"]


def transactions(*lines: Line, country: str = "United Kingdom") -> pd.DataFrame:
    """The source's table: invoice, code, quantity, moment, price, customer of each line."""
    table = pd.DataFrame(lines, columns=COLUMNS)
    table["InvoiceDate"] = pd.to_datetime(table["InvoiceDate"])
    table["CustomerID"] = table["CustomerID"].astype(float)
    table.insert(2, "Description", "A THING")
    return table.assign(Country=country)


@pytest.fixture
def invoices() -> Callable[..., pd.DataFrame]:
    return transactions


@pytest.fixture
def a_season() -> pd.DataFrame:
    """Two products sold on every trading day of ten weeks, and the unfinished day after them."""
    days = [day for day in pd.date_range("2011-02-01", "2011-04-12") if day.weekday() != 5]
    lines: list[Line] = []
    for number, day in enumerate(days):
        moment = f"{day:%Y-%m-%d} 10:00"
        lines.append((str(540000 + number), "85123A", 12, moment, 2.55, 17850.0))
        lines.append((str(540000 + number), "22423", 1 + number % 3, moment, 12.75, 17850.0))
    return transactions(*lines)
