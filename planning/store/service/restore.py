"""A backup made a service again: checked as a whole first, then put where nothing is."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from sqlalchemy import select

from domain.errors import ConflictError, DataError, NotFoundError
from domain.tables import TABLES
from planning.store.service.backup import (
    FILES_FOLDER,
    MANIFEST,
    Manifest,
    copied,
    copy_rows,
    hash_of,
)
from planning.store.service.database import Database
from planning.store.service.history import History
from planning.store.service.migrate import migrate
from planning.store.service.part import HISTORY_FOLDER
from planning.store.service.schema import PLANS, VERSIONS
from planning.store.service.sql_store import DATABASE_FILE, SqlStore, open_sql_store
from planning.whole_files import writing


def restore(
    backup: Path, workspace: Path, url: str | None = None, history: str | None = None
) -> Manifest:
    """Make a new workspace of a backup; `url`: the empty PostgreSQL its database goes to;
    `history`: the object store that its history lies in, and stays in.

    Nothing is touched before every file of the backup was found as it was written. Raises
    ConflictError where something is there already, DataError for a damaged backup.
    """
    manifest = verified(backup)
    with writing(workspace):
        if workspace.exists() and any(workspace.iterdir()):
            raise ConflictError(
                "a backup is restored to a new place, and something is there",
                str(workspace),
                "Name a new folder; the old one stays for you to look at.",
            )
        workspace.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=workspace.parent, prefix=f".{workspace.name}."))
        try:
            for name in manifest.files:
                copied(backup / FILES_FOLDER / name, draft / name)
            copied(backup / DATABASE_FILE, draft / DATABASE_FILE)
            kept = History(history or draft / HISTORY_FOLDER)
            for table, version in manifest.history.items():
                kept.read(TABLES[table], version)
            if url is not None:
                _into(url, draft / DATABASE_FILE)
                (draft / DATABASE_FILE).unlink()
            if workspace.exists():
                workspace.rmdir()
            draft.chmod(0o755)
            draft.rename(workspace)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    store = open_sql_store(workspace, url, history)
    try:
        _look(store, manifest)
    finally:
        store.close()
    return manifest


def verified(backup: Path) -> Manifest:
    """The manifest of a backup whose every file is as it was written."""
    try:
        told = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**told)
    except FileNotFoundError as error:
        raise NotFoundError(
            "there is no backup", str(backup), "Name a folder that restock backup wrote."
        ) from error
    except (ValueError, TypeError) as error:
        raise _damaged(backup, MANIFEST) from error
    wanted = {DATABASE_FILE: manifest.database}
    wanted |= {f"{FILES_FOLDER}/{name}": digest for name, digest in manifest.files.items()}
    for name, digest in wanted.items():
        file = backup / name
        inside = file.resolve().is_relative_to(backup.resolve())
        if not inside or not file.is_file() or hash_of(file) != digest:
            raise _damaged(backup, name)
    return manifest


def _into(url: str, copy: Path) -> None:
    """The rows of a kept database in an empty one of a server."""
    source, target = Database(f"sqlite:///{copy}"), Database(url)
    try:
        migrate(source)
        migrate(target)
        with source.read() as reads, target.write() as writes:
            for table in (VERSIONS, PLANS):
                if writes.execute(select(table).limit(1)).first() is not None:
                    raise ConflictError(
                        "the database holds another service already",
                        target.engine.url.render_as_string(hide_password=True),
                        "Name an empty database.",
                    )
            copy_rows(reads, writes)
    finally:
        source.engine.dispose()
        target.engine.dispose()


def _look(store: SqlStore, manifest: Manifest) -> None:
    """Read what was restored; raises where it is not what the manifest says."""
    if store.version() != manifest.version:
        raise DataError("the tables are of another version", "backup", "Take another backup.")


def _damaged(backup: Path, name: str) -> DataError:
    return DataError(
        f"the backup is damaged: {name} is not as it was written",
        str(backup),
        "Restore another backup.",
    )
