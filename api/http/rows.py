"""Rows of a declared table out of JSON, judged by the same declarations as files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from api.http.problems import Refusal
from domain.columns import Column, Kind, Table
from domain.errors import SHOWN_PROBLEMS
from domain.parsing import TableParser

LONGEST_IDENTIFIER = 200
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
Row = Mapping[str, Any]
Told = dict[str, Any]
"""A refused cell: row (from 0), column, value, why."""
KINDS: dict[Kind, tuple[type | tuple[type, ...], str]] = {
    Kind.TEXT: (str, "text"),
    Kind.CHOICE: (str, "text"),
    Kind.DATE: (str, "a day as text, YYYY-MM-DD"),
    Kind.NUMBER: ((int, float), "a number"),
    Kind.INTEGER: ((int, float), "a whole number"),
    Kind.BOOLEAN: (bool, "true or false"),
}


@dataclass(frozen=True)
class Judged:
    """Rows as a typed frame (empty where any was refused), and every refused cell."""

    frame: pd.DataFrame
    errors: list[Told]
    count: int  # of refused cells, more than are told


def judge(rows: Sequence[Row], table: Table) -> Judged:
    """All rows, or what is wrong with them."""
    errors = [error for place, row in enumerate(rows) for error in _faults(place, row, table)]
    if errors:
        return Judged(pd.DataFrame(), errors, len(errors))
    if not rows:
        return Judged(pd.DataFrame(), [], 0)
    names = [name for name in table.names if any(name in row for row in rows)]
    parser = TableParser(table.as_read(), names)
    parser.add(pd.DataFrame({n: _raw([r.get(n) for r in rows], table.column(n)) for n in names}))
    parsed = parser.finish()
    told = [
        {
            "row": fault.row,
            "column": fault.column,
            "value": fault.value,
            "why": fault.why if fault.other is None else f"is also the key of row {fault.other}",
        }
        for fault in parsed.faults.first
    ]
    return Judged(parsed.frame, told, parsed.faults.count)


def judge_each(rows: Sequence[Row], table: Table) -> tuple[pd.DataFrame, list[Told], int]:
    """The good rows as a frame, what is wrong with the others, and how many rows those are."""
    left = list(range(len(rows)))
    told: list[Told] = []
    bad: set[int] = set()
    while left:
        judged = judge([rows[place] for place in left], table)
        if not judged.count:
            return judged.frame, told, len(bad)
        errors = [{**error, "row": left[error["row"]]} for error in judged.errors]
        told += errors
        found = {error["row"] for error in errors}
        bad |= found
        left = [place for place in left if place not in found]
    return pd.DataFrame(), told, len(bad)


def refuse(judged: Judged, where: str) -> None:
    """Raise with the first refused cells, where there are any."""
    if not judged.count:
        return
    first = judged.errors[0]
    what = f"{judged.count:,} cells are refused; the first: row {first['row']}, {first['column']}:"
    raise Refusal(
        "invalid-rows",
        f"{what} {first['why']}",
        where,
        "Mend the cells that are named, or keep the good rows with ?partial=true.",
        judged.errors[:SHOWN_PROBLEMS],
    )


def _faults(place: int, row: Row, table: Table) -> list[Told]:
    """What is wrong with a row before its values are read: names, kinds, characters, length."""
    found = []
    for name, value in row.items():
        if name not in table.names:
            why = f"is no column of {table.name}: {', '.join(table.names)}"
            found.append({"row": place, "column": name[:80], "value": None, "why": why})
        elif value is not None:
            why = _why_not(value, table.column(name), name in table.key)
            if why:
                shown = repr(value)[:80]
                found.append({"row": place, "column": name, "value": shown, "why": why})
    missing = [name for name in table.required_names if row.get(name) is None]
    for name in missing:
        why = "is blank, and a value is needed"
        found.append({"row": place, "column": name, "value": None, "why": why})
    return found


def _why_not(value: Any, column: Column, is_key: bool) -> str:
    """Why a value cannot be this column's; empty where it can."""
    kinds, words = KINDS[column.kind]
    if not isinstance(value, kinds) or (
        isinstance(value, bool) and column.kind is not Kind.BOOLEAN
    ):
        return f"is not {words}"
    if isinstance(value, str):
        if CONTROL.search(value):
            return "holds control characters"
        if is_key and len(value) > LONGEST_IDENTIFIER:
            return f"is longer than {LONGEST_IDENTIFIER} characters"
        if column.kind is Kind.DATE and not value.isascii():
            return "is no date written as YYYY-MM-DD"
    return ""


def _raw(values: list[Any], column: Column) -> Any:
    """Values as `domain.cells.read` takes them."""
    if column.kind in (Kind.NUMBER, Kind.INTEGER):
        return np.array([np.nan if v is None else float(v) for v in values], dtype=np.float64)
    if column.kind is Kind.BOOLEAN:
        words = [None if v is None else str(v).lower() for v in values]
        return pd.Categorical(pd.Series(words, dtype="str"))
    return pd.Categorical(pd.Series(values, dtype="str"))
