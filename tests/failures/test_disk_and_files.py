"""A full disk, files that are not what was written: named, and the rest can still be read."""

import errno
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
from fastapi import FastAPI
from sqlalchemy import event

from api.jobs.worker import Worker
from planning.store.service.leftovers import left_over
from planning.store.service.open import open_store
from planning.store.service.sql_access import hashed
from planning.store.service.sql_store import SqlStore
from tests.api.service.running import ITEMS, SALES, client, store_of, with_tables, work
from tests.e2e.shop import restock

pytestmark = pytest.mark.thorough

NEW = {"rows": [{**row, "sku": "new"} for row in SALES[:12]]}
MANY = {"rows": [{"sku": f"s{n}", "description": "tea" * 60} for n in range(1000)]}
SMALL = 1024


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    """A service with some rows and a plan."""
    monkeypatch.delenv("RESTOCK_DATABASE_URL", raising=False)
    made = with_tables(tmp_path)
    yield made
    store_of(made).close()


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file of this process grows beyond a size, as where the disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def full_database(app: FastAPI) -> Iterator[None]:
    """The database's file grows no more."""
    store = store_of(app)
    assert isinstance(store, SqlStore)
    engine = store.database.engine

    def hold(connection: Any, record: Any) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # no less than it has

    event.listen(engine, "connect", hold)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", hold)
        engine.dispose()


def refused(answer: httpx.Response, status: int, *words: str) -> None:
    """The answer is that problem, and names what is wrong."""
    kind = {507: "disk-full", 503: "unavailable"}[status]
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:restock:problem:{kind}")
    told = answer.json()["detail"] + answer.json()["where"]
    assert [word for word in words if word not in told] == []


def test_without_room_for_history_nothing_is_written_and_all_can_be_read(app: FastAPI) -> None:
    asked = client(app, raise_server_exceptions=False)
    before = asked.get("/v1/tables/sales").json()
    with largest_file(SMALL):
        refused(asked.post("/v1/tables/sales", json=NEW), 507, "history", "File too large")
        assert asked.get("/v1/tables/sales").json() == before
        path, headers = "/v1/tables/sales/uploads", {"content-type": "text/csv"}
        refused(asked.post(path, content=b"x" * 2 * SMALL, headers=headers), 507, "room")
    assert list((app.state.workspace / "uploads").iterdir()) == []
    assert asked.post("/v1/tables/sales", json=NEW).status_code == 200
    assert len(asked.get("/v1/tables/sales").json()["items"]) == len(before["items"]) + 12


def test_without_room_for_the_database_nothing_is_written_and_all_can_be_read(
    app: FastAPI,
) -> None:
    asked = client(app, raise_server_exceptions=False)
    before = asked.get("/v1/tables/items").json()
    with full_database(app):
        refused(asked.post("/v1/tables/items", json=MANY), 507, "database", "full", "restock.db")
        assert asked.get("/v1/tables/items").json() == before
    assert asked.post("/v1/tables/items", json=MANY).status_code == 200


