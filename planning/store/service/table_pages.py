"""Pages and single rows of the declared tables; see `interface.Tables`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from domain.columns import Kind, Table
from domain.errors import DataError
from domain.tables import TABLES
from planning.store.service.frames import key_of, key_text
from planning.store.service.part import Part, decoded, encoded, not_there
from planning.store.service.reading import Head, head_of
from planning.store.service.records import HISTORY, Json, Page, TableRow
from planning.store.service.rows import there
from planning.store.service.schema import ROWS


class TablePages(Part):
    """Reading of `interface.Tables`."""

    def page(
        self, table: str, limit: int, cursor: str | None = None, where: Json | None = None
    ) -> Page[TableRow]:
        """See `interface.Tables`."""
        known, asked = declared(table), dict(where or {})
        for name in asked:
            if name not in known.names:
                raise DataError(f"{table} has no column {name!r}", "filter", "See docs/tables.md.")
        after = None if cursor is None else decoded(cursor, max(len(known.key), 1))
        if table in HISTORY:
            with self.database.read() as connection:
                head = head_of(connection)
            found = self._history_rows(known, head, asked, after, limit + 1)
        else:
            with self.database.read() as connection:
                found = _rows(connection, known, asked, after, limit + 1)
        more = len(found) > limit
        items = tuple(found[:limit])
        return Page(items, encoded(*items[-1].key) if more else None)

    def row(self, table: str, key: Sequence[Any]) -> TableRow | None:
        """See `interface.Tables`."""
        known = declared(table)
        if len(key) != len(known.key):
            raise DataError(
                f"a key of {table} has {len(known.key)} parts", table, ", ".join(known.key)
            )
        if table in HISTORY:
            with self.database.read() as connection:
                head = head_of(connection)
            return self.history_row(known, key, head)
        with self.database.read() as connection:
            return row_now(connection, known, key)

    def history_row(self, table: Table, key: Sequence[Any], head: Head) -> TableRow | None:
        """The row with a key as of a version."""
        wanted = dict(zip(table.key, key, strict=True))
        found = self._history_rows(table, head, wanted, None, 1)
        return found[0] if found else None

    def _history_rows(
        self, table: Table, head: Head, where: Json, after: Sequence[Any] | None, limit: int
    ) -> list[TableRow]:
        version = head.tables.get(table.name)
        if version is None:
            return []
        rows = []
        for found in self.history.page(table, version, where, after, limit):
            values = {
                name: value.isoformat() if isinstance(value, dt.date) else value
                for name, value in found.items()
                if value is not None
            }
            rows.append(TableRow(key_of(values, table), values, None))
        return rows


def declared(name: str) -> Table:
    """The table called `name`."""
    if name not in TABLES:
        raise not_there("table", name)
    return TABLES[name]


def _rows(
    connection: Connection, table: Table, where: Json, after: Sequence[Any] | None, limit: int
) -> list[TableRow]:
    """Rows by the text of their key, after a key."""
    asked = select(ROWS.c["values"], ROWS.c.since).where(ROWS.c.table == table.name, there())
    if after is not None:
        asked = asked.where(ROWS.c.key > key_text(after))
    for name, wanted in where.items():
        values = wanted if isinstance(wanted, list | tuple) else [wanted]
        asked = asked.where(_column(table, name).in_(values))
    asked = asked.order_by(ROWS.c.key).limit(limit)
    return [
        TableRow(key_of(values, table), values, since)
        for values, since in connection.execute(asked)
    ]


def _column(table: Table, name: str) -> Any:
    """A declared column as the database finds it."""
    if name in ("sku", "location"):
        return ROWS.c[name]
    value = ROWS.c["values"][name]
    kind = table.column(name).kind
    if kind in (Kind.NUMBER, Kind.INTEGER):
        return value.as_float()
    return value.as_boolean() if kind is Kind.BOOLEAN else value.as_string()


def row_now(connection: Connection, table: Table, key: Sequence[Any]) -> TableRow | None:
    """The row with a key."""
    asked = select(ROWS.c["values"], ROWS.c.since).where(
        ROWS.c.table == table.name, ROWS.c.key == key_text(key), there()
    )
    found = connection.execute(asked).first()
    return None if found is None else TableRow(key_of(found[0], table), found[0], found[1])
