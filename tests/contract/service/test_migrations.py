"""The schema of the database: as declared, made whole or not at all, and never a newer one."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from domain.errors import ConflictError, UnavailableError
from planning.store.service.database import Database
from planning.store.service.migrate import SCRIPTS, migrate
from planning.store.service.schema import METADATA
from planning.store.service.sql_store import SqlStore, open_sql_store

STEPS = SCRIPTS / "versions"


def test_the_migrations_make_what_is_declared(store: SqlStore) -> None:
    with store.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_migration_that_broke_off_left_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(database_url)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Operations, "bulk_insert", killed)
        with pytest.raises(KeyboardInterrupt):
            migrate(database)
    with database.read() as connection:
        assert sa.inspect(connection).get_table_names() == []
    migrate(database)
    with database.read() as connection:
        assert set(METADATA.tables) < set(sa.inspect(connection).get_table_names())
    database.engine.dispose()


def test_every_earlier_schema_is_brought_up_to_date_with_what_it_holds(
    database_url: str, tmp_path: Path
) -> None:
    database = Database(database_url)
    steps = sorted(step.stem.partition("_")[2] for step in STEPS.glob("step_*.py"))
    for revision in steps[:-1]:
        migrate(database, revision)
        old = sa.MetaData()
        with database.write() as connection:
            old.reflect(connection)
            assert "keys" in old.tables
            key = {"id": revision, "hashed": revision, "name": "erp", "scopes": ["read"]}
            connection.execute(sa.insert(old.tables["keys"]), {**key, "created_at": 1.0})
    database.engine.dispose()
    store = open_sql_store(tmp_path, database_url)
    with store.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    kept = store.keys()
    assert [key.id for key in kept] == steps[:-1]
    store.close()


def test_many_may_open_a_new_database_at_once(database_url: str, tmp_path: Path) -> None:
    opened: list[int] = []

    def begin() -> None:
        store = open_sql_store(tmp_path, database_url)
        opened.append(store.version())
        store.close()

    threads = [threading.Thread(target=begin) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [0, 0, 0]


def test_a_database_of_a_newer_restock_is_refused(store: SqlStore) -> None:
    with store.database.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConflictError, match="newer Restock"):
        migrate(store.database)


@pytest.mark.parametrize(
    "url", ["mysql://h/d", "oracle://h/d", "nonsense", "postgresql://u:secret@127.0.0.1:1/d"]
)
def test_a_database_that_cannot_be_had_is_named_without_its_password(
    url: str, tmp_path: Path
) -> None:
    with pytest.raises(UnavailableError) as refused:
        open_sql_store(tmp_path, url)
    assert "secret" not in str(refused.value)
