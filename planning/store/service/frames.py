"""Frames of declared tables as Arrow tables and as rows of JSON, and back, checked again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from domain.columns import Column, Kind, Table
from planning.store.arrow import raw_column
from planning.store.raw import RawTable
from planning.store.read import read_raw, refuse_bad_cells
from planning.store.service.records import Json

ARROW_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.CHOICE: pa.string(),
    Kind.NUMBER: pa.float64(),
    Kind.INTEGER: pa.int64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
}
BLOCK_ROWS = 1_000_000


def arrow_schema(table: Table) -> pa.Schema:
    """The declared columns by their types."""
    return pa.schema([(column.name, ARROW_TYPES[column.kind]) for column in table.columns])


def as_arrow(frame: pd.DataFrame, table: Table) -> pa.Table:
    """A frame as Arrow, missing values as nulls; a column it lacks is null throughout."""
    return pa.table({c.name: _arrow_column(frame, c) for c in table.columns})


def _arrow_column(frame: pd.DataFrame, column: Column) -> pa.Array:
    kind = ARROW_TYPES[column.kind]
    if column.name not in frame:
        return pa.nulls(len(frame), kind)
    values = pa.Array.from_pandas(frame[column.name])
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if column.kind is Kind.INTEGER and pa.types.is_floating(values.type):
        return values.cast(kind)  # whole numbers of which one may be missing
    return values.cast(kind)


def json_rows(frame: pd.DataFrame, table: Table) -> list[dict[str, Any]]:
    """A frame's rows as JSON values: days as ISO text, missing values left out."""
    arrow = as_arrow(frame, table)
    columns = {
        c.name: arrow[c.name].cast(pa.string()) if c.kind is Kind.DATE else arrow[c.name]
        for c in table.columns
    }
    names = list(columns)
    values = zip(*(column.to_pylist() for column in columns.values()), strict=True)
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in values
    ]


def arrow_of_rows(rows: Sequence[Json], table: Table) -> pa.Table:
    """Rows that `json_rows` wrote as Arrow; days stay text."""
    columns = {
        c.name: pa.array(
            [row.get(c.name) for row in rows],
            pa.string() if c.kind is Kind.DATE else ARROW_TYPES[c.kind],
        )
        for c in table.columns
    }
    return pa.table(columns)


def checked_frame(raw: RawTable, table: Table) -> pd.DataFrame:
    """The rows of a raw table, typed, checked, sorted by key; DataError with the bad cells."""
    reading = read_raw(raw, table.as_read(), [])
    refuse_bad_cells(raw.file, {table.name: reading})
    return reading.parsed.frame


class ArrowTable:
    """An Arrow table read like a file (`planning.store.raw.RawTable`); a line is a row's number."""

    def __init__(self, file: str, arrow: pa.Table) -> None:
        self.file = file
        self.arrow = arrow
        self.header: tuple[str, ...] = tuple(arrow.schema.names)

    def blocks(self, table: Table, names: Sequence[str]) -> Iterator[pd.DataFrame]:
        """See `RawTable.blocks`."""
        for begin in range(0, max(self.arrow.num_rows, 1), BLOCK_ROWS):
            part = self.arrow.slice(begin, BLOCK_ROWS)
            raw = {n: raw_column(part[n], table.column(n), self.file) for n in names}
            yield pd.DataFrame(raw, copy=False)

    def lines(self, rows: Sequence[int]) -> list[int]:
        """See `RawTable.lines`."""
        return [row + 1 for row in rows]


def key_of(values: Mapping[str, Any], table: Table) -> tuple[str | float | None, ...]:
    """A row's key."""
    return tuple(values.get(name) for name in table.key)


def key_text(key: Sequence[str | float | None]) -> str:
    """A key as text that is the same for the same key: numbers as floats, all of it ASCII."""
    return json.dumps(
        [float(v) if isinstance(v, int | float) else v for v in key], separators=(",", ":")
    )
