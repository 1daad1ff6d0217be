"""The service without its doors: a dataset imported, planned by a worker, released, replanned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.jobs.worker import Stopped, Worker
from domain.tables import TABLES
from planning.forecasts import known_at
from planning.plan_id import plan_id
from planning.steps import Steps
from planning.store.service.frames import ArrowTable, arrow_of_rows, checked_frame
from planning.store.service.interface import ServiceStore
from planning.store.service.open import open_store
from planning.store.service.records import (
    Action,
    Change,
    JobState,
    PlanRequest,
    PlanState,
    StoredPlan,
)
from tests.e2e.shop import restock, small_shop

SKUS = 4


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_shop(skus=SKUS).write(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def workspace(tmp_path: Path, shop: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("RESTOCK_DATABASE_URL", raising=False)
    assert restock("import", shop, "--workspace", tmp_path) == 0
    return tmp_path


@pytest.fixture
def store(workspace: Path) -> Iterator[ServiceStore]:
    opened = open_store(workspace)
    yield opened
    opened.close()


def planned(store: ServiceStore, workspace: Path, **asked: Any) -> StoredPlan:
    """A plan asked for and made."""
    request = store.request_plan(PlanRequest(**asked), "ann")
    assert Worker(store, workspace).run(once=True) == 1
    return store.plan(request.id)


def release(store: ServiceStore, made: StoredPlan) -> dict[str, str]:
    """Approve and release every line of a plan; ids by sku."""
    lines = store.plan_frame(made.id, "orders")
    ids = {str(row.sku): f"{made.id}-{row.line_id}" for row in lines.itertuples()}
    for action in (Action.APPROVE, Action.RELEASE):
        outcomes = store.apply([Change(id, action, "ann") for id in ids.values()])
        assert all(one.changed for one in outcomes)
    return ids


def on_order(store: ServiceStore, made: StoredPlan) -> dict[str, float]:
    frame = store.plan_frame(made.id, "inventory")
    return {str(row.sku): float(row.on_order) for row in frame.itertuples()}


def id_of(dataset: Path) -> str:
    """The id of the plan of a dataset's files."""
    known, calendar = known_at(dataset, None, None, {}, Steps())
    return plan_id(known, calendar.as_of)


def test_import_and_export_give_the_dataset_that_was(
    workspace: Path, shop: Path, tmp_path: Path
) -> None:
    assert restock("export", "--workspace", workspace, "--out", tmp_path / "exported") == 0
    assert id_of(tmp_path / "exported") == id_of(shop)


def test_nothing_is_ordered_twice(store: ServiceStore, workspace: Path) -> None:
    first = planned(store, workspace)
    ids = release(store, first)
    assert ids
    early = planned(store, workspace, as_of="2024-05-26")
    assert early.state is PlanState.FAILED
    assert early.error is not None
    assert "was ordered on 2024-06-02" in early.error["what"]

    second = planned(store, workspace)
    assert store.plan_frame(second.id, "orders").empty
    quantity = {one.sku: one.quantity for one in store.on_order()[1]}
    assert {sku: units for sku, units in on_order(store, second).items() if units} == quantity

    # Its order in the ERP is the same order; what failed is to be ordered again.
    seen, failed, *_ = ids
    row = {"order_id": "PO-1", "sku": seen, "quantity": quantity[seen], "due_on": "2024-06-20"}
    rows = arrow_of_rows([{**row, "recommendation_id": ids[seen]}], TABLES["open_orders"])
    store.upsert("open_orders", checked_frame(ArrowTable("x", rows), TABLES["open_orders"]), "erp")
    store.apply([Change(ids[failed], Action.FAIL, "erp", "no stock at the supplier")])
    third = planned(store, workspace)
    assert list(store.plan_frame(third.id, "orders")["sku"]) == [failed]
    assert on_order(store, third) == {**on_order(store, second), failed: 0.0}


