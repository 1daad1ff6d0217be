"""A backup taken while others write is one state of the service, and becomes that service again."""

from __future__ import annotations

import itertools
import json
import threading
from pathlib import Path

import pandas as pd
import pytest

from domain.errors import ConflictError, DataError, NotFoundError, UnavailableError
from planning.dataset import Dataset
from planning.store.service.backup import FILES_FOLDER, MANIFEST, back_up
from planning.store.service.records import Action, Change
from planning.store.service.restore import restore
from planning.store.service.sql_store import DATABASE_FILE, SqlStore, open_sql_store
from tests.contract.service.conftest import OpenStore
from tests.contract.service.published import claimed, line, publish
from tests.contract.service.test_tables import frame, sale


@pytest.fixture
def fresh_url(store: SqlStore, request: pytest.FixtureRequest) -> str | None:
    """An empty database of the store's kind; None: a SQLite file of the workspace's own."""
    if store.database.engine.dialect.name == "sqlite":
        return None
    import sqlalchemy as sa

    address = request.getfixturevalue("postgres").replace("postgresql://", "postgresql+psycopg://")
    name = f"restored{next(NUMBERS)}"
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {name}"))
    engine.dispose()
    return f"{address}&options=-csearch_path%3D{name}"


NUMBERS = itertools.count()


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place beside the workspace."""
    return tmp_path_factory.mktemp("outside")


def told(dataset: Dataset) -> dict[str, pd.DataFrame]:
    """The tables in one order of rows."""
    return {
        name: rows.astype(str).sort_values(list(rows.columns), ignore_index=True)
        for name, rows in dataset.tables.items()
    }


def the_same(one: Dataset, other: Dataset) -> bool:
    mine, theirs = told(one), told(other)
    return mine.keys() == theirs.keys() and all(mine[n].equals(theirs[n]) for n in mine)


def test_a_state_taken_under_writes_is_that_of_one_version(
    store: SqlStore, open_another: OpenStore, outside: Path, fresh_url: str | None
) -> None:
    store.upsert("sales", frame("sales", sale("a", "2024-06-01", 1.0)), "ann")
    plan = publish(store, [line(1, "a"), line(2, "b")])
    over, other = threading.Event(), open_another()

    def write() -> None:
        for number in itertools.count(2):
            if over.is_set():
                return
            other.upsert("sales", frame("sales", sale("a", "2024-06-01", number)), "bob")
            other.upsert("items", frame("items", {"sku": "a", "unit_cost": float(number)}), "bob")
            for action in (Action.CHANGE, Action.APPROVE):
                other.apply([Change(f"{plan.id}-1", action, "bob", "why", number)])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        backups = [outside / f"backup{n}" for n in range(3)]
        taken = [back_up(store, out) for out in backups]
    finally:
        over.set()
        writer.join()
    assert store.version() > taken[-1].version >= taken[0].version > 0
    made = restore(backups[-1], outside / "again", fresh_url)
    again = open_sql_store(outside / "again", fresh_url)
    assert again.version() == made.version == taken[-1].version
    for version in (1, made.version):
        assert the_same(again.as_dataset(version), store.as_dataset(version))
    kept = again.changes(10).items
    entries = again.audit(1000, where={"subject": "recommendation"}).items
    assert kept[-1].change == max(one.change for one in kept)
    assert sum(entry.action == "approve" for entry in entries) >= (kept[-1].state == "approved")
    # It goes on: numbers that were given out are not given out again.
    written = again.upsert("sales", frame("sales", sale("c", "2024-06-01", 7.0)), "eve")
    assert written.version == made.version + 1
    assert len(again.as_dataset().tables["sales"]) == 2
    publish(again, [line(1, "a")])
    assert again.audit(1).items[0].number > entries[0].number
    again.close()


def test_work_that_waited_still_waits_with_its_file(
    store: SqlStore, outside: Path, fresh_url: str | None
) -> None:
    uploads = store.workspace / "uploads"
    uploads.mkdir()
    (uploads / "import-1.csv").write_text("sku,unit_cost\na,4\n")
    (uploads / ".draft").write_text("half")
    store.enqueue("import", {"table": "items", "file": "import-1.csv"}, "ann", "import-1")
    store.create_key("erp", ["read"], "ann")
    back_up(store, outside / "backup")
    restore(outside / "backup", outside / "again", fresh_url)
    assert [file.name for file in (outside / "again/uploads").iterdir()] == ["import-1.csv"]
    again = open_sql_store(outside / "again", fresh_url)
    assert claimed(again).job == "import-1"
    kept = again.keys()
    assert [key.name for key in kept] == ["erp"]
    again.close()
    (uploads / "import-1.csv").unlink()
    with pytest.raises(UnavailableError, match="while they are copied"):
        back_up(store, outside / "other")
    assert not (outside / "other").exists()


@pytest.mark.parametrize("damaged", [MANIFEST, DATABASE_FILE, FILES_FOLDER])
def test_a_damaged_backup_is_refused_before_anything_is_touched(
    tmp_path: Path, damaged: str
) -> None:
    store = open_sql_store(tmp_path / "w", None)
    store.upsert("sales", frame("sales", sale("a", "2024-06-01", 1.0)), "ann")
    back_up(store, tmp_path / "backup")
    store.close()
    place = tmp_path / "backup" / damaged
    if place.is_dir():
        place = sorted(place.rglob("*.parquet"))[0]
    broken = bytearray(place.read_bytes())
    broken[len(broken) // 2] ^= 1
    place.write_bytes(bytes(broken))
    with pytest.raises(DataError, match="damaged"):
        restore(tmp_path / "backup", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    store = open_sql_store(tmp_path / "w", None)
    back_up(store, tmp_path / "backup")
    store.close()
    with pytest.raises(ConflictError):
        restore(tmp_path / "backup", tmp_path / "w")
    with pytest.raises(NotFoundError):
        restore(tmp_path / "none", tmp_path / "again")
    again = open_sql_store(tmp_path / "w", None)
    for place in (tmp_path / "backup", tmp_path / "w" / "inside"):
        with pytest.raises(ConflictError):
            back_up(again, place)
    again.close()


def test_a_manifest_names_no_file_outside_of_its_backup(tmp_path: Path) -> None:
    store = open_sql_store(tmp_path / "w", None)
    back_up(store, tmp_path / "backup")
    store.close()
    told = json.loads((tmp_path / "backup" / MANIFEST).read_text())
    told["files"] = {"../../secret": "0" * 64}
    (tmp_path / "secret").write_text("x")
    (tmp_path / "backup" / MANIFEST).write_text(json.dumps(told))
    with pytest.raises(DataError, match="damaged"):
        restore(tmp_path / "backup", tmp_path / "again")


def test_a_service_moves_from_a_file_to_a_server(tmp_path: Path, postgres: str) -> None:
    import sqlalchemy as sa

    small = open_sql_store(tmp_path / "w", None)
    small.upsert("sales", frame("sales", sale("a", "2024-06-01", 1.0)), "ann")
    publish(small, [line(1, "a"), line(2, "b")])
    back_up(small, tmp_path / "backup")
    address = postgres.replace("postgresql://", "postgresql+psycopg://")
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE SCHEMA moved"))
    engine.dispose()
    url = f"{address}&options=-csearch_path%3Dmoved"
    restore(tmp_path / "backup", tmp_path / "again", url)
    large = open_sql_store(tmp_path / "again", url)
    assert large.changes(9) == small.changes(9)
    assert large.audit(99) == small.audit(99)
    assert the_same(large.as_dataset(), small.as_dataset())
    small.close()
    large.close()
    with pytest.raises(ConflictError, match="another service"):
        restore(tmp_path / "backup", tmp_path / "twice", url)
    assert not (tmp_path / "twice").exists()
