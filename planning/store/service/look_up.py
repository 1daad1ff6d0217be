"""The look-up that is asked most: recommendations of some products, by the shortest way there is.

A connection of its own, kept open, outside of transactions: one statement sees one state by
itself, and a transaction costs several times the look-up. What was asked before a statement
began is answered as things stood then, so that nothing acknowledged is missed.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import ARRAY, String, Text, any_, bindparam, cast, select

from planning.store.service.database import Database
from planning.store.service.records import KeptLine
from planning.store.service.schema import RECOMMENDATIONS

COLUMNS = RECOMMENDATIONS.c
KEPT_COLUMNS = (
    *(COLUMNS[name] for name in KeptLine._fields if name != "line"),
    cast(COLUMNS.line, Text).label("line"),  # it goes on as it lies there
)
BY_PLACE_AND_AGE = (COLUMNS.location, COLUMNS.change)
OF_ONE_SKU = (
    select(*KEPT_COLUMNS).where(COLUMNS.sku == bindparam("sku")).order_by(*BY_PLACE_AND_AGE)
)
OF_SKUS = (
    select(*KEPT_COLUMNS)
    .where(COLUMNS.sku == any_(bindparam("skus", type_=ARRAY(String))))
    .order_by(COLUMNS.sku, *BY_PLACE_AND_AGE)
)
CACHE_KILOBYTES = 64 * 1024
MAPPED_BYTES = 8 << 30
"""Of the file are read in place: the lines of a product are spread over all plans of the past."""
BY_INDEX = "SET enable_seqscan = off; SET enable_bitmapscan = off; SET jit = off"
"""The planner takes a product for thousands of lines after a plan, and prepares for those."""


class LookUp(ABC):
    """Recommendations of some products, on a connection that only this asks."""

    local: bool
    """Whether it answers sooner than a thread would begin to ask."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._lock = threading.Lock()
        self._kept: Any = None
        self._errors = database.engine.dialect.loaded_dbapi.Error

    def lines(self, skus: Sequence[str]) -> Mapping[str, Sequence[KeptLine]]:
        """Those of each product that has any, by location and age.

        A kept connection may have died with its server: a new one is asked before the refusal.
        """
        with self._lock:
            while True:
                fresh = self._kept is None
                try:
                    if fresh:
                        self._kept = self._opened()
                    return self._found(self._kept, skus)
                except self._errors as error:
                    self.close()
                    if fresh:
                        raise self.database.refusal(error) from error

    def _opened(self) -> Any:
        """A connection prepared like every other, and no longer the pool's."""
        with self.database.said():
            pooled = self.database.engine.raw_connection()
        pooled.detach()
        kept = pooled.dbapi_connection
        self._prepare(kept)
        return kept

    @abstractmethod
    def _prepare(self, kept: Any) -> None:
        """Make a new connection fit for nothing but this."""

    @abstractmethod
    def _found(self, kept: Any, skus: Sequence[str]) -> dict[str, list[KeptLine]]:
        """The answer of the database, by product."""

    def close(self) -> None:
        """Let go of the connection; the next look-up opens another."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()


class InFile(LookUp):
    """SQLite: one statement a product, each as quick as a call."""

    local = True
    _statement = ""

    def _prepare(self, kept: Any) -> None:
        self._statement = str(OF_ONE_SKU.compile(self.database.engine))
        kept.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
        kept.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")

    def _found(self, kept: Any, skus: Sequence[str]) -> dict[str, list[KeptLine]]:
        rows = ((sku, kept.execute(self._statement, (sku,)).fetchall()) for sku in skus)
        return {sku: list(map(KeptLine._make, found)) for sku, found in rows if found}


class OnServer(LookUp):
    """PostgreSQL: one prepared statement and one round trip, however many products."""

    local = False
    _statement = ""

    def _prepare(self, kept: Any) -> None:
        self._statement = str(OF_SKUS.compile(self.database.engine))
        kept.autocommit = True
        kept.execute(BY_INDEX)

    def _found(self, kept: Any, skus: Sequence[str]) -> dict[str, list[KeptLine]]:
        rows = kept.execute(self._statement, {"skus": list(skus)}, prepare=True).fetchall()
        by_sku = groupby(map(KeptLine._make, rows), attrgetter("sku"))
        return {sku: list(found) for sku, found in by_sku}


LOOK_UPS: Mapping[str, type[LookUp]] = {"sqlite": InFile, "postgresql": OnServer}


def look_up_on(database: Database) -> LookUp:
    """The look-up of the database's kind."""
    return LOOK_UPS[database.engine.dialect.name](database)
