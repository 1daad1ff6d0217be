"""Changes to recommendations on behalf of a key: within its locations and its amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import Request

from api.http.principals import Principal
from api.http.problems import Refusal
from api.http.records import as_refusal, told
from domain.errors import RestockError
from planning.store.service.interface import ServiceStore
from planning.store.service.records import Action, Change, Outcome, Recommendation


def apply_each(request: Request, principal: Principal, changes: Sequence[Change]) -> dict[str, Any]:
    """Do each or say why not, in the order given."""
    outcomes = decide(request.app.state.store, principal, changes)
    name, path = request.scope["request_id"], request.url.path
    items = [told(outcome, path, name) for outcome in outcomes]
    return {"items": items, "failed": sum(outcome.error is not None for outcome in outcomes)}


def apply_one(request: Request, principal: Principal, change: Change) -> Recommendation:
    """Do one, or raise why not."""
    outcome = decide(request.app.state.store, principal, [change])[0]
    if outcome.error is not None:
        raise as_refusal(outcome.error)
    assert outcome.recommendation is not None
    return outcome.recommendation


def decide(store: ServiceStore, principal: Principal, changes: Sequence[Change]) -> list[Outcome]:
    """What became of each change; one the key may not make is refused like any other line."""
    free = principal.locations is None and principal.approval_limit is None
    outcomes: dict[int, Outcome] = {}
    allowed: list[tuple[int, Change]] = []
    for place, change in enumerate(changes):
        try:
            allowed.append((place, change if free else _within(store, principal, change)))
        except (RestockError, Refusal) as error:
            outcomes[place] = Outcome(change.id, None, error)
    done = store.apply([change for _, change in allowed]) if allowed else []
    outcomes.update(zip((place for place, _ in allowed), done, strict=True))
    return [outcomes[place] for place in range(len(changes))]


def _within(store: ServiceStore, principal: Principal, change: Change) -> Change:
    """The change, held to what was looked at; raises Refusal for one beyond the key's rights."""
    one = store.recommendation(change.id)
    if principal.locations is not None and one.location not in principal.locations:
        # Not told apart from one that is not there: ids of other places are not to be probed.
        raise Refusal("not-found", f"there is no recommendation {change.id!r}", "id", "")
    limit = principal.approval_limit
    if change.action is Action.APPROVE and limit is not None and one.order_value > limit:
        raise Refusal(
            "not-allowed",
            f"the line is worth {one.order_value:,.2f}, and the key approves up to {limit:,.2f}",
            change.id,
            "Let a key with the scope approve_any approve it.",
        )
    return change if change.if_change is not None else replace(change, if_change=one.change)