def test_a_plan_without_room_is_put_off_says_why_and_is_made_later(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = client(app)
    plan = asked.post("/v1/plans", json={}).headers["location"]

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    worker = Worker(store_of(app), app.state.workspace, lease_seconds=0.01)
    with monkeypatch.context() as patch:
        patch.setattr(pd.DataFrame, "to_parquet", full)
        assert worker.work()
    job = asked.get("/v1/jobs").json()["items"][0]
    assert (job["state"], job["error"]["error"]) == ("running", "DiskFullError")
    assert "No space left" in job["error"]["what"]
    assert list((app.state.workspace / "plans").iterdir()) == []
    assert worker.run(once=True) == 1
    assert asked.get(plan).json()["state"] == "published"
    assert asked.get("/v1/jobs").json()["items"][0]["error"] is None


def damages() -> dict[str, Callable[[Path], object]]:
    def flip(file: Path) -> None:
        whole = bytearray(file.read_bytes())
        whole[len(whole) // 2] ^= 1
        file.write_bytes(bytes(whole))

    return {
        "a flipped bit": flip,
        "half of it": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
        "nothing of it": lambda file: file.write_bytes(b""),
        "no file": Path.unlink,
    }


@pytest.mark.parametrize("damage", damages())
def test_a_damaged_file_of_history_is_named_and_never_believed(app: FastAPI, damage: str) -> None:
    asked, store = client(app, raise_server_exceptions=False), store_of(app)
    folder = app.state.workspace / "history" / "sales"
    old, version = set(folder.glob("*.parquet")), store.version()
    asked.post("/v1/tables/sales", json=NEW)
    (file,) = set(folder.glob("*.parquet")) - old
    whole = file.read_bytes()
    damages()[damage](file)
    refused(asked.get("/v1/tables/sales"), 503, file.name)
    other = {"rows": [{"sku": "other", "date": "2024-01-01", "units_sold": 1}]}
    refused(asked.post("/v1/tables/sales", json=other), 503, file.name)
    place = asked.post("/v1/plans", json={}).headers["location"]
    assert Worker(store, app.state.workspace, lease_seconds=0.01).work()
    assert file.name in asked.get("/v1/jobs").json()["items"][0]["error"]["what"]
    assert restock("doctor", "--workspace", app.state.workspace) == 2

    assert len(store.as_dataset(version).tables["sales"]) == len(SALES)
    assert asked.get("/v1/tables/stock").status_code == 200
    assert len(asked.get("/v1/tables/items").json()["items"]) == len(ITEMS)

    file.write_bytes(whole)
    assert len(asked.get("/v1/tables/sales").json()["items"]) == len(SALES) + 12
    assert Worker(store, app.state.workspace).run(once=True) == 1
    assert asked.get(place).json()["state"] == "published"


def test_a_damaged_log_of_history_is_named(app: FastAPI) -> None:
    asked = client(app, raise_server_exceptions=False)
    log = max((app.state.workspace / "history" / "sales" / "_delta_log").glob("*.json"))
    log.write_bytes(log.read_bytes()[:-40])
    refused(asked.get("/v1/tables/sales"), 503, "history", "sales")
    assert len(asked.get("/v1/tables/items").json()["items"]) == len(ITEMS)


def test_a_damaged_table_of_a_plan_is_named_and_its_lines_are_there(app: FastAPI) -> None:
    asked = client(app, raise_server_exceptions=False)
    place = asked.post("/v1/plans", json={}).headers["location"]
    Worker(store_of(app), app.state.workspace).run(once=True)
    (file,) = (app.state.workspace / "plans").glob("*/inventory.parquet")
    file.write_bytes(b"PAR1" + bytes(100))
    (report,) = (app.state.workspace / "plans").glob("*/report.html")
    report.unlink()
    refused(asked.get(f"{place}/inventory"), 503, "inventory.parquet")
    refused(asked.get(f"{place}/report"), 503, "report.html")
    assert asked.get(f"{place}/lines").json()["items"]


def test_one_flipped_bit_in_a_plan_is_named_and_not_served(
    app: FastAPI, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = client(app, raise_server_exceptions=False)
    place = asked.post("/v1/plans", json={}).headers["location"]
    work(app)
    assert restock("doctor", "--workspace", app.state.workspace) == 0
    assert "files of plans are whole" in capsys.readouterr().out
    for name in ("orders.parquet", "what_if_table.npy"):
        (file,) = (app.state.workspace / "plans").glob(f"*/{name}")
        whole = file.read_bytes()
        middle = len(whole) // 2
        file.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        assert restock("doctor", "--workspace", app.state.workspace) == 2
        assert name in capsys.readouterr().out
        if name == "orders.parquet":
            refused(asked.get(f"{place}/orders"), 503, name)
        else:
            refused(asked.post("/v1/recommendations/what-if", json={"sku": "A-100"}), 503, name)
        file.write_bytes(whole)
    assert asked.get(f"{place}/orders").status_code == 200


def test_what_a_killed_process_left_half_done_is_swept_up_by_the_next_worker(app: FastAPI) -> None:
    workspace = app.state.workspace
    (workspace / "uploads").mkdir(exist_ok=True)
    old, fresh = workspace / "uploads" / ".old", workspace / "uploads" / ".fresh"
    half, ready = workspace / "plans" / ".p.1.x", workspace / "uploads" / "import-1.csv"
    half.mkdir()
    for file in (old, fresh, ready, half / "orders.parquet"):
        file.write_bytes(b"sku")
    for place in (old, half, ready):
        os.utime(place, (0, 0))
    assert list(left_over(workspace)) == [old, half]
    assert restock("worker", "--once", "--workspace", workspace) == 0
    assert [place.exists() for place in (old, half, fresh, ready)] == [False, False, True, True]


def test_a_damaged_database_is_named(app: FastAPI, capsys: pytest.CaptureFixture[str]) -> None:
    asked = client(app, raise_server_exceptions=False)
    store_of(app).close()
    file = app.state.workspace / "restock.db"
    for other in file.parent.glob("restock.db-*"):
        other.unlink()
    file.write_bytes(b"no database" * 1000)
    refused(asked.get("/v1/tables/items"), 503, "not a database", "restock.db")
    assert asked.get("/healthz").status_code == 200
    assert restock("doctor", "--workspace", app.state.workspace) == 2
    assert "not a database" in capsys.readouterr().out


def test_a_clock_that_was_set_back_is_named_and_holds_nothing_up(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked, store = client(app), open_store(app.state.workspace)
    assert isinstance(store, SqlStore)
    real = store.database.now
    with monkeypatch.context() as patch:
        patch.setattr(store.database, "now", lambda connection: real(connection) + 86_400.0)
        asked.post("/v1/plans", json={})
        assert store.claim("died with its machine", 60.0) is not None
        store.begin_request("1", "local", "/v1/plans", "another body")
        made, secret = store.create_key("of a day that is not yet", ["read"], "test")
        store.revoke_key(made.id, "test")
    assert store.find_key(hashed(secret)) is None
    assert restock("doctor", "--workspace", app.state.workspace) == 2
    assert "ILL    clock" in capsys.readouterr().out
    again = store.claim("another", 60.0)
    assert again is not None
    assert again.attempt == 2
    assert store.begin_request("1", "local", "/v1/plans", "another body").state.value == "new"
    store.close()
