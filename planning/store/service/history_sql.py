"""Conditions on rows of history in SQL, as Delta Lake takes them; text is quoted, never read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
from pyarrow.compute import min_max

from domain.columns import Column, Kind, Table
from domain.errors import DataError
from planning.store.service.records import Json

NO_DAY = "0001-01-01"
"""Stands for a missing day where keys are compared."""


def comparable(column: Column) -> str:
    """A key column in SQL; a missing day compares as a day of its own."""
    if column.required or column.default is not None:
        return f'"{column.name}"'
    return f"coalesce(\"{column.name}\", DATE '{NO_DAY}')"


def same_key(table: Table) -> str:
    """Whether a row of the source `s` and one of the target `t` have the same key."""
    parts = []
    for name in table.key:
        column = table.column(name)
        same = f't."{name}" = s."{name}"'
        if not column.required and column.default is None:
            same = f'({same} OR (t."{name}" IS NULL AND s."{name}" IS NULL))'
        parts.append(same)
    return " AND ".join(parts)


def same_days(rows: pa.Table) -> str:
    """That a row lies between the first and the last day of the source: other files are not read.

    Nothing where a day is missing.
    """
    dates = rows.column("date") if "date" in rows.column_names else None
    if dates is None or not len(dates) or dates.null_count:
        return ""
    ends = min_max(dates).as_py()
    return f""" AND t."date" >= DATE '{ends["min"]}' AND t."date" <= DATE '{ends["max"]}'"""


def having(table: Table, where: Json) -> str:
    """The condition that columns have a value, or one of a list of values."""
    parts = []
    for name, wanted in where.items():
        column = table.column(name)
        if wanted is None:
            parts.append(f'"{name}" IS NULL')
            continue
        values = wanted if isinstance(wanted, list | tuple) else [wanted]
        parts.append(f'"{name}" IN ({", ".join(literal(column, value) for value in values)})')
    return " AND ".join(parts) or "TRUE"


def literal(column: Column, value: Any) -> str:
    """A value in SQL: text quoted, so that no text is read as anything else."""
    try:
        if column.kind is Kind.DATE:
            return f"DATE '{dt.date.fromisoformat(NO_DAY if value is None else value)}'"
        if column.kind in (Kind.NUMBER, Kind.INTEGER):
            return repr(float(value))
    except (TypeError, ValueError) as error:
        raise DataError(
            f"{value!r} is no {column.kind.value}", column.name, "Ask for a value it can have."
        ) from error
    if column.kind is Kind.BOOLEAN:
        return "TRUE" if value else "FALSE"
    quoted = str(value).replace("'", "''")
    return f"'{quoted}'"
