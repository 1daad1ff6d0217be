"""One version of the store read as a dataset, so that a plan is made from it as from files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, select

from domain.errors import DataError, NotFoundError
from domain.settings_layers import load_settings
from domain.tables import TABLES
from planning.dataset import Dataset, Note
from planning.store.read import Reading, agreed, read_raw
from planning.store.service.database import Database
from planning.store.service.frames import ArrowTable, arrow_of_rows
from planning.store.service.history import History
from planning.store.service.records import HISTORY, Json
from planning.store.service.rows import rows_of
from planning.store.service.schema import VERSIONS

WHERE = "the store"


@dataclass(frozen=True)
class Head:
    """A version, and the tables it has: history with its version in Delta Lake, rows with None."""

    version: int
    tables: Mapping[str, int | None]


def head_of(connection: Connection, version: int | None = None) -> Head:
    """The newest version, or one that is asked for; NotFoundError where there was none such."""
    asked = select(VERSIONS.c.version, VERSIONS.c.tables)
    if version is not None:
        asked = asked.where(VERSIONS.c.version == version)
    found = connection.execute(asked.order_by(VERSIONS.c.version.desc()).limit(1)).first()
    if found is not None:
        return Head(found[0], found[1])
    if version:
        raise NotFoundError(f"the store has no version {version}", WHERE, "Ask for a later one.")
    return Head(0, {})


def settings_of(connection: Connection, version: int | None) -> dict[str, Any]:
    """The settings as they were put."""
    found = rows_of(connection, "settings", version)
    return dict(found[0]) if found else {}


def read_store(
    database: Database, history: History, version: int | None, overrides: Json | None = None
) -> Dataset:
    """All tables and settings of a version; DataError where they do not agree."""
    with database.read() as connection:
        head = head_of(connection, version)
        settings = settings_of(connection, head.version)
        kept = {
            name: rows_of(connection, name, head.version)
            for name in head.tables
            if name not in HISTORY
        }
    if "sales" not in head.tables:
        raise DataError("the store has no sales", WHERE, "Import a dataset, or post some sales.")
    notes: list[Note] = []
    readings: dict[str, Reading] = {}
    for name, table in TABLES.items():
        if name in head.tables:
            arrow = _arrow(name, kept.get(name, []), history, head)
            readings[name] = read_raw(ArrowTable(name, arrow), table.as_read(), notes)
    layers = [("settings", settings), ("request", overrides or {})]
    return agreed(WHERE, readings, load_settings(layers), notes)


def _arrow(name: str, rows: list[Json], history: History, head: Head) -> pa.Table:
    """A table of a version."""
    if name not in HISTORY:
        return arrow_of_rows(rows, TABLES[name])
    return history.read(TABLES[name], int(head.tables[name] or 0))
