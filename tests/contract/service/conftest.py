"""The store of the service over SQLite and over a real PostgreSQL, one contract for both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from planning.store.service.sql_store import SqlStore, open_sql_store

OpenStore = Callable[[], SqlStore]


@pytest.fixture
def open_another(database_url: str, tmp_path: Path) -> Iterator[OpenStore]:
    """Opens the same store again, as another process would."""
    opened: list[SqlStore] = []

    def another() -> SqlStore:
        opened.append(open_sql_store(tmp_path, database_url))
        return opened[-1]

    yield another
    for store in opened:
        store.close()


@pytest.fixture
def store(open_another: OpenStore) -> SqlStore:
    """An empty store."""
    return open_another()
