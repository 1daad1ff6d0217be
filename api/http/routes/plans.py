"""Plans: asked for, followed, read, and decided on line by line."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response

from api.http import schemas
from api.http.answers import respond, respond_json, respond_rows
from api.http.contracts import LISTED, ONCE, POSTED, READ, problems
from api.http.declared import refuse_loose
from api.http.paging import (
    DEFAULT_LIMIT,
    Cursor,
    Id,
    Limit,
    Names,
    frame_page,
    refuse_partly_seen,
    seen_locations,
)
from api.http.principals import PLAN, require
from api.http.principals import READ as MAY_READ
from api.http.problems import Refusal
from api.http.records import plan_record
from api.http.routing import ServiceRoute, request_identity
from domain.settings_layers import load_settings
from planning.store.service.interface import ServiceStore
from planning.store.service.records import PlanRequest, PlanState

router = APIRouter(prefix="/v1/plans", tags=["plans"], route_class=ServiceRoute)
Frame = Literal["orders", "exceptions", "inventory", "schedule", "forecast", "limits", "corrected"]
COLUMNS = tuple(schemas.PlanAnswer.model_fields)


@router.post(
    "",
    operation_id="request_plan",
    status_code=202,
    response_model=schemas.PlanAnswer,
    responses=POSTED,
    openapi_extra=ONCE,
)
def requested(request: Request, asked: schemas.PlanOrder) -> Response:
    """Ask for a plan of the tables as they are now; a worker makes it."""
    principal = require(request, PLAN)
    refuse_partly_seen(principal)
    refuse_loose(asked.settings)
    load_settings([("settings of the request", asked.settings)])
    wanted = PlanRequest(None if asked.as_of is None else asked.as_of.isoformat(), asked.settings)
    store: ServiceStore = request.app.state.store
    plan = store.request_plan(wanted, principal.name, request_identity(request))
    place = {"location": f"/v1/plans/{plan.id}", "retry-after": "2"}
    return respond_json(request, plan_record(plan), 202, headers=place)


@router.get("", operation_id="list_plans", response_model=schemas.Items, responses=LISTED)
def listed(request: Request, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """Plans, newest first."""
    require(request, MAY_READ)
    store: ServiceStore = request.app.state.store
    page = store.plans(limit, cursor)
    return respond_rows(request, [plan_record(plan) for plan in page.items], COLUMNS, page.cursor)


@router.get("/{id}", operation_id="get_plan", response_model=schemas.PlanAnswer, responses=READ)
def one(request: Request, id: Id) -> Response:
    """How far a plan is; once published, its key figures, bound and gap in `summary`."""
    require(request, MAY_READ)
    store: ServiceStore = request.app.state.store
    plan = store.plan(id)
    job = store.job(plan.job) if plan.state is PlanState.REQUESTED else None
    return respond_json(request, plan_record(plan, job))


@router.get(
    "/{id}/report",
    operation_id="get_plan_report",
    response_class=Response,
    responses={
        **READ,
        **problems(404, 409),
        200: {
            "description": "The page for people",
            "content": {"text/html": {"schema": {"type": "string"}}},
        },
    },
)
def report(request: Request, id: Id) -> Response:
    """The page for people, as HTML."""
    refuse_partly_seen(require(request, MAY_READ))
    store: ServiceStore = request.app.state.store
    _published(store, id)
    page = store.plan_file(id, "report.html").path.read_bytes()
    return respond(request, page, "text/html; charset=utf-8")


@router.get(
    "/{id}/{name}",
    operation_id="get_plan_table",
    response_model=schemas.Items,
    responses={**LISTED, **problems(404, 406, 409)},
)
def table(
    request: Request,
    id: Id,
    name: Frame,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
    location: Names = None,
    sku: Names = None,
) -> Response:
    """A table of the plan as it was made: exceptions by money, inventory, forecast, limits …"""
    principal = require(request, MAY_READ)
    store: ServiceStore = request.app.state.store
    _published(store, id)
    frame = request.app.state.frames.frame(store, id, name)
    locations = seen_locations(principal, location)
    if locations is not None:
        if "location" not in frame.columns:
            refuse_partly_seen(principal)
            raise Refusal("invalid", f"{name} has no location", "location", "Leave it out.")
        frame = frame[frame["location"].isin(locations)]
    if sku is not None:
        if "sku" not in frame.columns:
            raise Refusal("invalid", f"{name} has no sku", "sku", "Leave it out.")
        frame = frame[frame["sku"].isin(sku)]
    rows, following = frame_page(frame, limit, cursor)
    return respond_rows(request, rows, [str(column) for column in frame.columns], following)


def _published(store: ServiceStore, id: str) -> None:
    """Raise where a plan has nothing to show yet."""
    plan = store.plan(id)
    if plan.state is not PlanState.PUBLISHED:
        raise Refusal(
            "conflict",
            f"the plan is {plan.state.value}",
            id,
            f"Follow it at /v1/plans/{id} until it is published.",
        )
