"""The application: routes, the gate before them, and every error as a problem."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.http.alerts import Alerts
from api.http.gate import Bounds, Gate
from api.http.gathered import Gathered
from api.http.observed import LOG, Figures
from api.http.openapi import document
from api.http.paging import Frames, Grounds
from api.http.principals import Keyring
from api.http.problems import Refusal, of_status, refusal_of, respond
from api.http.routes import (
    health,
    insight,
    jobs,
    lines,
    plans,
    recommendations,
    settings,
    tables,
    uploads,
)
from api.http.shortcut import Shortcut
from domain.errors import RestockError
from planning.store.service.interface import ServiceStore

ROUTERS = (recommendations, tables, uploads, settings, lines, plans, insight, jobs, health)
"""Routes are tried in this order: the one that is asked most comes first."""
SHOWN_ERRORS = 20


def create_app(
    store: ServiceStore, workspace: Path, loopback: bool = True, bounds: Bounds | None = None
) -> FastAPI:
    """The service over a store, which it closes when it ends.

    `loopback`: it listens on this machine alone, and needs no key as long as none was made.
    """

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        LOG.info("started", extra={"told": {"loopback": loopback}})
        yield
        store.close()
        LOG.info("stopped")

    app = FastAPI(
        title="Restock",
        version=version("restock"),
        summary="Sales in, recommendations out.",
        lifespan=life,
        docs_url=None,  # the pages for people load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.store, app.state.workspace = store, workspace
    app.state.keyring, app.state.look_ups = Keyring(store, loopback), Gathered(store)
    app.state.figures, app.state.frames, app.state.grounds = Figures(), Frames(), Grounds()
    app.state.alerts = Alerts(app.state.frames, app.state.grounds)
    for module in ROUTERS:
        app.include_router(module.router)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RestockError, _refused)
    app.add_exception_handler(RequestValidationError, _refused)
    app.add_middleware(Shortcut, look_ups=app.state.look_ups)
    app.add_middleware(
        Gate,
        keyring=app.state.keyring,
        figures=app.state.figures,
        bounds=bounds or Bounds(),
    )
    app.openapi = lambda: document(app)  # type: ignore[method-assign]
    return app


async def _refused(request: Request, error: Exception) -> Response:
    """Any refusal as problem+json."""
    if isinstance(error, RequestValidationError):
        refusal = _invalid(error)
    elif isinstance(error, RestockError):
        refusal = refusal_of(error)
    else:
        assert isinstance(error, HTTPException)
        refusal = of_status(error)
    return respond(refusal, request.scope["path"], request.scope["request_id"])


def _invalid(error: RequestValidationError) -> Refusal:
    """Values that a declaration does not take, each with its place and why."""
    told: list[dict[str, Any]] = [
        {"where": ".".join(str(part) for part in one["loc"])[:200], "why": str(one["msg"])[:500]}
        for one in error.errors()[:SHOWN_ERRORS]
    ]
    first = told[0] if told else {"where": "request", "why": "cannot hold"}
    what = f"{first['where']}: {first['why']}"
    mend = "GET /openapi.json says what each route takes."
    return Refusal("invalid", what, str(first["where"]), mend, told)
