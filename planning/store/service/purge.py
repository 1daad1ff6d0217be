"""What nobody can ask for any more goes: files of old plans, versions that no kept plan names.

A plan that is kept can be computed again: the versions of tables and history from its own on stay.
Who changed what, and what became of each line, is kept for good.
"""

from __future__ import annotations

import math
import shutil
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, update

from planning.store.service.lifecycle import OVER
from planning.store.service.part import Entry
from planning.store.service.reading import Head, head_of
from planning.store.service.records import HISTORY
from planning.store.service.schema import PLANS, RECOMMENDATIONS, ROWS, VERSIONS
from planning.store.service.sql_store import SqlStore

DAY, HOUR = 86400.0, 3600.0
MARGIN_HOURS = 1
"""By which the clock of whoever wrote history may differ from the database's."""


@dataclass(frozen=True)
class Purged:
    """What went: plans that lost their files, versions, rows of tables, files of history."""

    plans: int
    versions: int
    rows: int
    files: int
    kept_from: int  # the first version that can still be read


def purge(store: SqlStore, days: float, by: str, dry: bool = False) -> Purged:
    """Let go of what is older than `days` and not needed by a plan that stays.

    The newest plan stays, and every one with a line that is not over. `dry`: only count.
    """
    with store.database.write() as connection:
        now = store.database.now(connection)
        before = now - days * DAY
        old = _old_plans(connection, before)
        first, at = _first_kept(connection, before, [id for id, _ in old])
        gone = VERSIONS.c.version < first
        versions = connection.execute(select(func.count()).where(gone)).scalar_one()
        ended = ROWS.c.until <= first
        rows = connection.execute(select(func.count()).where(ended)).scalar_one()
        head = head_of(connection)
        if not dry:
            ids = [id for id, _ in old]
            without = update(PLANS).where(PLANS.c.id.in_(ids)).values(folder=None, files=[])
            connection.execute(without)
            connection.execute(delete(ROWS).where(ended))
            connection.execute(delete(VERSIONS).where(gone))
            told = {"plans": ids, "kept_from": first}
            store.tell(connection, now, [Entry(by, "purge", "table", "", after=told)])
    files = _vacuum(store, head, (now - at) / HOUR, dry)
    if not dry:
        for _, folder in old:
            shutil.rmtree(store.folder_of_plans() / folder, ignore_errors=True)
    return Purged(len(old), versions, rows, files, first)


def _old_plans(connection: Connection, before: float) -> list[tuple[str, str]]:
    """Id and folder of plans published before a moment that nothing hangs on."""
    newest = select(func.max(PLANS.c.published_at)).scalar_subquery()
    going = select(RECOMMENDATIONS.c.plan).where(RECOMMENDATIONS.c.state.not_in(sorted(OVER)))
    asked = select(PLANS.c.id, PLANS.c.folder).where(
        PLANS.c.folder.is_not(None),
        PLANS.c.published_at < before,
        PLANS.c.published_at < newest,
        PLANS.c.id.not_in(going),
    )
    return [(row.id, row.folder) for row in connection.execute(asked.order_by(PLANS.c.number))]


def _first_kept(connection: Connection, before: float, gone: list[str]) -> tuple[int, float]:
    """The first version that stays, and when it was written: that of a kept plan or a moment."""
    then = select(func.max(VERSIONS.c.version)).where(VERSIONS.c.at <= before)
    plans = select(func.min(PLANS.c.version)).where(
        PLANS.c.folder.is_not(None), PLANS.c.id.not_in(gone)
    )
    found = [connection.execute(asked).scalar_one() for asked in (then, plans)]
    known = [number for number in found if number]
    if not found[0]:  # nothing is that old
        first = select(func.min(VERSIONS.c.version))
        known = [connection.execute(first).scalar_one() or 0]
    asked = select(VERSIONS.c.at).where(VERSIONS.c.version == min(known))
    at = connection.execute(asked).scalar_one_or_none()
    return min(known), 0.0 if at is None else float(at)


def _vacuum(store: SqlStore, head: Head, hours: float, dry: bool) -> int:
    """Let go of files of history that no version of the last `hours` has."""
    kept = math.ceil(hours) + MARGIN_HOURS
    there = [name for name in HISTORY if head.tables.get(name) is not None]
    return sum(store.history.vacuum(name, kept, dry) for name in there)