def test_a_worker_killed_after_it_published_leaves_one_plan(
    store: ServiceStore, workspace: Path, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = store.request_plan(PlanRequest(), "ann")

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(store, "finish", killed)
        with pytest.raises(Killed):
            Worker(store, workspace, lease_seconds=0.0).work()
    before = store.changes(99).items
    assert before
    assert Worker(store, workspace).run(once=True) == 1
    assert store.job(asked.job).state is JobState.DONE
    assert store.job(asked.job).attempt == 2
    assert store.changes(99).items == before
    assert len(store.audit(99, where={"action": "publish"}).items) == 1

    made = store.plan(asked.id)
    lines = store.plan_frame(made.id, "orders")
    assert (made.state, made.plan_id) == (PlanState.PUBLISHED, id_of(shop))
    assert [one.line["reason"] for one in before] == list(lines["reason"])
    assert store.plan_file(made.id, "report.html").path.is_file()
    assert [folder.name for folder in (workspace / "plans").iterdir()] == [f"{made.id}.1"]


def test_a_cancelled_plan_stops_and_a_stopped_worker_hands_it_back(
    store: ServiceStore, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = store.request_plan(PlanRequest(), "ann")

    def stop(*_: object) -> None:
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr("api.jobs.kinds.plan.plan_store", stop)
        with pytest.raises(Stopped):
            Worker(store, workspace).work()
    job = store.job(asked.job)
    assert (job.state, job.attempt) == (JobState.QUEUED, 0)

    real = Worker._beating

    def cancelled(worker: Worker, work: Any) -> Any:
        work.cancel.set()
        return real(worker, work)

    monkeypatch.setattr(Worker, "_beating", cancelled)
    assert Worker(store, workspace).work()
    assert store.plan(asked.id).state is PlanState.CANCELLED
    assert store.changes(9).items == ()


def test_an_uploaded_file_is_there_whole_or_not_at_all(
    store: ServiceStore, workspace: Path
) -> None:
    uploads = workspace / "uploads"
    uploads.mkdir()
    good, bad = uploads / "good.csv", uploads / "bad.csv"
    good.write_text("sku,date,units_sold\nnew,2024-06-01,3\n", encoding="utf-8")
    bad.write_text("sku,date,units_sold\nworse,2024-06-01,3\nworse,soon,-1\n", encoding="utf-8")
    arguments = [{"file": name, "table": "sales"} for name in ("good.csv", "bad.csv", "../x.csv")]
    jobs = [store.enqueue("import", told, "erp") for told in arguments]
    assert Worker(store, workspace).run(once=True) == 3
    states = [store.job(job.id).state for job in jobs]
    assert states == [JobState.DONE, JobState.FAILED, JobState.FAILED]
    error = store.job(jobs[1].id).error
    assert error is not None
    assert [(cell["line"], cell["column"]) for cell in error["cells"]] == [
        (3, "date"),
        (3, "units_sold"),
    ]
    assert len(store.page("sales", 9, where={"sku": ["new", "worse"]}).items) == 1
    assert (good.exists(), bad.exists()) == (False, True)


def test_a_worker_killed_after_it_read_a_file_has_read_it_once(
    store: ServiceStore, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = workspace / "uploads" / "good.csv"
    file.parent.mkdir()
    file.write_text("sku,date,units_sold\nnew,2024-06-01,3\n", encoding="utf-8")
    job = store.enqueue("import", {"file": file.name, "table": "sales"}, "erp")

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(store, "finish", killed)
        with pytest.raises(Killed):
            Worker(store, workspace, lease_seconds=0.0).work()
    version = store.version()
    assert not file.exists()
    assert Worker(store, workspace).run(once=True) == 1
    done = store.job(job.id)
    assert (done.state, done.attempt) == (JobState.DONE, 2)
    assert done.result == {"version": version, "rows": 1, "removed": 0}
    assert store.version() == version


def test_a_fault_of_ours_is_tried_again_and_then_told(
    store: ServiceStore, workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("api.jobs.kinds.plan.plan_store", broken)
    asked = store.request_plan(PlanRequest(), "ann")
    assert Worker(store, workspace).run(once=True) == 3
    assert store.plan(asked.id).state is PlanState.FAILED
    assert "ZeroDivisionError" in capsys.readouterr().err
