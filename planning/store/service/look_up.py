"""The look-up that is asked most: recommendations of one product, by the shortest way there is."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Text, bindparam, cast, select

from domain.errors import UnavailableError
from planning.store.service.database import Database
from planning.store.service.records import KeptLine
from planning.store.service.schema import RECOMMENDATIONS

COLUMNS = RECOMMENDATIONS.c
KEPT_COLUMNS = (
    *(COLUMNS[name] for name in KeptLine._fields if name != "line"),
    cast(COLUMNS.line, Text).label("line"),  # it goes on as it lies there
)
OF_ONE_SKU = (
    select(*KEPT_COLUMNS)
    .where(COLUMNS.sku == bindparam("sku"))
    .order_by(COLUMNS.location, COLUMNS.change)
)
CACHE_KILOBYTES = 64 * 1024
MAPPED_BYTES = 8 << 30
"""Of the file are read in place: the lines of a product are spread over all plans of the past."""


class LookUp:
    """Recommendations of one product.

    On SQLite a connection of its own, kept open, outside of transactions: one statement sees one
    state by itself, and a transaction costs several times the look-up. PostgreSQL is asked like
    for all else.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.local = database.engine.dialect.name == "sqlite"
        self._lock = threading.Lock()
        self._kept: Any = None
        self._statement = str(OF_ONE_SKU.compile(database.engine))

    def lines(self, sku: str) -> Sequence[KeptLine]:
        """By location and age."""
        if not self.local:
            with self.database.read() as connection:
                rows = connection.execute(OF_ONE_SKU, {"sku": sku}).all()
            return [KeptLine._make(row) for row in rows]
        with self._lock:
            try:
                if self._kept is None:
                    self._kept = self._opened()
                return list(map(KeptLine._make, self._kept.execute(self._statement, (sku,))))
            except sqlite3.Error as error:
                self.close()
                raise UnavailableError(
                    f"the database does not do what it was asked: {error}",
                    self.database.engine.url.render_as_string(hide_password=True),
                    "See that its file is there, whole, and can be read; then try again.",
                ) from error

    def _opened(self) -> Any:
        """A connection prepared like every other, and no longer the pool's."""
        with self.database.said():
            pooled = self.database.engine.raw_connection()
        pooled.detach()
        kept = pooled.dbapi_connection
        assert kept is not None
        kept.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
        kept.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
        return kept

    def close(self) -> None:
        """Let go of the connection; the next look-up opens another."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()
