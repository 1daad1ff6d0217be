"""What customers have ordered for days ahead, as demand that is to come (DESIGN §3)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.periods import Day
from domain.terms import Floats, Integers, Panel
from forecasting.commitments import Ordered
from forecasting.result import Forecast
from planning.dataset import Dataset
from planning.presales import PRESALE, conversions, settled, share_on_top
from planning.supply import newest_stock, row_of


def with_customer_orders(
    made: Forecast, dataset: Dataset, series: pd.DataFrame, panel: Panel
) -> Forecast:
    """The forecast, knowing what customers have ordered already; itself where that is nothing.

    Of presales, the share that came on top of usual demand before is added to what is expected.
    """
    ordered = ordered_ahead(dataset, series, panel.calendar.as_of)
    table = dataset.table("customer_orders")
    if ordered is None or table is None:
        return made
    top = share_on_top(table, series, panel) if ordered.presale.any() else 0.0
    return made.committed_to(_on_top(ordered, top))


def _on_top(ordered: Ordered, share: float) -> Ordered:
    """The lines with a share of each presale on top of expected demand, the rest a floor."""
    if not share:
        return ordered
    split = np.flatnonzero(ordered.presale)
    units = ordered.units.copy()
    units[split] *= 1.0 - share
    more = ordered.units[split] * share
    kept = units > 0
    return Ordered(
        np.concatenate([ordered.series[kept], ordered.series[split]]),
        np.concatenate([ordered.day[kept], ordered.day[split]]),
        np.concatenate([units[kept], more]),
        np.concatenate([ordered.added[kept], np.ones(split.size, np.bool_)]),
        np.concatenate([ordered.presale[kept], ordered.presale[split]]),
    )


def ordered_ahead(dataset: Dataset, series: pd.DataFrame, as_of: Day) -> Ordered | None:
    """Units that are still to be shipped, by the day they leave; None where there are none.

    Late ones leave the day after `as_of`; of a presale what is expected to be bought counts, less
    what has left, until it is settled (`presales`). Sales dated by
    shipment do not hold any of it yet: it is a floor on demand. Sales dated by order hold
    confirmed orders already: what reserved and backordered units do not claim of the stock, the
    nearest first, is needed on top of the demand that is expected.
    """
    table = dataset.table("customer_orders")
    if table is None or table.empty:
        return None
    rows = row_of(series, table)
    presale = (table["kind"] == PRESALE).to_numpy(dtype=np.bool_)
    units = table["quantity"].to_numpy(np.float64) * conversions(table, as_of)
    units = np.maximum(units - table["quantity_shipped"].to_numpy(np.float64), 0.0)
    units[settled(table, as_of)] = 0.0
    day = np.maximum((_days(table["ship_on"]) - as_of).astype(np.int64), 1)
    held = ~presale if dataset.settings.sales_dated_by == "order" else np.zeros_like(presale)
    if held.any():
        claims = _claims(dataset, series, as_of)
        units[held] = _beyond(claims, rows[held], day[held], units[held])
    kept = (rows >= 0) & (units > 0)
    if not kept.any():
        return None
    return Ordered(rows[kept], day[kept], units[kept], held[kept], presale[kept])


def _days(column: pd.Series) -> np.ndarray:
    return np.asarray(column.to_numpy().astype("datetime64[D]"))


def _claims(dataset: Dataset, series: pd.DataFrame, as_of: Day) -> Floats:
    """Reserved and backordered units of each series [S]: promises that stock knows of."""
    claims = np.zeros(len(series))
    table = dataset.table("stock")
    if table is not None and len(table):
        newest = newest_stock(table, as_of)
        claims[row_of(series, newest)] = newest["reserved"] + newest["backordered"]
    return claims


def _beyond(claims: Floats, rows: Integers, day: Integers, units: Floats) -> Floats:
    """What is left of each line when the claims of its series have taken the nearest first."""
    order = np.lexsort((day, rows))
    found = pd.Series(units[order])
    through = found.groupby(rows[order]).cumsum().to_numpy()
    claimed = np.where(rows[order] >= 0, claims[rows[order]], 0.0)
    left = np.empty_like(units)
    left[order] = np.clip(through - claimed, 0.0, found.to_numpy())
    return left
