"""Stock and what comes in time against an event's demand, item by item."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.outputs_event import READINESS
from domain.periods import Day, as_days
from domain.terms import Floats, Integers, Panel
from forecasting.result import Forecast
from optimization.cycles import latest_order_days
from planning.dataset import Dataset
from planning.event.cover import LEVELS, cover
from planning.event.occurrences import Times
from planning.item_terms import Terms
from planning.presales import PRESALE, conversions
from planning.problem import how_to_order
from planning.report.orders import MONEY_DIGITS, UNIT_DIGITS
from planning.supply import OpenOrders, Stock, row_of

SHOWN = {"demand_q50": 0.5, "demand_q90": 0.9, "demand_q95": 0.95, "demand_q99": 0.99}
TOO_LATE = -1


def readiness_frame(
    dataset: Dataset,
    terms: Terms,
    stock: Stock,
    coming: OpenOrders,
    made: Forecast,
    panel: Panel,
    times: Times,
) -> pd.DataFrame:
    """A row per series planned for stock that the event concerns, most money missing first."""
    frame, as_of = terms.frame, panel.calendar.as_of
    opens, closes, concerned = _days(times, frame, as_of)
    rows = np.flatnonzero(concerned & (frame["planned"] == "stock").to_numpy())
    item = frame.iloc[rows].reset_index(drop=True)
    start, end = opens[rows, None], closes[rows, None]
    target = _target(item, dataset)
    before, _ = made.windows(np.zeros_like(start), start - 1, np.zeros(0), rows)
    before = np.where(start[:, 0] > 1, before[:, 0], 0.0)
    on_hand = (stock.usable - stock.backordered)[rows]
    due = coming.usable_by(opens[:, None])[rows, 0]
    there = np.maximum(on_hand + due - before, 0.0)
    found = cover(made, coming, rows, opens[rows], closes[rows], there, target)
    price = item["unit_price"].where(item["unit_price"].notna(), item["unit_cost"])
    terms_of, calendars = how_to_order(dataset, item, as_of)
    latest = latest_order_days(as_of, found.needed, terms_of, calendars)
    result = pd.DataFrame(
        {
            "sku": item["sku"],
            "location": item["location"],
            "description": item["description"],
            "category": item["category"],
            "supplier": item["supplier"],
            "starts_on": _dates(start[:, 0], as_of),
            "ends_on": _dates(end[:, 0], as_of),
            "on_hand": on_hand,
            "due_before": due,
            "demand_before": before,
            "available": there,
            "due_during": found.due_during,
            "presale_units": _presale(dataset, frame, as_of, opens, closes)[rows],
            "demand_mean": found.mean,
            **{name: found.quantiles[:, np.searchsorted(LEVELS, q)] for name, q in SHOWN.items()},
            "target_level": target,
            "probability_covered": found.probability,
            "missing_units": found.missing,
            "missing_value": found.missing * pd.to_numeric(price).to_numpy(np.float64),
            "currency": item["currency"],
            "needed_on": _dates(found.needed, as_of),
            "last_order_on": _dates(latest, as_of),
            "too_late": (latest == TOO_LATE) & (found.missing > 0),
        }
    )
    return _written(result)


def _written(result: pd.DataFrame) -> pd.DataFrame:
    """Rounded, the most money missing first."""
    for column in READINESS.columns:
        if column.unit == "units":
            result[column.name] = result[column.name].round(UNIT_DIGITS) + 0.0
    result["missing_value"] = result["missing_value"].round(MONEY_DIGITS) + 0.0
    result["probability_covered"] = result["probability_covered"].round(UNIT_DIGITS)
    ranked = result.sort_values(
        ["missing_value", "missing_units", "sku", "location"],
        ascending=[False, False, True, True],
        ignore_index=True,
    )
    return ranked[list(READINESS.names)]


def _target(item: pd.DataFrame, dataset: Dataset) -> Floats:
    """Probability of covering the event that is asked for [S]: the item's, else the settings'."""
    typed = pd.to_numeric(item["cycle_service_level"]).to_numpy(np.float64)
    return np.where(np.isnan(typed), dataset.settings.cycle_service_level, typed)


def _days(times: Times, frame: pd.DataFrame, as_of: Day) -> tuple[Integers, Integers, np.ndarray]:
    """First and last day of the event for each series, in days from `as_of`, and whom it concerns.

    Of an event that has begun, the days that are left.
    """
    opens, closes = (np.full(len(frame), value, np.int64) for value in (1, 1))
    concerned = np.zeros(len(frame), np.bool_)
    for each in sorted(times.coming, key=lambda one: (one.location != "", one.starts)):
        mine = np.ones(len(frame), np.bool_)
        if each.location:
            mine = (frame["location"] == each.location).to_numpy(np.bool_)
        first, last = (
            int((as_days(day)[()] - as_of).astype(np.int64)) for day in (each.starts, each.ends)
        )
        opens[mine], closes[mine] = max(first, 1), last
        concerned |= mine
    return opens, closes, concerned


def _dates(days: Integers, as_of: Day) -> np.ndarray:
    """Calendar days from days after `as_of`; NaT where it is too late."""
    found = (as_of + days.astype("timedelta64[D]")).astype("datetime64[s]")
    found[days == TOO_LATE] = np.datetime64("NaT")
    return np.asarray(found)


def _presale(
    dataset: Dataset, frame: pd.DataFrame, as_of: Day, opens: Integers, closes: Integers
) -> Floats:
    """Units signed up for that are to leave within the event, by their conversion [S]."""
    total = np.zeros(len(frame))
    table = dataset.table("customer_orders")
    if table is None:
        return total
    presale = table[table["kind"] == PRESALE]
    rows = row_of(frame, presale)
    day = (presale["ship_on"].to_numpy().astype("datetime64[D]") - as_of).astype(np.int64)
    inside = (rows >= 0) & (day >= opens[rows]) & (day <= closes[rows])
    believed = conversions(table, as_of)[(table["kind"] == PRESALE).to_numpy()]
    left = np.maximum(presale["quantity"] * believed - presale["quantity_shipped"], 0.0)
    np.add.at(total, rows[inside], left.to_numpy(np.float64)[inside])
    return total
