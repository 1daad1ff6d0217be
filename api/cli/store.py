"""`restock import` and `restock export`: a dataset into the service's store, and out of it."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import progress
from api.cli.options import DatasetArgument, Json

StoreWorkspace = Annotated[
    Path,
    typer.Option(
        "--workspace",
        envvar="RESTOCK_WORKSPACE",
        help="Folder that the service keeps its store in.",
    ),
]


def import_(dataset: DatasetArgument, workspace: StoreWorkspace, json_: Json = False) -> None:
    """Make the service's store hold a dataset, all of it or nothing."""
    from planning.store.service.open import open_store
    from planning.store.service.transfer import import_dataset

    with progress("restock import", quiet=json_) as show:
        show("read and write", None)
        store = open_store(workspace)
        try:
            read, written = import_dataset(dataset, store, who())
        finally:
            store.close()
    rows = {name: len(frame) for name, frame in read.tables.items()}
    if json_:
        told = {"version": written.version, "rows": rows}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    said = ", ".join(f"{count:,} rows of {name}" for name, count in rows.items())
    typer.echo(f"{workspace} holds {said} (version {written.version}).")


def export(
    workspace: StoreWorkspace,
    out: Annotated[Path, typer.Option("--out", help="Folder to write: whole or not at all.")],
    json_: Json = False,
) -> None:
    """Write the service's store as a dataset that every other command reads."""
    from planning.store.service.open import open_store
    from planning.store.service.transfer import export_dataset

    with progress("restock export", quiet=json_) as show:
        show("read and write", None)
        store = open_store(workspace)
        try:
            rows = export_dataset(store, out)
        finally:
            store.close()
    if json_:
        typer.echo(json.dumps({"rows": rows}, ensure_ascii=False))
        return
    said = ", ".join(f"{count:,} rows of {name}" for name, count in rows.items())
    typer.echo(f"Written to {out}: {said}.")


def who() -> str:
    """Who is at the command line, for the audit."""
    return f"command line, {getpass.getuser()}"
