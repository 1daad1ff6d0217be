"""`restock serve`: the HTTP API and a worker beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ServiceWorkspace = Annotated[
    Path,
    typer.Option(
        "--workspace", envvar="RESTOCK_WORKSPACE", help="Folder that the service keeps all in."
    ),
]
LOCAL = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::", "")


def serve(
    workspace: ServiceWorkspace,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = LOCAL,
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, help="Processes that answer requests.")
    ] = 1,
    requests_per_second: Annotated[
        float,
        typer.Option("--requests-per-second", min=1, help="A key; ten times as many at once."),
    ] = 500.0,
    without_worker: Annotated[
        bool, typer.Option("--no-worker", help="Jobs are done by restock worker elsewhere.")
    ] = False,
) -> None:
    """Answer requests over HTTP, and make plans beside; Ctrl-C ends both cleanly."""
    from contextlib import nullcontext

    from api.http.serving import (
        Door,
        refuse_open_door,
        refuse_taken_address,
        run_server,
        stopped_by_signal,
        when_open,
        worker_beside,
    )
    from planning.store.service.open import open_store

    refuse_taken_address(host, port)
    store = open_store(workspace)
    try:
        loopback = refuse_open_door(store, host)
        keyless = not store.keys()
    finally:
        store.close()
    shown = f"[{host}]" if ":" in host else host

    def answers() -> None:
        routes = "its routes: /openapi.json"
        typer.echo(f"Restock answers on http://{shown}:{port}/v1; {routes}", err=True)
        if keyless:
            typer.echo(
                "No key was made: whoever is on this machine may do everything, nobody else"
                " anything. To be reached from elsewhere: restock keys create, then --host.",
                err=True,
            )

    beside = worker_beside(workspace, lambda said: typer.echo(said, err=True))
    when_open("localhost" if host in EVERYWHERE else host, port, answers)
    with stopped_by_signal(), nullcontext() if without_worker else beside:
        run_server(workspace, host, port, workers, Door(loopback, requests_per_second, workers))
