"""`restock purge`: lets go of what is too old to be asked for."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from api.cli.options import Json
from api.cli.store import StoreWorkspace, who


def purge(
    workspace: StoreWorkspace,
    older_than_days: Annotated[
        float, typer.Option("--older-than-days", min=1, help="How long plans can be read again.")
    ] = 400.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, and change nothing.")] = False,
    json_: Json = False,
) -> None:
    """Remove files of old plans and versions of tables that no plan that stays was made from."""
    from planning.store.service.open import database_url, history_url
    from planning.store.service.purge import purge as purged
    from planning.store.service.sql_store import open_sql_store

    store = open_sql_store(workspace, database_url(), history_url())
    try:
        gone = purged(store, older_than_days, who(), dry_run)
    finally:
        store.close()
    if json_:
        typer.echo(json.dumps(vars(gone)))
        return
    went = "would go" if dry_run else "went"
    typer.echo(
        f"Files of {gone.plans:,} plans, {gone.versions:,} versions, {gone.rows:,} rows and"
        f" {gone.files:,} files of history {went}; tables can be read from version"
        f" {gone.kept_from} on."
    )
