"""Whether the service lives, whether it is ready, and its figures."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter, Request, Response

from api.http.contracts import problems
from api.http.observed import MEDIA_TYPE
from api.http.principals import READ, require
from api.http.routing import ServiceRoute
from planning.store.service.interface import ServiceStore

router = APIRouter(tags=["health"], route_class=ServiceRoute)


@router.get("/healthz", operation_id="is_alive", responses=problems())
async def alive() -> dict[str, str]:
    """The process answers, whatever the database does."""
    return {"status": "alive", "version": version("restock")}


@router.get("/readyz", operation_id="is_ready", responses=problems(503))
def ready(request: Request) -> dict[str, str]:
    """The database answers; 503 with Retry-After while it does not."""
    store: ServiceStore = request.app.state.store
    store.ping()
    return {"status": "ready"}


@router.get(
    "/metrics",
    operation_id="get_metrics",
    response_class=Response,
    responses={
        **problems(),
        200: {
            "description": "Figures of this process for Prometheus",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        },
    },
)
def metrics(request: Request) -> Response:
    """Figures of this process for Prometheus."""
    require(request, READ)
    figures = request.app.state.figures
    store: ServiceStore = request.app.state.store
    figures.version.set(store.version())
    return Response(figures.text(), media_type=MEDIA_TYPE)
