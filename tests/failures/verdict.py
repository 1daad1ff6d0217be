"""What must hold of a store whatever became of the processes that wrote to it."""

from collections import Counter
from pathlib import Path

from domain.tables import TABLES
from planning.store.service.records import JobState, PlanState, Recommendation, State
from planning.store.service.records_access import AuditEntry
from planning.store.service.sql_jobs import GAVE_UP
from planning.store.service.sql_store import SqlStore
from tests.failures.load import Acknowledged

EVERYTHING = 10_000_000
UNTIL_ACKNOWLEDGED = ["propose", "approve", "release", "acknowledge"]
AFTER = {"approved": 2, "released": 3, "acknowledged": 4}
"""Entries of the audit that a recommendation has at least, by the state it was said to be in."""


def judge(store: SqlStore, workspace: Path, told: Acknowledged) -> None:
    """Every acknowledged write is there, once; one plan a request; the audit is whole."""
    assert told.strange == []
    _rows(store, told)
    audit = store.audit(EVERYTHING).items[::-1]
    _plans(store, workspace, told, audit)
    _recommendations(store, told, audit)
    versions = [entry for entry in audit if entry.subject == "table"]
    assert len(versions) == store.version()
    assert [entry.number for entry in audit] == sorted({entry.number for entry in audit})
    assert [entry.at for entry in versions] == sorted(entry.at for entry in versions)


def _rows(store: SqlStore, told: Acknowledged) -> None:
    """Rows as they were acknowledged, no others, and every version of them readable."""
    assert [store.job(id).state for id in told.jobs] == [JobState.DONE] * len(told.jobs)
    rows = store.page("sales", EVERYTHING).items
    there = {(str(row.key[0]), str(row.key[2])): row.values["units_sold"] for row in rows}
    assert len(there) == len(rows)
    assert there == told.rows
    last = store.version()
    sizes = [len(store.as_dataset(at).tables["sales"]) for at in (1, (last + 1) // 2, last)]
    assert sizes == sorted(sizes)
    assert sizes[-1] == len(rows)
    assert set(TABLES["sales"].names) >= set(rows[0].values)


def _plans(store: SqlStore, workspace: Path, told: Acknowledged, audit: list[AuditEntry]) -> None:
    """One plan a request, its lines and files there once."""
    plans = store.plans(EVERYTHING).items
    assert {plan.id for plan in plans} == set(told.plans.values())
    assert len(plans) == len(told.plans)
    published = [plan for plan in plans if plan.state is PlanState.PUBLISHED]
    for plan in plans:
        if plan.state is not PlanState.PUBLISHED:
            # Killed with its worker as often as a job may be: said, not forgotten.
            assert (plan.state, plan.error) == (PlanState.FAILED, GAVE_UP)
    said = Counter(entry.subject_id for entry in audit if entry.action == "publish")
    assert said == Counter(plan.id for plan in published)
    for plan in published:
        lines = len(store.plan_frame(plan.id, "orders"))
        proposed = sum(e.action == "propose" and e.by == f"plan {plan.id}" for e in audit)
        assert lines == proposed
        assert all(store.plan_file(plan.id, name).path.is_file() for name in plan.files)
    folders = [folder.name.split(".")[0] for folder in (workspace / "plans").glob("[!.]*")]
    assert set(folders) >= {plan.id for plan in published}


def _recommendations(store: SqlStore, told: Acknowledged, audit: list[AuditEntry]) -> None:
    """Each as far as was acknowledged, its way there in the audit without a gap, once each."""
    found = {one.id: one for one in store.changes(EVERYTHING).items}
    assert set(found) >= set(told.states)
    for id, one in found.items():
        way = [entry for entry in audit if entry.subject_id == id]
        states = [None if e.before is None else e.before["state"] for e in way]
        after = [e.after["state"] for e in way if e.after is not None]
        assert states == [None, *after[:-1]]
        assert after[-1] == one.state.value
        if id in told.states:
            assert [e.action for e in way] == UNTIL_ACKNOWLEDGED[: len(way)]
            assert len(way) >= AFTER[told.states[id]]
            assert one.state is State.ACKNOWLEDGED
            assert one.erp_order_id == f"PO-{id}"
    _on_order(store, [one for one in found.values() if one.erp_order_id])


def _on_order(store: SqlStore, ordered: list[Recommendation]) -> None:
    """The last plan has counted every order before it, each once, so that none is made again."""
    last = next(p for p in store.plans(EVERYTHING).items if p.state is PlanState.PUBLISHED)
    counted = store.plan_frame(last.id, "inventory").set_index("sku")["on_order"]
    units: Counter[str] = Counter()
    for one in ordered:
        if one.plan != last.id:
            units[one.sku] += round(one.quantity)
    assert {sku: units for sku, units in counted.items() if units} == units
