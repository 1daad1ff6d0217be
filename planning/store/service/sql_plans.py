"""Plans in SQL, their files in the workspace; see `interface.Plans`."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.outputs import OUTPUTS
from planning.store.service.database import count
from planning.store.service.lifecycle import OPEN
from planning.store.service.part import PLANS_FOLDER, Entry, Part, encoded, not_there, number_of
from planning.store.service.plan_files import FRAMES, read_frame
from planning.store.service.plan_sums import kept_sums
from planning.store.service.records import (
    Action,
    Fence,
    JobState,
    Json,
    Page,
    PlanFile,
    PlanRequest,
    PlanResult,
    PlanState,
    State,
    StoredPlan,
)
from planning.store.service.schema import JOBS, PLANS, RECOMMENDATIONS
from planning.store.service.sql_jobs import enqueued, fenced
from planning.what_if.ground import FILES as GROUND_FILES

PLAN_JOB = "plan"
COLUMNS = RECOMMENDATIONS.c
REPLACED = "a newer plan was published"
ORDERED_MEANWHILE = "an order of this product was released while the plan was computed"
OF_JOBS = {JobState.FAILED.value: PlanState.FAILED, JobState.CANCELLED.value: PlanState.CANCELLED}


class SqlPlans(Part):
    """See `interface.Plans`."""

    def request_plan(self, request: PlanRequest, by: str, id: str | None = None) -> StoredPlan:
        """See `interface.Plans`."""
        id = id or uuid.uuid4().hex
        try:
            return self._requested(request, by, id)
        except IntegrityError:  # another process asked for the same just now
            return self.plan(id)

    def _requested(self, request: PlanRequest, by: str, id: str) -> StoredPlan:
        """A request kept in one transaction."""
        with self.database.write() as connection:
            if (known := _plan(connection, id)) is not None:
                return known
            now = self.database.now(connection)
            job = enqueued(connection, PLAN_JOB, {"plan": id}, by, now, f"plan-{id}")
            asked = {"as_of": request.as_of, "settings": dict(request.settings)}
            connection.execute(
                insert(PLANS),
                {
                    "id": id,
                    "job": job.id,
                    "request": asked,
                    "created_at": now,
                    "created_by": by,
                    "summary": {},
                    "files": [],
                },
            )
            self.tell(connection, now, [Entry(by, "request", "plan", id, after=asked)])
            return _known(connection, id)

    def plan(self, id: str) -> StoredPlan:
        """See `interface.Plans`."""
        with self.database.read() as connection:
            return _known(connection, id)

    def plans(self, limit: int, cursor: str | None = None) -> Page[StoredPlan]:
        """See `interface.Plans`."""
        asked = _asked().where(PLANS.c.number < number_of(cursor))
        with self.database.read() as connection:
            rows = connection.execute(asked.order_by(PLANS.c.number.desc()).limit(limit + 1)).all()
        more = len(rows) > limit
        items = tuple(_plan_of(row) for row in rows[:limit])
        return Page(items, encoded(rows[limit - 1].number) if more else None)

    def publish(self, id: str, result: PlanResult, fence: Fence) -> StoredPlan:
        """See `interface.Plans`."""
        with self.database.write() as connection:
            fenced(connection, fence, {"step": "publish"})
            known = _known(connection, id)
            if known.state is PlanState.PUBLISHED:
                return known
            count(connection, "change", 0)  # from here on nobody else changes a recommendation
            at = self.database.now(connection)
            entries = _expire_open(connection, id, at)
            entries += _propose(connection, id, result, at)
            told = update(PLANS).where(PLANS.c.id == id, PLANS.c.published_at.is_(None))
            connection.execute(
                told.values(
                    published_at=at,
                    plan_id=result.plan_id,
                    as_of=result.as_of,
                    version=result.version,
                    summary=dict(result.summary),
                    folder=result.folder,
                    files=list(result.files),
                )
            )
            entries.append(
                Entry(_by(id), "publish", "plan", id, after={"lines": len(result.lines)})
            )
            self.tell(connection, at, entries)
            return _known(connection, id)

    def newest_plan(self) -> StoredPlan | None:
        """See `interface.Plans`."""
        asked = _asked().where(PLANS.c.published_at.is_not(None))
        with self.database.read() as connection:
            last = asked.order_by(PLANS.c.published_at.desc(), PLANS.c.number.desc()).limit(1)
            row = connection.execute(last).first()
        return None if row is None else _plan_of(row)

    def plan_folder(self, id: str) -> Path:
        """See `interface.Plans`."""
        with self.database.read() as connection:
            asked = select(PLANS.c.folder).where(PLANS.c.id == id)
            folder = connection.execute(asked).scalar_one_or_none()
        if folder is None:
            raise not_there("published plan", id)
        found = self.folder_of_plans() / str(folder)
        for name in sorted(set(GROUND_FILES) & set(kept_sums(found))):
            self.plan_sums.check(found / name)
        return found

    def verify_plans(self) -> int:
        """See `interface.ServiceStore`."""
        asked = select(PLANS.c.folder).where(PLANS.c.folder.is_not(None)).order_by(PLANS.c.number)
        with self.database.read() as connection:
            folders = list(connection.execute(asked).scalars())
        return sum(self.plan_sums.check_all(self.folder_of_plans() / one) for one in folders)

    def plan_file(self, id: str, name: str) -> PlanFile:
        """See `interface.Plans`."""
        with self.database.read() as connection:
            asked = select(PLANS.c.folder, PLANS.c.files).where(PLANS.c.id == id)
            found = connection.execute(asked).first()
        if found is None:
            raise not_there("plan", id)
        if found.folder is None or name not in found.files:
            raise not_there("file", name)
        path = self.folder_of_plans() / found.folder / name
        self.plan_sums.check(path)
        return PlanFile(name, path)

    def plan_frame(self, id: str, name: str) -> pd.DataFrame:
        """See `interface.Plans`."""
        if name not in FRAMES:
            raise not_there("table of a plan", name)
        if f"{name}.parquet" in self.plan(id).files:
            return read_frame(self.plan_file(id, f"{name}.parquet").path)
        return pd.DataFrame(columns=OUTPUTS[name].names if name in OUTPUTS else ())

    def folder_of_plans(self) -> Path:
        """Where the files of plans lie, a folder an attempt."""
        return self.workspace / PLANS_FOLDER


def _by(id: str) -> str:
    return f"plan {id}"


def _expire_open(connection: Connection, id: str, at: float) -> list[Entry]:
    """What earlier plans proposed and nobody released makes place for the new plan's lines."""
    asked = select(COLUMNS.id, COLUMNS.state).where(COLUMNS.state.in_(sorted(OPEN)))
    waiting = connection.execute(asked.order_by(COLUMNS.id)).all()
    if not waiting:
        return []
    last = count(connection, "change", len(waiting))
    told = update(RECOMMENDATIONS).where(COLUMNS.id == bindparam("of"))
    told = told.values(
        state=State.EXPIRED.value, change=bindparam("number"), changed_at=at, reason=REPLACED
    )
    first = last - len(waiting) + 1
    connection.execute(
        told, [{"of": row.id, "number": n} for n, row in enumerate(waiting, start=first)]
    )
    after = {"state": State.EXPIRED.value}
    return [
        _entry(id, Action.EXPIRE, row.id, {"state": row.state}, after, REPLACED) for row in waiting
    ]


