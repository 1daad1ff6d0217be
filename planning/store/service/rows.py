"""Rows of declared tables in SQL, every version of them kept: what changed, and what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from domain.columns import Table
from planning.store.service.frames import key_of, key_text
from planning.store.service.records import Json
from planning.store.service.schema import ROWS

AT_ONCE = 500


def there(version: int | None = None) -> ColumnElement[bool]:
    """Whether a row is there now, or was in a version."""
    if version is None:
        return ROWS.c.until.is_(None)
    return and_(ROWS.c.since <= version, or_(ROWS.c.until.is_(None), ROWS.c.until > version))


def rows_of(connection: Connection, table: str, version: int | None = None) -> list[Json]:
    """All rows of a table, by key."""
    asked = select(ROWS.c["values"]).where(ROWS.c.table == table, there(version))
    return list(connection.execute(asked.order_by(ROWS.c.key)).scalars())


def put_rows(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    version: int,
    alone: bool = False,
) -> tuple[int, int]:
    """Put rows in place by key as of a version; `alone`: others go. Rows put, rows taken away.

    Rows that are there already are left as they are.
    """
    new = {key_text(key_of(row, table)): row for row in rows}
    old = _known(connection, table.name, None if alone else list(new))
    changed = [key for key, row in new.items() if old.get(key) != row]
    gone = [key for key in old if key not in new] if alone else []
    _end(connection, table.name, [*(key for key in changed if key in old), *gone], version)
    if changed:
        told = [
            {
                "table": table.name,
                "key": key,
                "since": version,
                "until": None,
                "sku": new[key].get("sku"),
                "location": new[key].get("location"),
                "values": new[key],
            }
            for key in changed
        ]
        connection.execute(insert(ROWS), told)
    return len(changed), len(gone)


def take_row(connection: Connection, table: str, key: str, version: int) -> None:
    """Take a row away as of a version."""
    _end(connection, table, [key], version)


def _known(
    connection: Connection, table: str, keys: Sequence[str] | None
) -> dict[str, Mapping[str, Any]]:
    """The rows that are there, by key: all, or those with some keys."""
    asked = select(ROWS.c.key, ROWS.c["values"]).where(ROWS.c.table == table, there())
    if keys is None:
        return {key: values for key, values in connection.execute(asked)}
    found: dict[str, Mapping[str, Any]] = {}
    for part in parts(keys):
        found |= {k: v for k, v in connection.execute(asked.where(ROWS.c.key.in_(part)))}
    return found


def _end(connection: Connection, table: str, keys: Sequence[str], version: int) -> None:
    """From a version on rows are no longer there."""
    for part in parts(keys):
        connection.execute(
            update(ROWS)
            .where(ROWS.c.table == table, there(), ROWS.c.key.in_(part))
            .values(until=version)
        )


def parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """Some values at a time, few enough for one statement."""
    for begin in range(0, len(values), AT_ONCE):
        yield values[begin : begin + AT_ONCE]
