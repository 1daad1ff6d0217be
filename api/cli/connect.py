"""`restock connect`: an ERP system's tables into the service, and its orders back."""

from __future__ import annotations

from typing import Annotated

import typer

connect = typer.Typer(
    help="An ERP system's tables into the service, its orders back.", no_args_is_help=True
)


@connect.callback()
def _systems() -> None:
    """One command an ERP system."""


@connect.command()
def tryton(
    erp: Annotated[
        str, typer.Option("--erp", help="Address of the database, http://HOST:8000/DATABASE.")
    ],
    erp_key: Annotated[
        str, typer.Option(envvar="TRYTON_KEY", help="Key of a user application for rest.")
    ],
    service_key: Annotated[
        str, typer.Option(envvar="RESTOCK_KEY", help="A key with read and write.")
    ],
    service: Annotated[str, typer.Option("--service", help="Address of restock serve.")],
    company: Annotated[int, typer.Option("--company", min=1, help="Its id in Tryton.")] = 1,
) -> None:
    """Order what was released as draft purchases, then tell the service all there is."""
    from api.connectors.service import Service
    from api.connectors.tryton import synchronize
    from api.connectors.tryton_rest import Tryton

    done = synchronize(Tryton(erp, erp_key, company), Service(service, service_key))
    typer.echo(", ".join(f"{rows:,} {what}" for what, rows in done.items()))
