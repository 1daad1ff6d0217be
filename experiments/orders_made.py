"""Orders as they were placed, and what came of them: from `open_orders` and `receipts`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planning.dataset import Dataset

NEVER_MADE = ("cancelled", "canceled", "draft")
"""Words an ERP uses for orders that were not placed, or taken back."""
LINE = ["order_id", "line_id", "sku", "location"]
PARTS = ("sku", "location", "ordered_on", "quantity", "due_on", "usable_on")
A_DAY = pd.Timedelta(days=1)


def orders_made(dataset: Dataset) -> pd.DataFrame | None:
    """Units ordered: sku, location, ordered_on, quantity, a row per day; None: none recorded."""
    parts = order_parts(dataset)
    if parts is None:
        return None
    days = ["sku", "location", "ordered_on"]
    return parts.groupby(days, as_index=False, sort=True)["quantity"].sum()


def order_parts(dataset: Dataset) -> pd.DataFrame | None:
    """`PARTS`, a row per part of an order line; None where no order says when it was placed.

    `due_on`: day at whose opening it was promised on the shelf, NaT where nobody said;
    `usable_on`: day at whose opening it was there, the day after it came in as lead times have it
    (DESIGN §4), NaT where it has not come. Units that an open line has received without a row of
    `receipts` count from the day they were due. Transfers are no orders.
    """
    received, lines = _received(dataset), _open_lines(dataset)
    if lines is not None and received is not None:
        moved = lines.loc[lines["kind"] == "transfer", LINE]
        received = received[~_keys(received).isin(_keys(moved))]
    parts = [] if received is None else [received]
    if lines is not None:
        parts += _still_open(lines[lines["kind"] == "purchase"], received)
    parts = [part[[*PARTS]] for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else None


def _received(dataset: Dataset) -> pd.DataFrame | None:
    """Parts that came in, as `receipts` has them."""
    table = dataset.table("receipts")
    if table is None:
        return None
    came = _as_text(table[table["quantity"] > 0])
    return came.assign(due_on=came["promised_on"] + A_DAY, usable_on=came["received_on"] + A_DAY)


def _open_lines(dataset: Dataset) -> pd.DataFrame | None:
    """Lines of `open_orders` that were placed, with the day."""
    table = dataset.table("open_orders")
    if table is None:
        return None
    placed = table["ordered_on"].notna() & ~table["status"].str.lower().isin(NEVER_MADE)
    return _as_text(table[placed])


def _still_open(lines: pd.DataFrame, received: pd.DataFrame | None) -> list[pd.DataFrame]:
    """What of open lines came on a day that no receipt tells, and what has not come."""
    dated = np.zeros(len(lines))
    if received is not None:
        units = received.groupby(LINE, sort=False)["quantity"].sum()
        dated = units.reindex(_keys(lines)).fillna(0.0).to_numpy(np.float64)
    came = np.maximum(lines["quantity_received"].to_numpy(np.float64), dated)
    left = np.maximum(lines["quantity"].to_numpy(np.float64) - came, 0.0)
    undated = lines.assign(quantity=came - dated, usable_on=lines["due_on"])
    to_come = lines.assign(quantity=left, usable_on=pd.NaT)
    to_come["usable_on"] = to_come["usable_on"].astype(lines["due_on"].dtype)
    return [part[part["quantity"] > 0] for part in (undated, to_come)]


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype(dict.fromkeys(LINE, "str"))


def _keys(table: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(table[LINE])
