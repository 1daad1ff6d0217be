"""Sales, stock and receipts in Delta Lake: upserts by key, and every version there to be read.

The database says which version of a table counts. A version beyond it was written by somebody
who did not get to say so, and the next writer goes back behind it first; so rows and history
change together or not at all.

Each version is the one before it and one change of one writer. Delta Lake by itself puts a change
on top of others that came meanwhile where it finds that they do not touch, and moves a table to
its newest version after many a call: then a version holds what its writer has not read, perhaps
of somebody who has gone back behind another. So no commit is tried twice here (`ALONE`), and what
a writer says it has written is one version after what it read (`_after`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, QueryBuilder, Schema, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from pyarrow.compute import field

from domain.columns import Table
from domain.errors import DiskFullError, UnavailableError
from planning.store.service.frames import arrow_schema
from planning.store.service.history_sql import comparable, having, literal, same_days, same_key
from planning.store.service.records import Json
from planning.store.service.sums import Sums
from planning.whole_files import NO_ROOM

NO_ROOM_SAID = re.compile(rf"os error ({'|'.join(str(code) for code in sorted(NO_ROOM))})\b")
MOST_FILES = 64
FOLDED_BYTES = 64 * 1024**2
"""Files of this size are left as they are."""


LOG_KEPT = "delta.logRetentionDuration"
KEEPING = {LOG_KEPT: "interval 36500 days"}
"""Versions go when `purge` says so, not after the thirty days that Delta Lake has by itself."""
ALONE = CommitProperties(max_commit_retries=0)
"""A commit on top of the version that was read, or none."""


class Interrupted(Exception):
    """Another writer changed the table meanwhile: read again and write again."""


class History:
    """The history tables below one folder (or object-store address)."""

    def __init__(self, root: Path | str) -> None:
        self.root = str(root)
        self.sums = Sums()

    @property
    def local(self) -> bool:
        """Whether it lies in a folder of this machine."""
        return "://" not in self.root

    def upsert(self, table: Table, rows: pa.Table, version: int | None, day: str | None) -> int:
        """Put rows in place by key on top of a version (None: no table yet); gives the new one.

        `day`: rows of that day that are not among them go. Rows that are there already make no
        new version.
        """
        delta = self._at(table, version)
        others = [c.name for c in table.columns if c.name not in table.key]
        changed = " OR ".join(f'(t."{name}" IS DISTINCT FROM s."{name}")' for name in others)
        merge = (
            delta.merge(
                rows,
                same_key(table) + ("" if day is not None else same_days(rows)),
                source_alias="s",
                target_alias="t",
                commit_properties=ALONE,
            )
            .when_matched_update_all(predicate=changed)
            .when_not_matched_insert_all()
        )
        if day is not None:
            merge = merge.when_not_matched_by_source_delete(predicate=f"t.\"date\" = DATE '{day}'")
        with _told(delta.table_uri):
            before = delta.version()
            done = merge.execute()
            wrote = bool(done["num_target_files_added"] or done["num_target_files_removed"])
            _after(delta, before + wrote)
            if not wrote and version is not None:
                return version
            return self._kept(_folded(delta))

    def replace(self, table: Table, rows: pa.Table, version: int | None) -> int:
        """Make the table these rows; gives the new version."""
        delta = self._at(table, version)
        with _told(delta.table_uri):
            before = delta.version()
            write_deltalake(delta, rows, mode="overwrite", commit_properties=ALONE)
            _after(delta, before + 1)
            return self._kept(delta)

    def delete(self, table: Table, key: Sequence[Any], version: int) -> int:
        """Take the row with a key away; gives the new version."""
        delta = self._at(table, version)
        with _told(delta.table_uri):
            before = delta.version()
            which = having(table, dict(zip(table.key, key, strict=True)))
            gone = delta.delete(which, commit_properties=ALONE)["num_deleted_rows"]
            _after(delta, before + bool(gone))
            return self._kept(delta)

    def vacuum(self, table: str, hours: int, dry: bool) -> int:
        """Let go of files that no version of the last `hours` has; gives how many."""
        uri = f"{self.root}/{table}"
        with _told(uri):
            delta = DeltaTable(uri)
            return len(delta.vacuum(hours, dry_run=dry, enforce_retention_duration=False))

    def read(self, table: Table, version: int) -> pa.Table:
        """All rows of a version, in no order."""
        with _told(self._uri(table)):
            return self._seen(table, version).to_pyarrow_table()

    def since(self, table: Table, version: int, day: str) -> pa.Table:
        """Rows of a version dated that day or later, or not dated."""
        date = field("date")
        wanted = (date >= dt.date.fromisoformat(day)) | date.is_null()
        with _told(self._uri(table)):
            return self._seen(table, version).to_pyarrow_dataset().to_table(filter=wanted)

    def page(
        self, table: Table, version: int, where: Json, after: Sequence[Any] | None, limit: int
    ) -> list[dict[str, Any]]:
        """Rows by key after a key, days as `datetime.date`."""
        key = [comparable(table.column(name)) for name in table.key]
        conditions = [having(table, where)] if where else []
        if after is not None:
            last = [literal(table.column(n), v) for n, v in zip(table.key, after, strict=True)]
            conditions.append(f"({', '.join(key)}) > ({', '.join(last)})")
        columns = ", ".join(f'"{name}"' for name in table.names)
        asked = f'SELECT {columns} FROM "history"'
        if conditions:
            asked += f" WHERE {' AND '.join(conditions)}"
        asked += f" ORDER BY {', '.join(key)} LIMIT {int(limit)}"
        with _told(self._uri(table)):
            found = QueryBuilder().register("history", self._seen(table, version)).execute(asked)
            return [dict(row) for row in pa.table(found.read_all()).to_pylist()]

    def verify(self, table: Table, version: int) -> int:
        """The number of files of a version; raises UnavailableError for one that is not itself."""
        with _told(self._uri(table)):
            return len(self._seen(table, version).file_uris())

    def _uri(self, table: Table) -> str:
        return f"{self.root}/{table.name}"

    def _seen(self, table: Table, version: int) -> DeltaTable:
        """A version of a table, its files as they were written."""
        delta = DeltaTable(self._uri(table), version=version)
        self.sums.check(delta)
        return delta

    def _kept(self, delta: DeltaTable) -> int:
        """The version that was written, once it is known what its files are."""
        self.sums.keep(delta)
        return int(delta.version())

    def _at(self, table: Table, version: int | None) -> DeltaTable:
        """The table to be written on top of `version`, with every declared column."""
        uri = self._uri(table)
        schema = arrow_schema(table)
        with _told(uri):
            if self.local:
                Path(uri).mkdir(parents=True, exist_ok=True)
            try:
                delta = DeltaTable(uri)
            except TableNotFoundError:
                delta = DeltaTable.create(
                    uri, Schema.from_arrow(schema), mode="ignore", configuration=KEEPING
                )
            at = delta.version()
            if at != (version or 0):  # left by a writer that did not get to say so
                delta.restore(version or 0, commit_properties=ALONE)
                at += 1
                _after(delta, at)
            self.sums.check(delta)  # else what is wrong in a file would be written on
            if delta.metadata().configuration.get(LOG_KEPT) != KEEPING[LOG_KEPT]:
                delta.alter.set_table_properties(dict(KEEPING), commit_properties=ALONE)
                at += 1
            known = {field.name for field in delta.schema().fields}
            missing = [f for f in Schema.from_arrow(schema).fields if f.name not in known]
            if missing:
                delta.alter.add_columns(missing, commit_properties=ALONE)
                at += 1
            _after(delta, at)
            return delta


def _after(delta: DeltaTable, version: int) -> None:
    """Raise Interrupted where the table stands at another version than its writer made it."""
    if delta.version() != version:
        raise Interrupted


def _folded(delta: DeltaTable) -> DeltaTable:
    """The table with few files made of many: each write leaves one, and a reader opens them all.

    The files of earlier versions stay where they are. Where another writer comes between, it is
    the table as it was, and the next write folds.
    """
    if len(delta.file_uris()) <= MOST_FILES:
        return delta
    before = delta.version()
    with suppress(CommitFailedError):
        done = delta.optimize.compact(target_size=FOLDED_BYTES, commit_properties=ALONE)
        if done["numFilesRemoved"] and delta.version() == before + 1:
            return delta
    return DeltaTable(delta.table_uri, version=before)


class _told:
    """What Delta Lake refuses: a writer that was faster, or a store that does not answer."""

    def __init__(self, uri: str) -> None:
        self.uri = uri

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        del kind, trace
        if isinstance(error, CommitFailedError):
            raise Interrupted from error
        if error is not None and _is_of_delta(error):
            said = (str(error).strip().splitlines() or ["no answer"])[0].rstrip(".")
            raise (DiskFullError if NO_ROOM_SAID.search(said) else UnavailableError)(
                f"the history cannot be read or written: {said}",
                self.uri,
                "See that the place can be reached, is whole and has room; then try again.",
            ) from error


def _is_of_delta(error: BaseException) -> bool:
    """Whether Delta Lake or the libraries below it stumbled; they have no class in common."""
    return (
        isinstance(error, DeltaError | OSError | pa.ArrowException | OverflowError)
        or type(error) in (Exception, ValueError)
        or type(error).__name__ == "PanicException"
    )
