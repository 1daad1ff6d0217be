"""The database goes away under load and comes back: the service says so, and is well by itself."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from planning.store.service import database
from tests.api.service.running import ITEMS, client, service
from tests.failures.load import Load
from tests.failures.processes import SERVER, WORKER, Processes
from tests.failures.verdict import judge

pytestmark = pytest.mark.thorough


def told_to_wait(answer: httpx.Response) -> bool:
    """Whether an answer is the problem of a database that is away, and says when to come back."""
    return (
        answer.status_code == 503
        and answer.headers["content-type"] == "application/problem+json"
        and int(answer.headers["retry-after"]) > 0
        and answer.json()["type"] == "urn:restock:problem:unavailable"
        and "database" in answer.json()["detail"]
    )


def away_for(
    workspace: Path, url: str, seconds: float, stop: Callable[[], None], start: Callable[[], None]
) -> None:
    """Load, a pause of the database in its midst, and what is left judged."""
    with Processes(workspace, url) as running:
        running.start(SERVER, WORKER)
        running.wait_ready()
        with Load(running) as load, running.client() as asked:
            time.sleep(1.0)
            stop()
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                assert asked.get("/healthz").status_code == 200
                time.sleep(0.2)
            assert told_to_wait(asked.post("/v1/tables/items", json={"rows": ITEMS}))
            before = len(load.acknowledged.rows)
            start()
            running.wait_ready()
            told = load.end()
        assert len(told.rows) > before
        assert told.unavailable
        assert all(told_to_wait(answer) for answer in told.unavailable)
        running.kill(SERVER, WORKER)
        with running.store() as store:
            judge(store, workspace, told)


def postgres_away(server: Any, workspace: Path, seconds: float) -> None:
    address = server.get_uri()

    def start() -> None:
        server.ensure_postgres_running()
        assert server.get_uri() == address

    away_for(workspace, address, seconds, server.stop, start)


def test_postgresql_stopped_for_a_moment(own_postgres: Any, tmp_path: Path) -> None:
    postgres_away(own_postgres, tmp_path / "work", 1.0)


@pytest.mark.torture
def test_postgresql_stopped_for_half_a_minute(own_postgres: Any, tmp_path: Path) -> None:
    postgres_away(own_postgres, tmp_path / "work", 30.0)


@pytest.mark.torture
def test_sqlite_locked_for_half_a_minute(tmp_path: Path) -> None:
    file = tmp_path / "restock.db"
    with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as other:
        away_for(
            tmp_path / "work",
            f"sqlite:///{file}",
            30.0,
            lambda: other.execute("BEGIN EXCLUSIVE") and None,
            lambda: other.execute("COMMIT") and None,
        )


def test_sqlite_locked_for_longer_than_a_writer_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RESTOCK_DATABASE_URL", raising=False)
    monkeypatch.setattr(database, "LOCK_SECONDS", 0.1)
    app = service(tmp_path)
    asked, rows = client(app), {"json": {"rows": ITEMS}}
    file = app.state.workspace / "restock.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        refused = asked.post("/v1/tables/items", **rows)
        assert told_to_wait(refused)
        assert "locked" in refused.json()["detail"]
        held = asked.post("/v1/tables/items", **rows, headers={"idempotency-key": "1"})
        assert told_to_wait(held)
        assert asked.get("/v1/tables/items").json()["items"] == []
        other.execute("COMMIT")
    for headers in ({}, {"idempotency-key": "1"}):
        assert asked.post("/v1/tables/items", **rows, headers=headers).status_code == 200
    app.state.store.close()
