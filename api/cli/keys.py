"""`restock keys`: who may ask the service, made, listed, rotated and revoked."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import Json
from api.cli.serve import ServiceWorkspace
from domain.errors import SettingsError

if TYPE_CHECKING:
    from planning.store.service.records_access import Key

keys = typer.Typer(help="Keys of the HTTP API: shown once, kept as a hash.", no_args_is_help=True)
BY = "command line"
KeyId = Annotated[str, typer.Argument(help="Its id, as restock keys list shows it.")]


@keys.command()
def create(
    workspace: ServiceWorkspace,
    name: Annotated[str, typer.Option("--name", help="Whose key it is.")],
    scope: Annotated[
        list[str],
        typer.Option(
            "--scope", help="read, write, plan, approve, approve_any or admin; may be repeated."
        ),
    ],
    location: Annotated[
        list[str] | None,
        typer.Option("--location", help="A place it is for; all, when silent; may be repeated."),
    ] = None,
    expires_days: Annotated[
        int | None, typer.Option("--expires-days", min=1, max=3650, help="Days it is valid.")
    ] = None,
    approval_limit: Annotated[
        float | None,
        typer.Option("--approval-limit", min=0, help="Value of a line up to which it approves."),
    ] = None,
    json_: Json = False,
) -> None:
    """Make a key and show its secret, once."""
    from api.http.principals import SCOPES
    from planning.store.service.open import open_store

    unknown = sorted(set(scope) - set(SCOPES))
    if unknown:
        raise SettingsError(
            f"there is no scope {unknown[0]!r}", "--scope", f"Known: {', '.join(SCOPES)}."
        )
    store = open_store(workspace)
    try:
        until = None
        if expires_days is not None:
            until = (dt.datetime.now(dt.UTC) + dt.timedelta(days=expires_days)).timestamp()
        made = store.create_key(name, scope, BY, location or None, until, approval_limit)
    finally:
        store.close()
    _show_secret(*made, json_)


@keys.command(name="list")
def listed(workspace: ServiceWorkspace, json_: Json = False) -> None:
    """Every key, without its secret."""
    from planning.store.service.open import open_store

    store = open_store(workspace)
    try:
        found = store.keys()
    finally:
        store.close()
    if json_:
        typer.echo(json.dumps([_record(key) for key in found]))
        return
    if not found:
        typer.echo("No key was made: restock serve answers this machine only.")
    for key in found:
        told = _record(key)
        places = "all locations" if key.locations is None else ", ".join(sorted(key.locations))
        until = f"until {told['expires_at']}" if key.expires_at else "without end"
        ended = f", revoked {told['revoked_at']}" if key.revoked_at else ""
        typer.echo(f"{key.id}  {key.name}: {', '.join(told['scopes'])}; {places}; {until}{ended}")


@keys.command()
def rotate(
    id: KeyId,
    workspace: ServiceWorkspace,
    overlap_hours: Annotated[
        float, typer.Option("--overlap-hours", min=0, max=720, help="The old one is valid too.")
    ] = 24.0,
    json_: Json = False,
) -> None:
    """Make a key with the same rights; the old one ends after the overlap."""
    from planning.store.service.open import open_store

    store = open_store(workspace)
    try:
        made = store.rotate_key(id, BY, overlap_hours * 3600)
    finally:
        store.close()
    _show_secret(*made, json_)


@keys.command()
def revoke(id: KeyId, workspace: ServiceWorkspace) -> None:
    """End a key now."""
    from planning.store.service.open import open_store

    store = open_store(workspace)
    try:
        key = store.revoke_key(id, BY)
    finally:
        store.close()
    typer.echo(f"{key.name} ({key.id}) is revoked.")


def _show_secret(key: Key, secret: str, as_json: bool) -> None:
    """The new key's secret, on standard output alone."""
    if as_json:
        typer.echo(json.dumps({**_record(key), "secret": secret}))
        return
    typer.echo(f"{key.name} ({key.id}); this is shown once:", err=True)
    typer.echo(secret)


def _record(key: Key) -> dict[str, Any]:
    """A key for machines."""

    def moment(seconds: float | None) -> str | None:
        if seconds is None:
            return None
        return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="seconds")

    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "locations": None if key.locations is None else sorted(key.locations),
        "approval_limit": key.approval_limit,
        "created_at": moment(key.created_at),
        "expires_at": moment(key.expires_at),
        "revoked_at": moment(key.revoked_at),
    }
