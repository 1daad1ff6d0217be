"""What every request passes, before any route: name, key, rate, size; and what is told of it."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from api.http.bodies import Message, Receive, counted
from api.http.observed import LOG, REQUESTS, Figures
from api.http.principals import LOCAL, Keyring, Rates
from api.http.problems import Refusal, refusal_of, respond
from domain.errors import RestockError
from planning.whole_files import NO_ROOM

Scope = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Given = Mapping[bytes, bytes]
"""Headers of a request, names in small letters."""

PUBLIC = ("/healthz", "/readyz", "/openapi.json")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
LOOPBACK_HOST = re.compile(r"(localhost|127(\.\d{1,3}){3}|\[::1\]|testserver)(:\d{1,5})?", re.I)
LONGEST_ADDRESS = 8192
CONTROL = re.compile(rb"%(0[0-9a-f]|1[0-9a-f]|7f)", re.I)
"""Control characters in an address: no name of ours holds any."""
PROTECTING = (
    (b"x-content-type-options", b"nosniff"),
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    ),
    (b"referrer-policy", b"no-referrer"),
)


@dataclass(frozen=True)
class Bounds:
    """How much a request may hold, in bytes, and how many may come."""

    body: int = 8 * 1024**2
    upload: int = 2 * 1024**3
    requests_per_second: float = 500.0
    burst: float = 5000.0


class Gate:
    """ASGI middleware; a plain one, because the framework's own costs as much as a route."""

    def __init__(self, app: App, keyring: Keyring, figures: Figures, bounds: Bounds) -> None:
        self.app = app
        self.keyring, self.figures, self.bounds = keyring, figures, bounds
        self.rates = Rates(bounds.requests_per_second, bounds.burst)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = scope["given"] = dict(reversed(scope["headers"]))  # of two, the first counts
        given = headers.get(b"x-request-id", b"").decode("latin-1")
        name = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        scope["request_id"] = name
        began = time.perf_counter()
        status = 0

        async def telling(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                told = [*message.get("headers", ()), (b"x-request-id", name.encode())]
                message["headers"] = [*told, *PROTECTING]
            await send(message)

        try:
            await self._pass(scope, headers, receive, telling)
        except Exception as error:
            if status:
                raise
            refusal = self._refusal(error, name)
            await respond(refusal, scope["path"], name)(scope, receive, telling)
        finally:
            self._tell(scope, status, time.perf_counter() - began)

    async def _pass(self, scope: Scope, headers: Given, receive: Receive, send: Send) -> None:
        """Check what holds for every route, then let the routes answer."""
        if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
            what = f"the address is longer than {LONGEST_ADDRESS:,} characters"
            raise Refusal("long-address", what, "address", "Send long lists in a body.")
        if CONTROL.search(scope["raw_path"] + scope["query_string"]):
            what = "the address holds control characters"
            raise Refusal("invalid-text", what, "address", "Leave them out.")
        if scope["path"] not in PUBLIC:
            principal = await self.keyring.principal(_text(headers, b"authorization"))
            if principal is LOCAL:
                _refuse_foreign(headers)
            self.rates.spend(principal.name)
            scope["principal"] = principal
        if scope["method"] not in ("GET", "HEAD"):
            upload = scope["path"].endswith("/uploads")
            most = self.bounds.upload if upload else self.bounds.body
            declared = _text(headers, b"content-length") or ""
            if declared.isdigit() and int(declared[:20]) > most:
                raise Refusal(
                    "too-large",
                    f"the body is said to hold more than {most:,} bytes",
                    "Content-Length",
                    "Send fewer rows at a time, or a file to /v1/tables/{table}/uploads.",
                )
            packed = (_text(headers, b"content-encoding") or "").lower()
            receive = counted(receive, most, packed)
        await self.app(scope, receive, send)

    def _refusal(self, error: Exception, name: str) -> Refusal:
        """Any error as a refusal; what nobody foresaw says nothing of the inside."""
        if isinstance(error, Refusal):
            return error
        if isinstance(error, RestockError):
            return refusal_of(error)
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            mend = "Make room on the disk of the service, and send it again."
            return Refusal("disk-full", "there is no room left to write", "disk", mend)
        LOG.error("fault", exc_info=error, extra={"told": {"request_id": name}})
        what = "this is a fault of the service, not of the request"
        return Refusal("internal", what, "service", f"Report it with the request id {name}.")

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        """The request in the log and in the figures: its route, and never what it carried."""
        route = getattr(scope.get("route"), "path", "none")
        self.figures.tell(scope["method"], route, status, seconds)
        principal = scope.get("principal")
        by = None if principal is None else principal.name
        REQUESTS.tell(scope["request_id"], scope["method"], route, status, seconds, by)


def _text(headers: Given, name: bytes) -> str | None:
    """A header as text."""
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")


def _refuse_foreign(headers: Given) -> None:
    """Raise where a page of another site asks through this machine's browser."""
    origin = _text(headers, b"origin") or ""
    names = (origin.partition("://")[2] if origin else "localhost", _text(headers, b"host") or "")
    if not all(LOOPBACK_HOST.fullmatch(name) for name in names):
        raise Refusal(
            "foreign-host",
            "without keys the service answers this machine alone, under its own name",
            "Host",
            "Ask for http://127.0.0.1, or make a key with restock keys create.",
        )
