"""Key figures, alerts, models and the audit."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.http import schemas
from api.http.answers import finite, respond_json, respond_rows
from api.http.contracts import LISTED, READ
from api.http.paging import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Names,
    OneName,
    frame_page,
    refuse_partly_seen,
    seen_locations,
)
from api.http.principals import ADMIN, require
from api.http.principals import READ as MAY_READ
from api.http.records import moment
from api.http.routing import ServiceRoute
from domain.outputs import EXCEPTIONS
from planning.store.service.interface import ServiceStore

router = APIRouter(prefix="/v1", tags=["insight"], route_class=ServiceRoute)
AUDIT = ("number", "at", "by", "action", "subject", "subject_id", "reason", "before", "after")


@router.get("/kpis", operation_id="get_kpis", response_model=schemas.Answer, responses=READ)
def kpis(request: Request) -> Response:
    """Key figures of the newest published plan: now, and projected with it."""
    refuse_partly_seen(require(request, MAY_READ))
    store: ServiceStore = request.app.state.store
    plan = store.newest_plan()
    if plan is None:
        return respond_json(request, {"plan": None, "as_of": None, "kpis": {}})
    figures = finite(plan.summary.get("kpis", {}))
    return respond_json(request, {"plan": plan.id, "as_of": plan.as_of, "kpis": figures})


@router.get("/alerts", operation_id="list_alerts", response_model=schemas.Items, responses=LISTED)
def alerts(
    request: Request, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None, kind: Names = None
) -> Response:
    """What needs a person in the newest published plan, the most money first.

    Stock-outs are as they look by now: with what was counted and sold since the plan.
    """
    principal = require(request, MAY_READ)
    store: ServiceStore = request.app.state.store
    plan = store.newest_plan()
    if plan is None:
        return respond_rows(request, [], EXCEPTIONS.names, None, {"plan": None})
    frame = request.app.state.alerts.frame(store, plan)
    locations = seen_locations(principal, None)
    if locations is not None:
        frame = frame[frame["location"].isin(locations)]
    if kind is not None:
        frame = frame[frame["kind"].isin(kind)]
    rows, following = frame_page(frame, limit, cursor)
    return respond_rows(request, rows, EXCEPTIONS.names, following, {"plan": plan.id})


@router.get("/models", operation_id="get_models", response_model=schemas.Answer, responses=READ)
def models(request: Request) -> Response:
    """The model that plans, and what it was judged by; null where the default stands."""
    from planning.bundle import champion_of

    require(request, MAY_READ)
    champion = champion_of(request.app.state.workspace)
    if champion is None:
        return respond_json(request, {"champion": None, "manifest": None})
    manifest = finite(champion.manifest.model_dump(mode="json"))
    return respond_json(request, {"champion": champion.name, "manifest": manifest})


@router.get("/audit", operation_id="list_audit", response_model=schemas.Items, responses=LISTED)
def audit(
    request: Request,
    limit: Limit = 100,
    cursor: Cursor = None,
    by: OneName = None,
    subject: OneName = None,
    subject_id: OneName = None,
) -> Response:
    """Who changed what, the newest first."""
    require(request, ADMIN)
    store: ServiceStore = request.app.state.store
    asked = {"by": by, "subject": subject, "subject_id": subject_id}
    where = {name: value for name, value in asked.items() if value is not None}
    page = store.audit(limit, cursor, where)
    rows = [
        {**{name: getattr(entry, name) for name in AUDIT}, "at": moment(entry.at)}
        for entry in page.items
    ]
    return respond_rows(request, [finite(row) for row in rows], AUDIT, page.cursor)
