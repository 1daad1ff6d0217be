"""Planners' adjustments in words and as records: what was changed, by whom and why."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from domain.tables_planners import ADD, MULTIPLY, REPLACE
from planning.quality.doubt import counted, shown


def adjustment_sentences(adjustments: pd.DataFrame | None) -> list[str]:
    """A sentence per adjustment that has a say in the forecast, in the order they hold."""
    if adjustments is None:
        return []
    return [_sentence(row) for _, row in adjustments.iterrows()]


def adjustment_records(adjustments: pd.DataFrame | None) -> list[dict[str, Any]]:
    """The same for machines."""
    if adjustments is None:
        return []
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for _, row in adjustments.iterrows()
    ]


def scope(row: pd.Series) -> str:
    """What an adjustment is about, in words."""
    names = [
        *([str(row["sku"])] if pd.notna(row["sku"]) else []),
        *([f"category {row['category']}"] if pd.notna(row["category"]) else []),
    ]
    place = f"at {row['location']}" if pd.notna(row["location"]) else "everywhere"
    return f"{' in '.join(names) or 'all items'} {place}"


def change(row: pd.Series) -> str:
    """What it does, in words."""
    value = float(row["value"])
    words = {
        ADD: f"{shown(abs(value))} units {'fewer' if value < 0 else 'more'}",
        MULTIPLY: f"{shown(value)} times as many",
        REPLACE: f"{shown(value)} units instead",
    }
    return words[str(row["how"])]


def _sentence(row: pd.Series) -> str:
    said = f", said on {_day(row['made_on'])}" if pd.notna(row["made_on"]) else ""
    who = f" by {row['made_by']}" if pd.notna(row["made_by"]) else ""
    why = f": {row['reason']}" if pd.notna(row["reason"]) else ""
    return (
        f"Forecast adjusted{who}{said}: {scope(row)}, {change(row)} from {_day(row['starts_on'])}"
        f" to {_day(row['ends_on'])}{why} ({shown(round(row['units_before'], 1))} →"
        f" {shown(round(row['units_after'], 1))} units expected of"
        f" {counted(int(row['series']), 'sku-location')})."
    )


def _day(value: object) -> str:
    return str(np.datetime64(value, "D"))  # type: ignore[call-overload]


def _plain(value: object) -> object:
    """A value JSON can hold: days as text, missing as null."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return _day(value)
    return value.item() if isinstance(value, np.generic) else value
