"""A planner's word on the forecast: the `adjustments` table, applied to mean and spread."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from domain.periods import Day, as_days
from domain.tables_planners import ADD, ADJUSTMENTS, MULTIPLY, REPLACE
from domain.terms import Integers
from forecasting.reshaping import Cells, closed, opened
from forecasting.result import Forecast

ORDER = (REPLACE, MULTIPLY, ADD)
"""In which adjustments of one day and one width hold: none undoes the ones before."""
TOLD = (*ADJUSTMENTS.names, "series", "units_before", "units_after")


def adjusted(
    table: pd.DataFrame | None, series: pd.DataFrame, forecast: Forecast
) -> tuple[Forecast, pd.DataFrame]:
    """The forecast as planners would have it, and a row per adjustment that has a say in it.

    `series`: sku, location and category of each series. The frame has the columns of
    `adjustments` in the order they hold, and: series (how many it moves), units_before and
    units_after, expected within its days and the forecast's reach before and after it alone.
    Raises nothing: an adjustment of days or series the forecast does not have is left out.
    """
    ahead = _ahead(table, series, forecast)
    if ahead.empty:
        return forecast, pd.DataFrame(columns=list(TOLD))
    edges = np.concatenate([ahead["first"].to_numpy() - 1, ahead["last"].to_numpy()])
    everyone = np.unique(np.concatenate(list(ahead["rows"])))
    cells = opened(forecast, everyone, edges)
    told = [_apply(row, cells) for row in ahead.to_dict("records")]
    return closed(forecast, cells), pd.DataFrame(told)[list(TOLD)]


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Adjustments in the order in which they hold: see `domain.tables_planners`."""
    narrow = table["sku"].notna() * 4 + table["category"].notna() * 2 + table["location"].notna()
    rank = table["how"].map({how: place for place, how in enumerate(ORDER)})
    ranked = table.assign(_narrow=narrow, _rank=rank)
    by = ["made_on", "_narrow", "_rank"]
    return ranked.sort_values(by, na_position="first", kind="stable").drop(columns=by[1:])


def series_named(row: pd.Series, series: pd.DataFrame) -> Integers:
    """The series an adjustment names, by number, ascending."""
    named = np.ones(len(series), np.bool_)
    for name in ("sku", "category", "location"):
        if pd.notna(row[name]):
            named &= (series[name] == row[name]).to_numpy(dtype=np.bool_)
    return np.flatnonzero(named)


def days_ahead(column: pd.Series, as_of: Day) -> Integers:
    """Days from `as_of` to each date."""
    return np.asarray((as_days(column.to_numpy()) - as_of).astype(np.int64))


def _ahead(table: pd.DataFrame | None, series: pd.DataFrame, forecast: Forecast) -> pd.DataFrame:
    """Adjustments of days and series the forecast has: their first and last day, their rows."""
    if table is None or table.empty:
        return pd.DataFrame()
    as_of, reach = forecast.calendar.as_of, int(forecast.days[-1])
    first, last = days_ahead(table["starts_on"], as_of), days_ahead(table["ends_on"], as_of)
    frame = table.assign(
        first=np.maximum(first, 1),
        last=np.minimum(last, reach),
        share=0.0,
    )
    frame["share"] = (frame["last"] - frame["first"] + 1) / (last - first + 1)
    frame = in_order(frame[frame["share"] > 0])
    frame["rows"] = [series_named(row, series) for _, row in frame.iterrows()]
    return frame[frame["rows"].map(len) > 0]


def _apply(row: dict[str, object], cells: Cells) -> dict[str, object]:
    """Change the cells by one adjustment; the row with what it changed."""
    named, share = np.asarray(row["rows"], np.int64), float(row["share"])  # type: ignore[arg-type]
    value = float(row["value"])  # type: ignore[arg-type]
    rows = np.searchsorted(cells.series, named)
    span = cells.spanned(int(row["first"]), int(row["last"]))  # type: ignore[call-overload]
    before = float(cells.mean[rows, span].sum())
    change: dict[str, Callable[[], None]] = {
        MULTIPLY: lambda: cells.multiply(rows, span, value),
        ADD: lambda: cells.add(rows, span, share * value),
        REPLACE: lambda: cells.replace(rows, span, share * value),
    }
    change[str(row["how"])]()
    after = float(cells.mean[rows, span].sum())
    return {**row, "series": rows.size, "units_before": before, "units_after": after}
