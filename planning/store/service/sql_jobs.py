"""Jobs in SQL, leased by the clock of the database; see `interface_jobs.Jobs`."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from domain.errors import LeaseLostError
from planning.store.service.part import Entry, Part, encoded, not_there, number_of
from planning.store.service.records import Fence, Job, JobState, Json, Page
from planning.store.service.schema import JOBS

COLUMNS = JOBS.c
LONGEST_LEASE_SECONDS = 3600.0
GAVE_UP = {
    "what": "every worker that began this job left before its end",
    "where": "job",
    "mend": "Look at the workers' logs and at memory; then ask again.",
}


class SqlJobs(Part):
    """See `interface_jobs.Jobs`."""

    def enqueue(
        self, kind: str, arguments: Json, by: str, id: str | None = None, most_attempts: int = 3
    ) -> Job:
        """See `interface_jobs.Jobs`."""
        id = id or uuid.uuid4().hex
        try:
            with self.database.write() as connection:
                now = self.database.now(connection)
                return enqueued(connection, kind, arguments, by, now, id, most_attempts)
        except IntegrityError:  # another process left the same just now
            return self.job(id)

    def claim(
        self, worker: str, lease_seconds: float, kinds: Collection[str] | None = None
    ) -> Job | None:
        """See `interface_jobs.Jobs`."""
        with self.database.write() as connection:
            now = self.database.now(connection)
            while (row := _to_do(connection, now, kinds)) is not None:
                values = _claimed(row, worker, now, lease_seconds)
                _set(connection, row.id, values)
                if values["state"] == JobState.RUNNING.value:
                    return job_named(connection, row.id)
        return None

    def heartbeat(self, fence: Fence, lease_seconds: float) -> bool:
        """See `interface_jobs.Jobs`."""
        with self.database.write() as connection:
            now = self.database.now(connection)
            return fenced(connection, fence, dict(lease_until=now + lease_seconds))

    def advance(self, fence: Fence, progress: float, step: str) -> None:
        """See `interface_jobs.Jobs`."""
        with self.database.write() as connection:
            fenced(connection, fence, dict(progress=progress, step=step))

    def checkpoint(self, fence: Fence, value: Json) -> None:
        """See `interface_jobs.Jobs`."""
        with self.database.write() as connection:
            fenced(connection, fence, dict(checkpoint=dict(value)))

    def finish(self, fence: Fence, result: Json) -> None:
        """See `interface_jobs.Jobs`."""
        self._end(fence, JobState.DONE, result=dict(result), progress=1.0, error=None)

    def fail(
        self, fence: Fence, error: Json, again: bool = False, after_seconds: float = 0.0
    ) -> None:
        """See `interface_jobs.Jobs`."""
        with self.database.write() as connection:
            job = job_named(connection, fence.job)
            if again and job.attempt < job.most_attempts:
                waits: dict[str, Any] = {"worker": None, "error": dict(error)}
                if after_seconds > 0:  # nobody's, and left for so long
                    waits["lease_until"] = self.database.now(connection) + after_seconds
                else:
                    waits["state"] = JobState.QUEUED.value
                fenced(connection, fence, waits)
                return
        self._end(fence, JobState.FAILED, error=dict(error))

    def stopped(self, fence: Fence) -> None:
        """See `interface_jobs.Jobs`."""
        self._end(fence, JobState.CANCELLED)

    def hand_back(self, fence: Fence) -> None:
        """See `interface_jobs.Jobs`."""
        with self.database.write() as connection:
            waits = {"state": JobState.QUEUED.value, "worker": None}
            fenced(connection, fence, dict(attempt=fence.attempt - 1, **waits))

    def cancel(self, id: str, by: str) -> Job:
        """See `interface_jobs.Jobs`."""
        with self.database.write() as connection:
            now = self.database.now(connection)
            job = job_named(connection, id, hold=True)
            if job.state is JobState.QUEUED:
                over = {"state": JobState.CANCELLED.value, "finished_at": now}
                _set(connection, id, {**over, "cancel_requested": True})
            elif job.state is JobState.RUNNING:
                _set(connection, id, {"cancel_requested": True})
            else:
                return job
            self.tell(connection, now, [Entry(by, "cancel", "job", id)])
            return job_named(connection, id)

    def job(self, id: str) -> Job:
        """See `interface_jobs.Jobs`."""
        with self.database.read() as connection:
            return job_named(connection, id)

    def jobs(
        self, limit: int, cursor: str | None = None, state: JobState | None = None
    ) -> Page[Job]:
        """See `interface_jobs.Jobs`."""
        asked = select(JOBS).where(COLUMNS.number < number_of(cursor))
        if state is not None:
            asked = asked.where(COLUMNS.state == state.value)
        with self.database.read() as connection:
            asked = asked.order_by(COLUMNS.number.desc()).limit(limit + 1)
            rows = connection.execute(asked).all()
        more = len(rows) > limit
        items = tuple(_job(row) for row in rows[:limit])
        return Page(items, encoded(rows[limit - 1].number) if more else None)

    def _end(self, fence: Fence, state: JobState, **values: Any) -> None:
        with self.database.write() as connection:
            now = self.database.now(connection)
            fenced(connection, fence, dict(state=state.value, finished_at=now, **values))


def fenced(connection: Connection, fence: Fence, values: dict[str, Any]) -> bool:
    """Write for a job, if it is still this worker's; gives whether it is to be cancelled."""
    told = (
        update(JOBS)
        .where(
            COLUMNS.id == fence.job,
            COLUMNS.worker == fence.worker,
            COLUMNS.attempt == fence.attempt,
            COLUMNS.state == JobState.RUNNING.value,
        )
        .values(**values)
    )
    cancelled = connection.execute(told.returning(COLUMNS.cancel_requested)).first()
    if cancelled is None:
        raise LeaseLostError(
            f"job {fence.job} is not worker {fence.worker}'s any more",
            f"attempt {fence.attempt}",
            "Nothing is to be done: whoever has it now ends it.",
        )
    return bool(cancelled[0])


