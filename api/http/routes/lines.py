"""Lines of a plan: approved, changed with a reason, rejected, released."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response

from api.http import schemas
from api.http.answers import (
    JSON,
    accepted,
    refuse_changed,
    respond_json,
    respond_rows,
    respond_texts,
)
from api.http.contracts import LISTED, ONCE, POSTED, READ, problems
from api.http.deciding import apply_each, apply_one
from api.http.paging import DEFAULT_LIMIT, Cursor, Id, Limit, Names, seen_locations
from api.http.principals import APPROVE, Principal, require
from api.http.principals import READ as MAY_READ
from api.http.problems import Refusal
from api.http.records import RECOMMENDED, recommended, recommended_text
from api.http.routes.recommendations import States
from api.http.routing import ServiceRoute
from planning.store.service.interface import ServiceStore
from planning.store.service.records import (
    Action,
    Change,
    Recommendation,
    RecommendationFilter,
    State,
)

router = APIRouter(prefix="/v1/plans/{id}", tags=["lines"], route_class=ServiceRoute)
PAGE = 5000


@router.get(
    "/lines",
    operation_id="list_lines",
    response_model=schemas.RecommendedPage,
    responses={**LISTED, **READ, **LISTED},
)
def listed(
    request: Request,
    id: Id,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
    location: Names = None,
    supplier: Names = None,
    state: States = None,
) -> Response:
    """Lines of the plan in the order of their last change."""
    principal = require(request, MAY_READ)
    store: ServiceStore = request.app.state.store
    store.plan(id)
    only = RecommendationFilter(
        seen_locations(principal, location),
        None if supplier is None else frozenset(supplier),
        states=None if state is None else frozenset(state),
        plan=id,
    )
    if accepted(request) == JSON:
        kept = store.kept_changes(limit, cursor, only)
        following = kept.cursor if len(kept.items) == limit else None
        texts = (
            recommended_text(one, state is not None and one.state not in state)
            for one in kept.items
        )
        return respond_texts(request, texts, following)
    page = store.changes(limit, cursor, only)
    following = page.cursor if len(page.items) == limit else None
    return respond_rows(request, [recommended(one) for one in page.items], RECOMMENDED, following)


@router.get(
    "/lines/{line}",
    operation_id="get_line",
    response_model=schemas.Recommended,
    responses=READ,
)
def one(request: Request, id: Id, line: Id) -> Response:
    """One line; its ETag goes into If-Match of a decision on it."""
    found = _line(request, require(request, MAY_READ), id, line)
    return respond_json(request, recommended(found), tag=_tag(found))


@router.post(
    "/lines/{line}/{action}",
    operation_id="decide_line",
    response_model=schemas.Recommended,
    responses={**POSTED, **problems(404, 409, 412, 413, 415, 507)},
    openapi_extra=ONCE,
)
def decided(
    request: Request,
    id: Id,
    line: Id,
    action: Literal["approve", "change", "reject", "release"],
    decision: schemas.OneDecision,
) -> Response:
    """Decide on one line; with If-Match only if it is still as it was read."""
    principal = require(request, APPROVE)
    found = _line(request, principal, id, line)
    refuse_changed(request, _tag(found))
    held = found.change if "if-match" in request.headers else None
    change = _change(
        principal,
        schemas.Decision(id=line, action=action, if_match=held, **decision.model_dump()),
    )
    now = apply_one(request, principal, change)
    return respond_json(request, recommended(now), tag=_tag(now))


@router.post(
    "/decisions",
    operation_id="decide_lines",
    response_model=schemas.OutcomesAnswer,
    responses={**POSTED, **problems(404, 409, 413, 415, 507)},
    openapi_extra=ONCE,
)
def decided_many(request: Request, id: Id, decisions: schemas.Decisions) -> Response:
    """Decide on many lines; each is taken or refused by itself."""
    principal = require(request, APPROVE)
    request.app.state.store.plan(id)
    changes = [_change(principal, decision) for decision in decisions.items]
    return respond_json(request, apply_each(request, principal, changes))


@router.post(
    "/release",
    operation_id="release_lines",
    response_model=schemas.OutcomesAnswer,
    responses={**POSTED, **problems(404, 409, 413, 415, 507)},
    openapi_extra=ONCE,
)
def released(request: Request, id: Id, asked: schemas.Release) -> Response:
    """Release approved lines to the ERP: from now on they count as on order.

    A line that was released before is answered as it stands: releasing twice orders once.
    """
    principal = require(request, APPROVE)
    store: ServiceStore = request.app.state.store
    store.plan(id)
    ids = _approved(store, principal, id) if asked.ids is None else asked.ids
    changes = [Change(line, Action.RELEASE, principal.name) for line in ids]
    return respond_json(request, apply_each(request, principal, changes))


def _approved(store: ServiceStore, principal: Principal, id: str) -> list[str]:
    """Ids of every approved line of a plan that the key may see."""
    only = RecommendationFilter(
        seen_locations(principal, None), states=frozenset((State.APPROVED,)), plan=id
    )
    ids: list[str] = []
    cursor = None
    while True:
        page = store.changes(PAGE, cursor, only)
        ids += [one.id for one in page.items if not one.tombstone]
        cursor = page.cursor
        if len(page.items) < PAGE:
            return ids


def _line(request: Request, principal: Principal, id: str, line: str) -> Recommendation:
    """A line of this very plan that the key may see."""
    store: ServiceStore = request.app.state.store
    found = store.recommendation(line)
    hidden = principal.locations is not None and found.location not in principal.locations
    if found.plan != id or hidden:
        what = f"plan {id!r} has no line {line!r}"
        raise Refusal("not-found", what, "line", f"GET /v1/plans/{id}/lines lists them.")
    return found


def _tag(line: Recommendation) -> str:
    """The entity tag of a line: the number of its last change."""
    return f'"{line.change}"'


def _change(principal: Principal, decision: schemas.Decision) -> Change:
    """A decision as the store takes it."""
    return Change(
        decision.id,
        Action(decision.action),
        principal.name,
        decision.reason,
        decision.quantity,
        None if decision.due_on is None else decision.due_on.isoformat(),
        if_change=decision.if_match,
    )