def _propose(connection: Connection, id: str, result: PlanResult, at: float) -> list[Entry]:
    """The plan's lines as recommendations; those of what was ordered meanwhile are over."""
    if not result.lines:
        return []
    first = count(connection, "change", len(result.lines)) - len(result.lines) + 1
    asked = select(COLUMNS.sku, COLUMNS.location).where(COLUMNS.released_change > result.change)
    ordered = {(row.sku, row.location) for row in connection.execute(asked)}
    rows = []
    for number, line in enumerate(result.lines, start=first):
        meanwhile = (line["sku"], line["location"]) in ordered
        rows.append(_row_of(id, line, number, at, meanwhile))
    connection.execute(insert(RECOMMENDATIONS), rows)
    return [
        _entry(id, "propose", row["id"], None, {"state": row["state"]}, row["reason"])
        for row in rows
    ]


def _row_of(id: str, line: Json, number: int, at: float, meanwhile: bool) -> dict[str, Any]:
    """A line of a plan as a row of recommendations."""
    return {
        "id": f"{id}-{int(line['line_id'])}",
        "plan": id,
        "change": number,
        "state": (State.EXPIRED if meanwhile else State.PROPOSED).value,
        "sku": line["sku"],
        "location": line["location"],
        "supplier": line.get("supplier") or "",
        "quantity": line["quantity"],
        "due_on": line["due_on"],
        "order_value": line.get("order_value") or 0.0,
        "line": dict(line),
        "changed_at": at,
        "quantity_received": 0.0,
        "reason": ORDERED_MEANWHILE if meanwhile else "",
    }


def _entry(plan: str, action: str, id: str, before: Json | None, after: Json, reason: str) -> Entry:
    return Entry(_by(plan), action, "recommendation", id, before, after, reason)


def _asked() -> Any:
    """Plans beside their jobs."""
    columns = (JOBS.c.state.label("job_state"), JOBS.c.error.label("job_error"))
    return select(PLANS, *columns).join(JOBS, JOBS.c.id == PLANS.c.job)


def _plan(connection: Connection, id: str) -> StoredPlan | None:
    row = connection.execute(_asked().where(PLANS.c.id == id)).first()
    return None if row is None else _plan_of(row)


def _known(connection: Connection, id: str) -> StoredPlan:
    found = _plan(connection, id)
    if found is None:
        raise not_there("plan", id)
    return found


def _plan_of(row: Row[Any]) -> StoredPlan:
    """A plan: published for good, or as its job is."""
    state = OF_JOBS.get(row.job_state, PlanState.REQUESTED)
    if row.published_at is not None:
        state = PlanState.PUBLISHED
    return StoredPlan(
        id=row.id,
        job=row.job,
        state=state,
        request=PlanRequest(row.request["as_of"], row.request["settings"]),
        created_at=row.created_at,
        created_by=row.created_by,
        published_at=row.published_at,
        plan_id=row.plan_id,
        as_of=row.as_of,
        version=row.version,
        summary=row.summary,
        files=tuple(row.files),
        error=row.job_error if state is PlanState.FAILED else None,
    )
