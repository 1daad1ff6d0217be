"""An event's readiness in numbers: what `summary.json` holds but steps and files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from planning.event.run import DURING, Readiness
from planning.report.orders import MONEY_DIGITS, UNIT_DIGITS
from planning.report.page_words import money


def summarize(found: Readiness) -> dict[str, Any]:
    """Counts, units and money of the coming event, and what past ones did in all."""
    items, times = found.items, found.times
    short = items["missing_units"] > 0
    last = items.loc[short & ~items["too_late"], "last_order_on"]
    return {
        "event": times.name,
        "as_of": str(found.calendar.as_of),
        "dataset": found.name,
        "starts_on": str(times.starts),
        "ends_on": str(times.ends),
        "currency": found.currency,
        "series": len(items),
        "ready": int((~short).sum()),
        "short": int(short.sum()),
        "too_late": int(items["too_late"].sum()),
        "missing_units": units(items["missing_units"].sum()),
        "missing_value": round(float(items["missing_value"].sum()), MONEY_DIGITS) + 0.0,
        "presale_units": units(items["presale_units"].sum()),
        "demand_mean": units(items["demand_mean"].sum()),
        "available": units(items["available"].sum()),
        "due_during": units(items["due_during"].sum()),
        "first_last_order_on": None if last.empty else str(last.min().date()),
        "past_events": found.measured,
        "uplift": _uplift(found.effects),
    }


def goods(summary: Mapping[str, Any]) -> str:
    """What is missing, at its price: with its currency, or said to be money where that has no name.

    >>> goods({"missing_value": 1200.0, "currency": "EUR"})
    'EUR\xa01,200'
    >>> goods({"missing_value": 1200.0, "currency": ""})
    'goods worth 1,200'
    """
    text = money(summary["missing_value"], summary["currency"])
    return text if summary["currency"] else f"goods worth {text}"


def units(value: float) -> float:
    """Units as they are written."""
    return round(float(value), UNIT_DIGITS) + 0.0


def _uplift(effects: pd.DataFrame) -> float | None:
    """Demand of past events over the usual, all items together; None without any."""
    rows = effects[(effects["phase"] == DURING) & (effects["level"] == "category")]
    usual = float(rows["usual_units"].sum()) if len(rows) else 0.0
    return round(float(rows["units"].sum()) / usual, UNIT_DIGITS) if usual > 0 else None
