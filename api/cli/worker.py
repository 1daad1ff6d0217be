"""`restock worker`: does the jobs of the service's store."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.store import StoreWorkspace
from api.jobs import LEASE_SECONDS


def worker(
    workspace: StoreWorkspace,
    once: Annotated[
        bool, typer.Option("--once", help="End when no job waits, instead of waiting for more.")
    ] = False,
    lease_seconds: Annotated[
        float,
        typer.Option(
            "--lease-seconds",
            min=1,
            max=3600,
            help="How soon another worker takes over from a dead one.",
        ),
    ] = LEASE_SECONDS,
    beside: Annotated[int | None, typer.Option("--beside", hidden=True)] = None,
) -> None:
    """Do the jobs of the service: plans and imports, one after another."""
    from api.jobs.worker import Stopped, Worker, stopping_on_signals
    from planning.store.service.leftovers import sweep
    from planning.store.service.open import open_store

    store = open_store(workspace)
    sweep(workspace)
    one = Worker(
        store,
        workspace,
        lease_seconds=lease_seconds,
        beside=beside,
        tell=lambda sentence: typer.echo(sentence, err=True),
    )
    try:
        with stopping_on_signals():
            one.run(once)
    except Stopped:
        typer.echo("Stopped; what was at work goes to another worker.", err=True)
    finally:
        store.close()
