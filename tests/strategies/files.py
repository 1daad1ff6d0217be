"""Rows of a table written as a user might: CSV, gzipped CSV, Parquet or XLSX."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from domain.columns import Kind, Table
from planning.store.formats.sql import SOURCE_VARIABLE

Row = dict[str, Any]
Writer = Callable[[Path, Table, Sequence[Row]], None]

ARROW_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.CHOICE: pa.string(),
    Kind.NUMBER: pa.float64(),
    Kind.INTEGER: pa.int64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
}


def csv_text(table: Table, rows: Sequence[Row]) -> str:
    """The rows as CSV."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(table.names)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in table.names])
    return file.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def write_csv(path: Path, table: Table, rows: Sequence[Row]) -> None:
    path.write_text(csv_text(table, rows), encoding="utf-8", newline="")


def write_csv_gz(path: Path, table: Table, rows: Sequence[Row]) -> None:
    path.write_bytes(gzip.compress(csv_text(table, rows).encode("utf-8"), compresslevel=1))


def write_parquet(path: Path, table: Table, rows: Sequence[Row]) -> None:
    columns = {
        column.name: pa.array([row[column.name] for row in rows], ARROW_TYPES[column.kind])
        for column in table.columns
    }
    pq.write_table(pa.table(columns), path)


def write_xlsx(path: Path, table: Table, rows: Sequence[Row]) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = table.name
    page.append(list(table.names))
    for line, row in enumerate(rows, start=2):
        for place, name in enumerate(table.names, start=1):
            value = row[name]
            cell = page.cell(line, place)
            # A workbook's calendar begins in 1900; earlier days are written as text.
            early = isinstance(value, dt.date) and value < dt.date(1900, 3, 1)
            cell.value = value.isoformat() if early else value
            if isinstance(value, str):
                cell.data_type = "s"  # a text that begins with = is no formula
    book.save(path)
    book.close()


def write_sql(path: Path, table: Table, rows: Sequence[Row]) -> None:
    """A query on a database beside the file, which the environment then names."""
    place = path.parent / ".source.db"
    os.environ[SOURCE_VARIABLE] = f"sqlite:///{place}"
    name = path.name.removesuffix(".sql")
    columns = ", ".join(f'"{column}"' for column in table.names)
    database = sqlite3.connect(place)
    database.execute(f'DROP TABLE IF EXISTS "{name}"')
    database.execute(f'CREATE TABLE "{name}" ({columns})')
    marks = ", ".join("?" for _ in table.names)
    stored = [[_stored(row[column]) for column in table.names] for row in rows]
    database.executemany(f'INSERT INTO "{name}" VALUES ({marks})', stored)
    database.commit()
    database.close()
    path.write_text(f'SELECT {columns} FROM "{name}" ORDER BY rowid;\n', encoding="utf-8")


def _stored(value: Any) -> Any:
    """A value as SQLite holds it: it has neither truths nor days."""
    return _cell(value) if isinstance(value, bool | dt.date) else value


WRITERS: dict[str, Writer] = {
    ".csv": write_csv,
    ".csv.gz": write_csv_gz,
    ".parquet": write_parquet,
    ".sql": write_sql,
    ".xlsx": write_xlsx,
}
