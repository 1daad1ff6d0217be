"""Every refusal of the API as problem+json (RFC 9457); HTTP status codes live here alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from domain.errors import (
    ChangedError,
    ConflictError,
    DataError,
    DiskFullError,
    ForecastError,
    InfeasibleError,
    NotFoundError,
    PlanError,
    RestockError,
    SettingsError,
    UnavailableError,
)

MEDIA_TYPE = "application/problem+json"
PREFIX = "urn:restock:problem:"
RETRY_SECONDS = 5


@dataclass(frozen=True)
class Kind:
    """A kind of problem: the end of its type, its status and its title."""

    name: str
    status: int
    title: str


KINDS = {
    kind.name: kind
    for kind in (
        Kind("broken-json", 400, "The body is no JSON"),
        Kind("broken-request", 400, "The request cannot be read"),
        Kind("bad-cursor", 404, "The cursor is none of ours"),
        Kind("no-key", 401, "A valid key is needed"),
        Kind("not-allowed", 403, "The key does not allow this"),
        Kind("foreign-host", 403, "Without keys only this machine is answered"),
        Kind("not-found", 404, "There is no such thing"),
        Kind("no-such-method", 405, "This cannot be done here"),
        Kind("not-acceptable", 406, "No such format of answers"),
        Kind("conflict", 409, "Two things that cannot both be done"),
        Kind("infeasible", 409, "Limits that cannot hold together"),
        Kind("still-running", 409, "The same request is still at work"),
        Kind("changed", 412, "It was changed meanwhile"),
        Kind("too-large", 413, "The body is too large"),
        Kind("long-address", 414, "The address is too long"),
        Kind("unknown-media-type", 415, "The body is of a kind that is not read"),
        Kind("invalid", 422, "Values that cannot hold"),
        Kind("invalid-rows", 422, "Rows that cannot hold"),
        Kind("invalid-number", 422, "A number that is none"),
        Kind("invalid-text", 422, "Text with characters that are refused"),
        Kind("invalid-file", 422, "A file that cannot be read"),
        Kind("invalid-settings", 422, "Settings that cannot hold"),
        Kind("no-plan", 422, "No plan can be made"),
        Kind("key-reused", 422, "The idempotency key was used for another request"),
        Kind("too-many-requests", 429, "Too many requests"),
        Kind("too-long-header", 431, "A header is too long"),
        Kind("internal", 500, "A fault of ours"),
        Kind("unavailable", 503, "A part does not answer"),
        Kind("disk-full", 507, "There is no room left to write"),
    )
}


class Refusal(HTTPException):
    """A request that is refused: the kind, what is wrong, where, the mend, and details."""

    def __init__(
        self,
        kind: str,
        what: str,
        where: str = "request",
        mend: str = "",
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        known = KINDS[kind]
        super().__init__(known.status, what, dict(headers or {}))
        self.kind = known
        self.what, self.where, self.mend = what, where, mend
        self.errors = tuple(errors)


STATUS_KINDS = {404: "not-found", 405: "no-such-method", 400: "broken-request"}
ERROR_KINDS: tuple[tuple[type[RestockError], str], ...] = (
    (InfeasibleError, "infeasible"),
    (SettingsError, "invalid-settings"),
    (DataError, "invalid"),
    (ForecastError, "no-plan"),
    (PlanError, "no-plan"),
    (NotFoundError, "not-found"),
    (ChangedError, "changed"),
    (ConflictError, "conflict"),
    (DiskFullError, "disk-full"),
    (UnavailableError, "unavailable"),
)


def refusal_of(error: RestockError) -> Refusal:
    """A refusal of the floors below as one of HTTP: the nearest kind above its class."""
    kind = next(kind for known, kind in ERROR_KINDS if isinstance(error, known))
    if error.where == "cursor":
        kind = "bad-cursor"
    errors: list[Mapping[str, Any]] = []
    if isinstance(error, DataError):
        errors += [vars(cell) for cell in error.cells]
    if isinstance(error, InfeasibleError):
        errors += [{"limit": limit} for limit in error.limits]
    headers = {"Retry-After": str(RETRY_SECONDS)} if kind == "unavailable" else None
    return Refusal(kind, error.what, error.where, error.mend, errors, headers)


def of_status(error: HTTPException) -> Refusal:
    """What the framework refuses by itself: an unknown path, another method, a broken form."""
    if isinstance(error, Refusal):
        return error
    kind = STATUS_KINDS.get(error.status_code, "broken-request")
    mend = "GET /openapi.json lists every route." if error.status_code in (404, 405) else ""
    return Refusal(kind, str(error.detail), "request", mend, headers=error.headers)


def record(refusal: Refusal, instance: str, request_id: str) -> dict[str, Any]:
    """The body of a problem, RFC 9457's members first."""
    told: dict[str, Any] = {
        "type": PREFIX + refusal.kind.name,
        "title": refusal.kind.title,
        "status": refusal.kind.status,
        "detail": refusal.what,
        "instance": instance,
        "where": refusal.where,
        "mend": refusal.mend,
        "request_id": request_id,
    }
    if refusal.errors:
        told["errors"] = list(refusal.errors)
    return told


def respond(refusal: Refusal, instance: str, request_id: str) -> Response:
    """The answer to a refused request. Characters that are none are written as escapes."""
    body = json.dumps(record(refusal, instance, request_id), default=str).encode("ascii")
    return Response(body, refusal.kind.status, refusal.headers, MEDIA_TYPE)
