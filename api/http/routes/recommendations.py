"""Recommendations: what to order, for the ERP to fetch, follow and acknowledge."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.http import schemas
from api.http.answers import JSON, accepted, respond, respond_json, respond_rows, respond_texts
from api.http.contracts import LISTED, ONCE, POSTED, READ, problems
from api.http.deciding import apply_each
from api.http.paging import (
    DEFAULT_LIMIT,
    NAME,
    Cursor,
    Grounds,
    Limit,
    Names,
    OneName,
    seen_locations,
)
from api.http.principals import READ as MAY_READ
from api.http.principals import WRITE, require
from api.http.problems import Refusal
from api.http.records import RECOMMENDED, recommended, recommended_text
from api.http.routing import ServiceRoute
from api.http.shortcut import PREFIX, body_of_sku
from planning.store.service.interface import ServiceStore
from planning.store.service.records import Action, Change, RecommendationFilter, State
from planning.what_if.answer import answer
from planning.what_if.one import Change as Otherwise

router = APIRouter(prefix=PREFIX.rstrip("/"), tags=["recommendations"], route_class=ServiceRoute)
States = Annotated[list[State] | None, Query(max_length=20)]


@router.get(
    "/{sku:path}",
    operation_id="get_recommendations_of_sku",
    response_model=schemas.RecommendedPage,
    responses=READ,
)
async def of_sku(
    request: Request,
    sku: Annotated[str, Path(max_length=200, pattern=NAME, examples=["A-100"])],
) -> Response:
    """Every recommendation for one product, at each location and in any state.

    A product without one is answered with an empty list: most need nothing today.
    """
    principal = require(request, MAY_READ)
    return respond(request, await body_of_sku(request.app.state.look_ups, principal, sku))


@router.get(
    "",
    operation_id="list_recommendations",
    response_model=schemas.RecommendedPage,
    responses=LISTED,
)
def listed(
    request: Request,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
    location: Names = None,
    supplier: Names = None,
    sku: Names = None,
    state: States = None,
    plan: OneName = None,
) -> Response:
    """What has changed since the cursor, in the order of change; without one, everything.

    `next` is always there: keep it, and ask with it later for what has changed since. With
    `state`, what has left those states comes as a tombstone.
    """
    principal = require(request, MAY_READ)
    only = RecommendationFilter(
        seen_locations(principal, location),
        None if supplier is None else frozenset(supplier),
        None if sku is None else frozenset(sku),
        None if state is None else frozenset(state),
        plan,
    )
    store: ServiceStore = request.app.state.store
    if accepted(request) != JSON:
        page = store.changes(limit, cursor, only)
        rows = [recommended(one) for one in page.items]
        return respond_rows(request, rows, RECOMMENDED, page.cursor)
    kept = store.kept_changes(limit, cursor, only)
    texts = (
        recommended_text(one, state is not None and one.state not in state) for one in kept.items
    )
    return respond_texts(request, texts, kept.cursor)


@router.post(
    "/query",
    operation_id="query_recommendations",
    response_model=schemas.RecommendedPage,
    responses=POSTED,
    openapi_extra=ONCE,
)
def queried(request: Request, query: schemas.Query) -> Response:
    """Recommendations of up to 10,000 products, in any state unless `states` says."""
    principal = require(request, MAY_READ)
    states = None if query.states is None else frozenset(State(name) for name in query.states)
    only = RecommendationFilter(seen_locations(principal, None), states=states)
    store: ServiceStore = request.app.state.store
    found = store.of_skus(frozenset(query.skus), only)
    return respond_json(request, {"items": [recommended(one) for one in found], "next": None})


@router.post(
    "/what-if",
    operation_id="ask_what_if",
    response_model=schemas.WhatIfAnswer,
    responses={**POSTED, **problems(404, 409)},
    openapi_extra=ONCE,
)
def what_if(request: Request, asked: schemas.WhatIf) -> Response:
    """What the newest plan (or `plan`) would order of one product if something were otherwise.

    The number is that of a whole plan with that change, in milliseconds, for the forecast is as it
    was. `budget`: money for this product alone; `limits`: other bounds of limits by name, in the
    first of their periods. Where limits were reached, what they are worth is held as the plan left
    it: true to the first order, and exact while it does not move; `limits` of the answer says of
    which, within which bounds it was looked at, and whether what was asked lies beyond. Refused
    (409): a product whose demand or stock others share, and a limit whose worth is not known.
    """
    principal = require(request, MAY_READ)
    if seen_locations(principal, [asked.location]) == frozenset():
        raise Refusal("not-found", "there is no such location", "location", "Ask for one of yours.")
    store: ServiceStore = request.app.state.store
    plan = store.newest_plan() if asked.plan is None else store.plan(asked.plan)
    if plan is None:
        raise Refusal("not-found", "no plan was published yet", "plan", "Ask for a plan first.")
    grounds: Grounds = request.app.state.grounds
    limits = {one.limit: one.bound for one in asked.limits}
    change = Otherwise(asked.on_hand, asked.lead_time_days, asked.unit_cost, asked.budget, limits)
    found = answer(grounds.ground(store, plan.id), asked.sku, asked.location, change)
    told = {"plan": plan.id, "as_of": plan.as_of, "sku": asked.sku, "location": asked.location}
    return respond_json(request, {**told, **vars(found)})


@router.post(
    "/acknowledgements",
    operation_id="acknowledge_recommendations",
    response_model=schemas.OutcomesAnswer,
    responses=POSTED,
    openapi_extra=ONCE,
)
def acknowledged(request: Request, told: schemas.Acknowledgements) -> Response:
    """What the ERP has done with released lines; each line is taken or refused by itself."""
    principal = require(request, WRITE)
    changes = [
        Change(
            one.id,
            Action(one.action),
            principal.name,
            one.reason,
            one.quantity,
            None if one.due_on is None else one.due_on.isoformat(),
            one.erp_order_id,
        )
        for one in told.items
    ]
    return respond_json(request, apply_each(request, principal, changes))
