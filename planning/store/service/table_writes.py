"""One write of the declared tables: what it has done so far, and what stands against it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select, update

from domain.columns import Table
from domain.errors import ChangedError, ConflictError
from planning.store.service.database import count
from planning.store.service.part import Entry
from planning.store.service.records import Json, TableRow
from planning.store.service.schema import RECOMMENDATIONS, SNAPSHOTS


@dataclass
class Draft:
    """A write under way: the version it will be, and what it has done so far."""

    version: int
    tables: dict[str, int | None]  # history tables with their versions in Delta Lake
    at: float
    by: str
    rows: int = 0
    removed: int = 0
    changed: bool = False
    entries: list[Entry] = field(default_factory=list)


Step = Callable[[Connection, Draft], None]


@dataclass(frozen=True)
class AsRead:
    """A row as whoever changes it has read it; None: it was not there."""

    key: Sequence[Any]
    was: Json | None

    def refuse_other(self, table: Table, now: TableRow | None) -> None:
        """Raise where it is not so any more: another change came between."""
        if (None if now is None else dict(now.values)) != (
            None if self.was is None else dict(self.was)
        ):
            raise changed(f"the row of {table.name} was", str(list(self.key)))


def changed(what: str, where: str) -> ChangedError:
    """The refusal of a change to what is not as it was read."""
    return ChangedError(
        f"{what} changed since it was read", where, "Read it again, and decide again."
    )


def newer_only(connection: Connection, table: str, taken_at: float) -> None:
    """Raise for a snapshot older than the last; else remember it."""
    last = connection.execute(
        select(SNAPSHOTS.c.taken_at).where(SNAPSHOTS.c.table == table)
    ).scalar_one_or_none()
    if last is None:
        connection.execute(insert(SNAPSHOTS), {"table": table, "taken_at": taken_at})
        return
    if taken_at < last:
        raise ConflictError(
            f"a newer snapshot of {table} is there, {last - taken_at:,.0f} seconds younger",
            table,
            "Drop this one: it tells of a state that is past.",
        )
    connection.execute(
        update(SNAPSHOTS).where(SNAPSHOTS.c.table == table).values(taken_at=taken_at)
    )


def now_open_orders(connection: Connection, rows: Sequence[Json], draft: Draft) -> None:
    """Recommendations that open orders name are on order there from this version on."""
    named = sorted({str(row["recommendation_id"]) for row in rows if "recommendation_id" in row})
    table = RECOMMENDATIONS.c
    for id in named:
        waiting = update(RECOMMENDATIONS).where(table.id == id, table.on_order_since.is_(None))
        known = select(table.id).where(table.id == id, table.on_order_since.is_(None))
        if connection.execute(known).first() is not None:
            change = count(connection, "change")
            connection.execute(
                waiting.values(on_order_since=draft.version, change=change, changed_at=draft.at)
            )
