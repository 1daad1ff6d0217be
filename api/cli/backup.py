"""`restock backup` and `restock restore`: a state of the service kept, and made a service again."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import Json
from api.cli.store import StoreWorkspace

if TYPE_CHECKING:
    from planning.store.service.backup import Manifest


def backup(
    workspace: StoreWorkspace,
    out: Annotated[Path, typer.Option("--out", help="New folder: whole or not at all.")],
    json_: Json = False,
) -> None:
    """Keep the service's state as it is now, while it goes on."""
    from planning.store.service.backup import back_up
    from planning.store.service.open import database_url, history_url
    from planning.store.service.sql_store import open_sql_store

    store = open_sql_store(workspace, database_url(), history_url())
    try:
        made = back_up(store, out)
        remote = None if store.history.local else store.history.root
    finally:
        store.close()
    _tell(made, f"kept in {out}", json_)
    if remote:
        typer.echo(
            f"Versions of history are named, and lie at {remote}: keep that place as it is.",
            err=True,
        )


def restore(
    folder: Annotated[Path, typer.Argument(help="Folder that restock backup wrote.")],
    workspace: StoreWorkspace,
    json_: Json = False,
) -> None:
    """Make a new workspace of a backup, checked first; nothing that is there is touched."""
    from planning.store.service.open import database_url, history_url
    from planning.store.service.restore import restore as restored

    made = restored(folder, workspace, database_url(), history_url())
    _tell(made, f"restored to {workspace}", json_)


def _tell(made: Manifest, what: str, as_json: bool) -> None:
    taken = dt.datetime.fromtimestamp(made.taken_at, dt.UTC).isoformat(timespec="seconds")
    if as_json:
        told = {"version": made.version, "taken_at": taken, "history": made.history}
        typer.echo(json.dumps({**told, "files": len(made.files)}))
        return
    typer.echo(f"Version {made.version} of {taken}, {len(made.files):,} files: {what}.")
