"""A worker that was stopped past its lease comes back to find that its job is another's."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.tables import TABLES
from planning.store.service.frames import ArrowTable, arrow_of_rows, checked_frame
from planning.store.service.records import JobState, PlanRequest, PlanState
from planning.store.service.sql_store import SqlStore
from tests.api.service.running import ITEMS
from tests.failures.load import MONTHS
from tests.failures.processes import PATIENCE_SECONDS, SERVER, Processes
from tests.failures.test_database_away import told_to_wait

pytestmark = pytest.mark.thorough


def until(holds: Callable[[], bool], log: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.02)


def holds_nothing(store: SqlStore, job: str) -> bool:
    """Whether nobody is in the middle of a write: who is stopped does not let go of a lock."""
    engine = sa.create_engine(store.database.engine.url)
    sqlite = engine.dialect.name == "sqlite"
    wait = "PRAGMA busy_timeout = 100" if sqlite else "SET LOCAL lock_timeout = 100"
    try:
        with engine.begin() as connection:
            connection.execute(sa.text(wait))
            connection.execute(sa.text("UPDATE jobs SET step = step WHERE id = :id"), {"id": job})
    except sa.exc.OperationalError:
        return False
    finally:
        engine.dispose()
    return True


def test_what_a_worker_writes_after_its_lease_is_refused(database_url: str, tmp_path: Path) -> None:
    workspace = tmp_path / "work"
    rows = [{"sku": "a", "date": day, "units_sold": 20} for day in MONTHS]
    frame = checked_frame(ArrowTable("x", arrow_of_rows(rows, TABLES["sales"])), TABLES["sales"])
    with Processes(workspace, database_url) as service, service.store() as store:
        store.upsert("sales", frame, "test")
        asked = store.request_plan(PlanRequest(), "test")

        def job_is(state: JobState, attempt: int) -> bool:
            job = store.job(asked.job)
            return (job.state, job.attempt) == (state, attempt)

        service.start("first worker")
        until(lambda: job_is(JobState.RUNNING, 1), service.log)
        service.signal("first worker", signal.SIGSTOP)
        while not holds_nothing(store, asked.job):
            service.signal("first worker", signal.SIGCONT)
            service.signal("first worker", signal.SIGSTOP)
        assert store.plan(asked.id).state is PlanState.REQUESTED
        service.start("second worker")
        until(lambda: job_is(JobState.DONE, 2), service.log)
        published, audit = store.plan(asked.id), store.audit(99).items
        service.signal("first worker", signal.SIGCONT)
        until(lambda: "attempt 1: left to another worker" in service.log.read_text(), service.log)
        assert job_is(JobState.DONE, 2)
        assert store.plan(asked.id) == published
        assert published.state is PlanState.PUBLISHED
        assert store.audit(99).items == audit
        assert len(store.changes(99).items) == len(store.plan_frame(asked.id, "orders")) == 1
        assert [one.name for one in (workspace / "plans").iterdir()] == [f"{asked.id}.2"]


STOPPED_WRITER = """
import os, signal, sqlite3, sys
with sqlite3.connect(sys.argv[1], isolation_level=None) as other:
    other.execute("BEGIN IMMEDIATE")
    print("begun", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)
    other.execute("COMMIT")
"""


def test_a_stopped_writer_of_sqlite_has_others_told_to_wait_and_they_go_on_after_it(
    tmp_path: Path,
) -> None:
    file = tmp_path / "restock.db"
    made = Processes(tmp_path / "work", f"sqlite:///{file}", lock_seconds=1.0)
    with made as service, service.store() as store:
        service.start(SERVER, "worker")
        service.wait_ready()
        command = [sys.executable, "-c", STOPPED_WRITER, str(file)]
        writer = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"begun\n"
        try:
            rows = {"rows": [{"sku": "a", "date": day, "units_sold": 20} for day in MONTHS]}
            with service.client() as asked:
                assert told_to_wait(asked.post("/v1/tables/items", json={"rows": ITEMS}))
                assert asked.get("/v1/tables/items").json()["items"] == []
                writer.send_signal(signal.SIGCONT)
                assert asked.post("/v1/tables/sales", json=rows).status_code == 200
                plan = asked.post("/v1/plans", json={}).json()["id"]
            until(lambda: store.plan(plan).state is PlanState.PUBLISHED, service.log)
        finally:
            writer.kill()
            writer.wait()
            writer.stdout.close()
