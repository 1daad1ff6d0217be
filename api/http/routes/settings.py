"""The settings of every plan, read and replaced."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.http import schemas
from api.http.answers import dumped, entity_tag, finite, refuse_changed, respond_json
from api.http.contracts import POSTED, READ, problems
from api.http.declared import refuse_loose
from api.http.principals import ADMIN, require
from api.http.principals import READ as MAY_READ
from api.http.routes.tables import told
from api.http.routing import ServiceRoute
from planning.store.service.interface import ServiceStore

router = APIRouter(prefix="/v1", tags=["settings"], route_class=ServiceRoute)


@router.get("/settings", operation_id="get_settings", response_model=schemas.Answer, responses=READ)
def settings(request: Request) -> Response:
    """The settings of every plan; what is silent is the default of docs/tables.md."""
    require(request, MAY_READ)
    store: ServiceStore = request.app.state.store
    return respond_json(request, finite(store.settings()))


@router.put(
    "/settings",
    operation_id="put_settings",
    response_model=schemas.WrittenAnswer,
    responses={**POSTED, **problems(412, 413, 415, 507)},
)
def put_settings(request: Request, body: schemas.Answer) -> Response:
    """Replace the settings; with If-Match only if they are still as they were read."""
    principal = require(request, ADMIN)
    refuse_loose(body)
    store: ServiceStore = request.app.state.store
    found = store.settings()
    refuse_changed(request, entity_tag(dumped(finite(found))))
    was = found if "if-match" in request.headers else None
    return respond_json(request, told(store.put_settings(body, principal.name, was)))
