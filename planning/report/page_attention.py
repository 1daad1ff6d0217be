"""What needs a person: stock-outs, open orders, stock that does not move, doubts in the data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.outputs import EXCEPTIONS, INVENTORY
from planning.report.page_frames import Row, complete, rows

SHOWN = 15
OPEN_ORDER_KINDS = {
    "expedite": "Expedite",
    "overdue": "Overdue",
    "cancel": "Cancel",
    "postpone": "Postpone",
}
STOCK_KINDS = ("excess", "slow_moving")  # shown from the inventory, with both columns
OUT_NOW, OUT_AHEAD = "stockout_now", "stockout_ahead"


@dataclass(frozen=True)
class Listing:
    """The first rows of something, and how much of it there is."""

    rows: tuple[Row, ...]
    count: int
    money: float

    @property
    def hidden(self) -> int:
        """Rows that only the file has."""
        return self.count - len(self.rows)

    def tells(self, column: str) -> bool:
        """Whether a row that is shown holds anything but blank, nothing and 0 in a column."""
        return any(pd.notna(row[column]) and bool(row[column]) for row in self.rows)


@dataclass(frozen=True)
class Attention:
    """Everything that needs a person, the most money first."""

    out_now: Listing
    out_ahead: Listing
    open_orders: Listing
    doubts: Listing


@dataclass(frozen=True)
class Stock:
    """What lies in stock, and what of it does not move."""

    idle: Listing  # sku-locations with slow-moving or excess stock
    series: int
    value: float
    slow_value: float
    excess_value: float
    places: bool

    @property
    def slow_share(self) -> float | None:
        """Share of the stock's value that is slow-moving; None without stock."""
        return self.slow_value / self.value if self.value > 0 else None


def attention_of(frame: pd.DataFrame) -> Attention:
    """The exceptions, sorted into the page's sections; no kind is left out."""
    exceptions = complete(frame, EXCEPTIONS).sort_values("rank", kind="stable")
    kind = exceptions["kind"]
    placed = kind.isin([OUT_NOW, OUT_AHEAD, *OPEN_ORDER_KINDS, *STOCK_KINDS])
    return Attention(
        out_now=_listing(exceptions[kind == OUT_NOW]),
        out_ahead=_listing(exceptions[kind == OUT_AHEAD]),
        open_orders=_listing(exceptions[kind.isin(list(OPEN_ORDER_KINDS))]),
        doubts=_listing(exceptions[~placed]),
    )


def stock_of(frame: pd.DataFrame) -> Stock:
    """The stock that does not move, the most money first."""
    inventory = complete(frame, INVENTORY)
    idle_value = np.fmax(inventory["slow_moving_value"], inventory["excess_value"]).fillna(0.0)
    idle = inventory.assign(money=idle_value)[idle_value > 0]
    idle = idle.sort_values("money", ascending=False, kind="stable")
    return Stock(
        idle=_listing(idle),
        series=len(inventory),
        value=float(inventory["stock_value"].sum()),
        slow_value=float(inventory["slow_moving_value"].sum()),
        excess_value=float(inventory["excess_value"].sum()),
        places=inventory["location"].nunique() > 1,
    )


def _listing(frame: pd.DataFrame) -> Listing:
    return Listing(rows(frame.head(SHOWN)), len(frame), float(frame["money"].sum()))
