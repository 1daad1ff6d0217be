"""A state of the service kept in a folder of its own, taken while the service goes on.

First the database, in one transaction; it names the versions of history and the folders of plans
that count. Those never change once they are named, so that copying them later gives the same
state. The kept database is a SQLite file, whatever the service stands on.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection, delete, func, insert, select

from domain.errors import ConflictError, UnavailableError
from planning.store.service.database import Database
from planning.store.service.migrate import migrate
from planning.store.service.part import HISTORY_FOLDER, PLANS_FOLDER, UPLOADS_FOLDER
from planning.store.service.reading import head_of
from planning.store.service.records import JobState
from planning.store.service.schema import JOBS, METADATA, PLANS
from planning.store.service.sql_store import DATABASE_FILE, SqlStore
from planning.whole_files import write_json, writing

MANIFEST, FILES_FOLDER = "manifest.json", "files"
ATTEMPTS = 5
ROWS_AT_ONCE = 5000
PIECE = 1 << 20
LOG, DIGITS = "_delta_log", 20
POINTER = "_last_checkpoint"


@dataclass(frozen=True)
class Manifest:
    """What a backup holds; `files`: SHA-256 by name, the database and the manifest apart."""

    restock: str
    taken_at: float
    version: int  # of the tables
    history: dict[str, int]  # version in Delta Lake, by table
    database: str  # SHA-256
    files: dict[str, str]


def back_up(store: SqlStore, out: Path) -> Manifest:
    """Keep the state as it is now in a new folder; whole or not at all."""
    if out.exists():
        raise ConflictError("there is something already", str(out), "Name a new folder.")
    if out.resolve().is_relative_to(store.workspace.resolve()):
        raise ConflictError(
            "a backup in the workspace would be lost with it", str(out), "Name a folder elsewhere."
        )
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        for _ in range(ATTEMPTS):
            draft = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
            try:
                manifest = _fill(store, draft)
                write_json(asdict(manifest), draft / MANIFEST)
                draft.chmod(0o755)
                draft.rename(out)
                return manifest
            except FileNotFoundError:
                continue  # an upload was worked off meanwhile: the next state does without it
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    raise UnavailableError(
        "files of the workspace go while they are copied", str(store.workspace), "Try again."
    )


def _fill(store: SqlStore, draft: Path) -> Manifest:
    """Database first, then all that it names."""
    taken_at = time.time()
    copy = draft / DATABASE_FILE
    if store.database.engine.dialect.name == "sqlite":
        _copy_sqlite(store.database, copy)
    else:
        _copy_rows_out(store.database, copy)
    kept = Database(f"sqlite:///{copy}")
    try:
        with kept.read() as connection:
            head = head_of(connection)
            asked = select(PLANS.c.folder).where(PLANS.c.folder.is_not(None))
            plans = sorted(connection.execute(asked).scalars())
            uploads = _waiting(connection)
    finally:
        kept.engine.dispose()
    history = {name: at for name, at in head.tables.items() if at is not None}
    files = {}
    for source in _files(store, history, plans):
        name = source.relative_to(store.workspace).as_posix()
        files[name] = copied(source, draft / FILES_FOLDER / name)
    for name in uploads - set(files):
        raise FileNotFoundError(name)
    files = dict(sorted(files.items()))
    return Manifest(version("restock"), taken_at, head.version, history, hash_of(copy), files)


def _waiting(connection: Connection) -> set[str]:
    """Names of the uploaded files that jobs are still to read."""
    going = [JobState.QUEUED.value, JobState.RUNNING.value]
    asked = select(JOBS.c.arguments).where(JOBS.c.kind == "import", JOBS.c.state.in_(going))
    return {f"{UPLOADS_FOLDER}/{told['file']}" for told in connection.execute(asked).scalars()}


def _files(store: SqlStore, history: dict[str, int], plans: list[str]) -> Iterator[Path]:
    """Files of the workspace that belong to the state: what names others before the others."""
    apart = {HISTORY_FOLDER, PLANS_FOLDER}
    for entry in sorted(store.workspace.iterdir(), key=lambda one: (one.is_dir(), one.name)):
        if entry.name.startswith((".", DATABASE_FILE)) or entry.suffix == ".lock":
            continue
        if entry.is_file():
            yield entry
        elif entry.name not in apart:
            yield from _below(entry)
    for folder in plans:
        yield from _below(store.workspace / PLANS_FOLDER / folder)
    if store.history.local:
        for table, at in sorted(history.items()):
            yield from _history(store.workspace / HISTORY_FOLDER / table, at)


def _below(folder: Path) -> Iterator[Path]:
    """Every file below a folder but drafts and locks."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.name.startswith(".") and file.suffix != ".lock":
            yield file


def _history(folder: Path, at: int) -> Iterator[Path]:
    """The files of a Delta table up to a version; its log says which of them each version has."""
    for file in sorted(folder.rglob("*")):
        if not file.is_file():
            continue
        if file.parent.name != LOG:
            yield file
        elif file.name == POINTER:
            if json.loads(file.read_text(encoding="utf-8"))["version"] <= at:
                yield file
        elif file.name[:DIGITS].isdigit() and int(file.name[:DIGITS]) <= at:
            yield file


def _copy_sqlite(database: Database, copy: Path) -> None:
    """SQLite's own copy of one state, while others write."""
    with database.said():
        source = database.engine.raw_connection()
        try:
            target = sqlite3.connect(copy)
            try:
                assert source.dbapi_connection is not None
                source.dbapi_connection.backup(target)
                told = target.execute("PRAGMA integrity_check").fetchone()[0]
            finally:
                target.close()
        finally:
            source.close()
    if told != "ok":
        raise UnavailableError(
            f"the database is damaged: {str(told).splitlines()[0]}",
            str(database.engine.url.database),
            "Restore an earlier backup.",
        )


def _copy_rows_out(database: Database, copy: Path) -> None:
    """All rows of one state, in a SQLite file of the same schema."""
    target = Database(f"sqlite:///{copy}")
    try:
        migrate(target)
        with database.read() as source, target.write() as writes:
            copy_rows(source, writes)
    finally:
        target.engine.dispose()


def copy_rows(source: Connection, target: Connection) -> None:
    """Make the tables of `target` hold the rows of `source`; its counters go on after them."""
    for table in METADATA.sorted_tables:
        target.execute(delete(table))
        rows = source.execution_options(yield_per=ROWS_AT_ONCE).execute(select(table))
        for part in rows.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in part])
        number = table.autoincrement_column
        if number is not None and target.dialect.name == "postgresql":
            last = target.execute(select(func.max(number))).scalar_one()
            if last is not None:
                sequence = func.pg_get_serial_sequence(table.name, number.name)
                target.execute(select(func.setval(sequence, last)))


def copied(source: Path, to: Path) -> str:
    """Copy a file that is written whole, and give its SHA-256; it is on the disk then."""
    to.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with source.open("rb") as reads, to.open("xb") as writes:
        while piece := reads.read(PIECE):
            digest.update(piece)
            writes.write(piece)
        writes.flush()
        os.fsync(writes.fileno())
    return digest.hexdigest()


def hash_of(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as reads:
        return hashlib.file_digest(reads, "sha256").hexdigest()
