"""The database: SQLite or PostgreSQL, its transactions, its clock, and what it says when down."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    literal_column,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.sql.elements import ColumnElement

from domain.errors import DiskFullError, RestockError, UnavailableError
from planning.store.service.schema import COUNTERS

LOCK_SECONDS = 10.0
"""How long a writer of SQLite waits for another."""
IDLE_SECONDS = 60
"""How long a transaction on PostgreSQL may do nothing before it is ended."""
AGAIN_SECONDS = 0.02
POSTGRESQL_FULL = "53100"
CLOCKS = {
    "sqlite": "(julianday('now') - 2440587.5) * 86400.0",
    "postgresql": "extract(epoch from clock_timestamp())::float8",
}


class Database:
    """Transactions on one database. A write holds SQLite's only pen from its first word."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._clock: ColumnElement[float] = literal_column(CLOCKS[self.engine.dialect.name])

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database throughout."""
        with self.said(), self.engine.connect() as connection:
            if self.engine.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is kept when it ends, or not at all."""
        with self.said(), self.engine.connect() as connection:
            connection = connection.execution_options(restock_writes=True)
            with connection.begin():
                yield connection

    def now(self, connection: Connection) -> float:
        """Seconds since 1970 by the clock of the database."""
        return float(connection.execute(select(self._clock)).scalar_one())

    @contextmanager
    def said(self) -> Iterator[None]:
        """What the database refuses, in our words; a broken rule of ours is a bug and stays."""
        try:
            yield
        except IntegrityError:
            raise
        except (DBAPIError, PoolTimeout) as error:
            raise self.refusal(error.orig if isinstance(error, DBAPIError) else error) from error

    def refusal(self, cause: BaseException | None) -> RestockError:
        """What a driver said, as an error of ours."""
        said = (str(cause).strip().splitlines() or ["no answer"])[0].rstrip(".")
        return (DiskFullError if _is_full(cause) else UnavailableError)(
            f"the database does not do what it was asked: {said}",
            self.engine.url.render_as_string(hide_password=True),
            "See that it runs, is whole, has room, and can be reached; then try again.",
        )


def _is_full(cause: BaseException | None) -> bool:
    """Whether the database had no room."""
    if getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return True
    return getattr(cause, "sqlstate", None) == POSTGRESQL_FULL


def count(connection: Connection, name: str, by: int = 1) -> int:
    """Add to a counter and give what it is then; nobody else can until the transaction ends."""
    told = update(COUNTERS).where(COUNTERS.c.name == name).values(value=COUNTERS.c.value + by)
    return int(connection.execute(told.returning(COUNTERS.c.value)).scalar_one())


def insert_once(connection: Connection, table: Table, row: Mapping[str, Any]) -> Any:
    """The statement that puts a row in place unless one with its key is there."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    return insert(table).values(row).on_conflict_do_nothing()


def _engine(url: str) -> Engine:
    """The engine of a database URL; raises UnavailableError for one of another kind."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            url = f"postgresql+psycopg://{url.removeprefix(short)}"
    try:
        engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    except (SQLAlchemyError, ImportError) as error:
        raise UnavailableError(
            "there is no way to such a database",
            "RESTOCK_DATABASE_URL",
            "Give postgresql://USER@HOST/DATABASE, or nothing for a file in the workspace.",
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _prepare_postgresql)
    elif engine.dialect.name not in CLOCKS:
        raise UnavailableError(
            f"Restock does not speak {engine.dialect.name}",
            "RESTOCK_DATABASE_URL",
            "Give postgresql://USER@HOST/DATABASE, or nothing for a file in the workspace.",
        )
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    """Readers beside a writer, writes that outlive the power, and transactions begun by us."""
    del record
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {round(LOCK_SECONDS * 1000)}")
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")


def _prepare_postgresql(connection: Any, record: Any) -> None:
    """The locks of a process that stands still are let go of, as those of a dead one are."""
    del record
    connection.execute(f"SET idle_in_transaction_session_timeout = {IDLE_SECONDS * 1000}")
    connection.commit()


def _write_ahead(connection: Any) -> None:
    """The write-ahead log; SQLite does not wait by itself for others who open a new file."""
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(AGAIN_SECONDS)


def _begin_sqlite(connection: Connection) -> None:
    """A writer waits at its first word: a reader that began to write would be turned away."""
    writes = connection.get_execution_options().get("restock_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
