"""Rows of any declared table, drawn from its declaration, and what reading them must give."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from domain.cells.numbers import whole_dtype
from domain.columns import Column, Kind, Table

UGLY_TEXTS = ("NA", "007", "7", "1e5", "a,b", '"q"', "茶", "null", "nan", "TRUE", "a\nb", "'", "0")
Row = dict[str, Any]
ANY_DAYS = st.dates(dt.date(1900, 1, 1), dt.date(9999, 12, 31))
# Sales ten years from all others are refused: a dataset is drawn within two.
TWO_YEARS = st.dates(dt.date(2023, 1, 1), dt.date(2024, 12, 31))


@dataclass(frozen=True)
class Drawn:
    """A table's rows as they may be written, and the typed frame that reading must give."""

    table: Table
    rows: list[Row]
    expected: pd.DataFrame


def texts() -> st.SearchStrategy[str]:
    """Text of one line or two, without blanks around it."""
    letters = st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn", "Co"))
    # A # may begin the name of a spreadsheet's error, which is refused.
    free = st.text(letters, min_size=1, max_size=8).filter(
        lambda text: text == text.strip() and not text.startswith("#")
    )
    return st.one_of(st.sampled_from(UGLY_TEXTS), free)


def cells(column: Column, days: st.SearchStrategy[dt.date] = ANY_DAYS) -> st.SearchStrategy[Any]:
    """Values a column may hold; None, where it may be blank."""
    values: st.SearchStrategy[Any]
    if column.name == "order_weekdays":
        values = st.sampled_from(["1234567", "135", "7"])
    elif column.kind is Kind.TEXT:
        values = texts()
    elif column.kind is Kind.CHOICE:
        values = st.sampled_from(column.choices)
    elif column.kind is Kind.BOOLEAN:
        values = st.booleans()
    elif column.kind is Kind.DATE:
        values = days
    elif column.kind is Kind.INTEGER:
        values = st.integers(int(column.minimum or 0), int(column.maximum or 10**9))
    else:
        values = st.floats(
            0.0 if column.minimum is None else column.minimum,
            1e12 if column.maximum is None else column.maximum,
            exclude_min=column.exclusive_minimum,
            allow_nan=False,
            allow_subnormal=False,
        ).map(lambda number: number + 0.0)
    return values if column.required else st.one_of(st.none(), values)


@st.composite
def drawn_tables(
    draw: st.DrawFn,
    table: Table,
    min_rows: int = 1,
    max_rows: int = 8,
    days: st.SearchStrategy[dt.date] = ANY_DAYS,
) -> Drawn:
    """Rows of `table` with keys that differ, in any order."""
    row = st.fixed_dictionaries({column.name: cells(column, days) for column in table.columns})
    rows = draw(
        st.lists(
            row,
            min_size=min_rows,
            max_size=max_rows,
            unique_by=lambda row: tuple(str(_filled(row, table)[name]) for name in table.key),
        )
    )
    return Drawn(table, rows, typed(rows, table))


def _filled(row: Row, table: Table) -> Row:
    """A row with defaults in the place of blanks."""
    return {
        column.name: column.default if row[column.name] is None else row[column.name]
        for column in table.columns
    }


def typed(rows: list[Row], table: Table) -> pd.DataFrame:
    """The frame that reading `rows` must give: defaults filled in, typed, sorted by key."""
    filled = [_filled(row, table) for row in rows]
    filled.sort(key=lambda row: [_sortable(row[name]) for name in table.key])
    columns = {}
    for column in table.columns:
        values = [row[column.name] for row in filled]
        columns[column.name] = _typed_column(values, column)
    return pd.DataFrame(columns)


def _typed_column(values: list[Any], column: Column) -> pd.Series:
    """One column as the dataset promises it."""
    if column.kind in (Kind.TEXT, Kind.CHOICE):
        return pd.Series(values, dtype="str")
    if column.kind is Kind.BOOLEAN:
        return pd.Series(values, dtype="bool")
    if column.kind is Kind.DATE:
        days = ["NaT" if value is None else value.isoformat() for value in values]
        return pd.Series(np.array(days, dtype="datetime64[s]"))
    if column.kind is Kind.INTEGER:
        return pd.Series(values, dtype=whole_dtype(column))
    return pd.Series(values, dtype="float64")


def _sortable(value: Any) -> tuple[bool, Any]:
    """Missing values first, then by value; text by its code points."""
    return (value is not None, "" if value is None else value)
