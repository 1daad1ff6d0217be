"""The declared tables in SQL and Delta Lake; see `interface.Tables`."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import pandas as pd
from sqlalchemy import Connection, insert

from domain.columns import Table
from domain.errors import ConflictError, DataError, NotFoundError, UnavailableError
from domain.settings_layers import load_settings
from domain.tables import TABLES
from planning.dataset import Dataset
from planning.store.service.database import count
from planning.store.service.frames import (
    ArrowTable,
    arrow_schema,
    as_arrow,
    checked_frame,
    json_rows,
    key_of,
    key_text,
)
from planning.store.service.history import Interrupted
from planning.store.service.part import Entry
from planning.store.service.reading import Head, head_of, read_store, settings_of
from planning.store.service.records import HISTORY, Json, Written
from planning.store.service.rows import put_rows, take_row
from planning.store.service.schema import VERSIONS
from planning.store.service.table_pages import TablePages, declared, row_now
from planning.store.service.table_writes import (
    AsRead,
    Draft,
    Step,
    changed,
    newer_only,
    now_open_orders,
)

ATTEMPTS = 12
SETTINGS = Table("settings", "The settings, in one row.", (), ())
SNAPSHOT_TABLES = ("stock", "open_orders")


class SqlTables(TablePages):
    """See `interface.Tables`."""

    def upsert(self, table: str, frame: pd.DataFrame, by: str) -> Written:
        """See `interface.Tables`."""
        return self._put(declared(table), frame, by, "upsert")

    def put_row(self, table: str, frame: pd.DataFrame, by: str, was: Json | None) -> Written:
        """See `interface.Tables`."""
        known = declared(table)
        key = key_of(json_rows(frame, known)[0], known)
        return self._put(known, frame, by, "upsert", as_read=AsRead(key, was))

    def replace_snapshot(
        self, table: str, frame: pd.DataFrame, taken_at: float, by: str
    ) -> Written:
        """See `interface.Tables`."""
        if table not in SNAPSHOT_TABLES:
            raise ConflictError(
                f"{table} is no table of which snapshots are taken",
                table,
                f"Send its rows; snapshots are of {' and '.join(SNAPSHOT_TABLES)}.",
            )
        if table == "stock":
            today = pd.Timestamp(taken_at, unit="s").floor("D").as_unit("s")
            frame = frame.assign(date=frame["date"].fillna(today))
            if frame.duplicated(["sku", "location", "date"]).any():
                raise DataError(
                    "a pair has a row without a date and one of the snapshot's day",
                    "stock",
                    "Date every row, or send one row a sku and location.",
                )
        return self._put(declared(table), frame, by, "snapshot", taken_at)

    def _put(
        self,
        table: Table,
        frame: pd.DataFrame,
        by: str,
        how: str,
        taken_at: float | None = None,
        as_read: AsRead | None = None,
    ) -> Written:
        """Put rows in place: in Delta Lake or as rows, and then say so in one transaction."""
        whole = taken_at is not None
        day = None
        if whole and table.name == "stock":
            newest = frame["date"].max() if len(frame) else pd.Timestamp(taken_at or 0, unit="s")
            day = str(newest.date())

        def history(head: Head) -> dict[str, int]:
            if as_read is not None:
                as_read.refuse_other(table, self.history_row(table, as_read.key, head))
            before = head.tables.get(table.name)
            return {table.name: self.history.upsert(table, as_arrow(frame, table), before, day)}

        rows = [] if table.name in HISTORY else json_rows(frame, table)

        def step(connection: Connection, draft: Draft) -> None:
            if taken_at is not None:
                newer_only(connection, table.name, taken_at)
            if table.name in HISTORY:
                draft.rows += len(frame)
            else:
                if as_read is not None:
                    as_read.refuse_other(table, row_now(connection, table, as_read.key))
                put, gone = put_rows(connection, table, rows, draft.version, alone=whole)
                draft.rows, draft.removed = draft.rows + put, draft.removed + gone
                draft.changed |= bool(put or gone)
            if table.name not in draft.tables:
                draft.tables[table.name], draft.changed = None, True
            if table.name == "open_orders":
                now_open_orders(connection, rows, draft)
            draft.entries.append(Entry(by, how, "table", table.name, after={"rows": len(frame)}))

        return self._write(by, step, history if table.name in HISTORY else None)

    def replace_all(self, dataset: Dataset, settings: Json, by: str) -> Written:
        """See `interface.Tables`."""
        load_settings([("settings", settings)])
        given = dataset.tables

        def history(head: Head) -> dict[str, int]:
            return {
                name: self.history.replace(
                    TABLES[name], as_arrow(given[name], TABLES[name]), head.tables.get(name)
                )
                for name in HISTORY
                if name in given
            }

        def step(connection: Connection, draft: Draft) -> None:
            for name, table in TABLES.items():
                if name in HISTORY:
                    draft.rows += len(given[name]) if name in given else 0
                    continue
                rows = json_rows(given[name], table) if name in given else []
                put, gone = put_rows(connection, table, rows, draft.version, alone=True)
                draft.rows, draft.removed = draft.rows + put, draft.removed + gone
                if name == "open_orders":
                    now_open_orders(connection, rows, draft)
            put_rows(connection, SETTINGS, [dict(settings)], draft.version)
            draft.tables = {name: draft.tables.get(name) for name in given}
            draft.changed = True
            draft.entries.append(Entry(by, "import", "table", "", after={"rows": draft.rows}))

        return self._write(by, step, history)

    def put_settings(self, settings: Json, by: str, was: Json | None = None) -> Written:
        """See `interface.Tables`."""
        load_settings([("settings", settings)])

        def step(connection: Connection, draft: Draft) -> None:
            before = settings_of(connection, None)
            if was is not None and before != dict(was):
                raise changed("the settings were", "settings")
            put, _ = put_rows(connection, SETTINGS, [dict(settings)], draft.version)
            draft.rows, draft.changed = put, bool(put)
            draft.entries.append(Entry(by, "settings", "table", "settings", before, settings))

        return self._write(by, step)

    def settings(self) -> Json:
        """See `interface.Tables`."""
        with self.database.read() as connection:
            return settings_of(connection, None)

    def delete_row(
        self, table: str, key: Sequence[Any], by: str, was: Json | None = None
    ) -> Written:
        """See `interface.Tables`."""
        known = declared(table)
        there_now = self.row(table, key)
        if there_now is None:
            raise NotFoundError(f"{table} has no such row", str(list(key)), "See its rows.")

        as_read = None if was is None else AsRead(tuple(key), was)

        def history(head: Head) -> dict[str, int]:
            if as_read is not None:
                as_read.refuse_other(known, self.history_row(known, key, head))
            before = head.tables[table]
            return {table: self.history.delete(known, key, before or 0)}

        def step(connection: Connection, draft: Draft) -> None:
            if table not in HISTORY:
                now = row_now(connection, known, key)
                if now is None:
                    raise changed(f"the row of {table} was", str(list(key)))
                if as_read is not None:
                    as_read.refuse_other(known, now)
                take_row(connection, table, key_text(key), draft.version)
            draft.removed, draft.changed = 1, True
            before = there_now.values
            draft.entries.append(Entry(by, "delete", "table", table, before=before))

        return self._write(by, step, history if table in HISTORY else None)

    def since(self, table: str, day: str) -> pd.DataFrame:
        """See `interface.Tables`."""
        known = declared(table)
        with self.database.read() as connection:
            version = head_of(connection).tables.get(table)
        found = None if version is None else self.history.since(known, version, day)
        if found is None or not found.num_rows:
            return arrow_schema(known).empty_table().to_pandas()
        return checked_frame(ArrowTable(table, found), known)

    def version(self) -> int:
        """See `interface.Tables`."""
        with self.database.read() as connection:
            return head_of(connection).version

    def as_dataset(self, version: int | None = None, overrides: Json | None = None) -> Dataset:
        """See `interface.Tables`."""
        return read_store(self.database, self.history, version, overrides)

    def _write(
        self, by: str, step: Step, history: Callable[[Head], Mapping[str, int]] | None = None
    ) -> Written:
        """History first, then all else in one transaction that says which history counts.

        Where another writer's history came between, all of it is done again on top of that.
        """
        if history is None:
            return self._said(by, step, head=None, versions={})
        with self.turns.taken():
            for attempt in range(ATTEMPTS):
                with self.database.read() as connection:
                    head = head_of(connection)
                with suppress(Interrupted):
                    return self._said(by, step, head, history(head))
                time.sleep(random.uniform(0.01, 0.05) * (attempt + 1))
        raise UnavailableError(
            "others write to the same history without a pause", "history", "Try again later."
        )

    def _said(self, by: str, step: Step, head: Head | None, versions: Mapping[str, int]) -> Written:
        """The transaction of a write; raises Interrupted where `head` is not the head any more."""
        with self.database.write() as connection:
            number = count(connection, "version")
            now = head_of(connection)
            if head is not None and any(now.tables.get(n) != head.tables.get(n) for n in HISTORY):
                raise Interrupted
            at = self.database.now(connection)
            draft = Draft(number, {**now.tables, **versions}, at, by)
            draft.changed = any(now.tables.get(n) != v for n, v in versions.items())
            step(connection, draft)
            if not draft.changed:
                count(connection, "version", -1)  # when it was seen is kept all the same
                return Written(now.version, 0)
            kept = {"version": number, "at": at, "by": by, "tables": draft.tables}
            connection.execute(insert(VERSIONS), kept)
            self.tell(connection, at, draft.entries)
            return Written(number, draft.rows, draft.removed)
