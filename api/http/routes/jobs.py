"""Jobs: how far the long work is."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.http import schemas
from api.http.answers import respond_json, respond_rows
from api.http.contracts import LISTED, ONCE, POSTED, READ, problems
from api.http.paging import Cursor, Id, Limit
from api.http.principals import PLAN, require
from api.http.principals import READ as MAY_READ
from api.http.records import job_record
from api.http.routing import ServiceRoute
from planning.store.service.interface import ServiceStore
from planning.store.service.records import JobState

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], route_class=ServiceRoute)
COLUMNS = tuple(schemas.JobAnswer.model_fields)


@router.get("", operation_id="list_jobs", response_model=schemas.Items, responses=LISTED)
def listed(
    request: Request, limit: Limit = 100, cursor: Cursor = None, state: JobState | None = None
) -> Response:
    """Jobs, newest first."""
    require(request, MAY_READ)
    store: ServiceStore = request.app.state.store
    page = store.jobs(limit, cursor, state)
    return respond_rows(request, [job_record(job) for job in page.items], COLUMNS, page.cursor)


@router.get("/{id}", operation_id="get_job", response_model=schemas.JobAnswer, responses=READ)
def one(request: Request, id: Id) -> Response:
    """One job: its state, progress, and what came of it."""
    require(request, MAY_READ)
    store: ServiceStore = request.app.state.store
    return respond_json(request, job_record(store.job(id)))


@router.post(
    "/{id}/cancel",
    operation_id="cancel_job",
    response_model=schemas.JobAnswer,
    responses={**POSTED, **problems(404, 409)},
    openapi_extra=ONCE,
)
def cancelled(request: Request, id: Id) -> Response:
    """Cancel a job that waits; ask one that runs to stop."""
    principal = require(request, PLAN)
    store: ServiceStore = request.app.state.store
    return respond_json(request, job_record(store.cancel(id, principal.name)))