def enqueued(
    connection: Connection,
    kind: str,
    arguments: Json,
    by: str,
    at: float,
    id: str | None = None,
    most_attempts: int = 3,
) -> Job:
    """Leave a job; the same `id` again gives what is there."""
    id = id or uuid.uuid4().hex
    known = connection.execute(select(JOBS).where(COLUMNS.id == id)).first()
    if known is not None:
        return _job(known)
    connection.execute(
        insert(JOBS),
        {
            "id": id,
            "kind": kind,
            "state": JobState.QUEUED.value,
            "arguments": dict(arguments),
            "created_at": at,
            "created_by": by,
            "attempt": 0,
            "most_attempts": most_attempts,
            "cancel_requested": False,
            "progress": 0.0,
            "step": "",
        },
    )
    return job_named(connection, id)


def job_named(connection: Connection, id: str, hold: bool = False) -> Job:
    """One job; `hold`: nobody else changes it until the transaction ends."""
    asked = select(JOBS).where(COLUMNS.id == id)
    row = connection.execute(asked.with_for_update() if hold else asked).first()
    if row is None:
        raise not_there("job", id)
    return _job(row)


def _to_do(connection: Connection, now: float, kinds: Collection[str] | None) -> Row[Any] | None:
    """The oldest job that waits, or whose worker left; none that another worker looks at."""
    waits = COLUMNS.state == JobState.QUEUED.value
    over = or_(
        COLUMNS.lease_until <= now, COLUMNS.lease_until > now + LONGEST_LEASE_SECONDS
    )  # the clock may have been set back
    left = (COLUMNS.state == JobState.RUNNING.value) & over
    asked = select(JOBS).where(waits | left)
    if kinds is not None:
        asked = asked.where(COLUMNS.kind.in_(sorted(kinds)))
    asked = asked.order_by(COLUMNS.number).limit(1).with_for_update(skip_locked=True)
    return connection.execute(asked).first()


def _claimed(row: Row[Any], worker: str, now: float, lease_seconds: float) -> dict[str, Any]:
    """What becomes of a job that is claimed: it runs, or it is over after all."""
    if row.cancel_requested:
        return {"state": JobState.CANCELLED.value, "finished_at": now}
    if row.attempt >= row.most_attempts:
        return {"state": JobState.FAILED.value, "finished_at": now, "error": row.error or GAVE_UP}
    return {
        "state": JobState.RUNNING.value,
        "worker": worker,
        "attempt": row.attempt + 1,
        "lease_until": now + lease_seconds,
        "started_at": now if row.started_at is None else row.started_at,
    }


def _set(connection: Connection, id: str, values: dict[str, Any]) -> None:
    connection.execute(update(JOBS).where(COLUMNS.id == id).values(**values))


def _job(row: Row[Any]) -> Job:
    """A row of the table as a record."""
    values = {name: value for name, value in row._mapping.items() if name != "number"}
    return Job(**{**values, "state": JobState(values["state"])})
