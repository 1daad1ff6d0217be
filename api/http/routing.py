"""How a route reads its request: strict JSON, and each POST once for its idempotency key."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from anyio import CancelScope
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.http.problems import Refusal
from api.http.strict_json import parse
from domain.errors import UnavailableError
from planning.store.service.interface import ServiceStore
from planning.store.service.records_access import Answer, Answering

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
KEY = re.compile(r"[\x21-\x7e]{1,200}")
KEPT_HEADERS = ("content-type", "location", "etag", "link", "content-disposition")
REPLAYED = "idempotent-replayed"
RENEWED_SECONDS = 3.0
"""Work that takes longer says so: whoever died says nothing, and another may do it instead."""
Name = tuple[str, str, str]
"""An idempotency key, who sent it, and where to."""


class StrictRequest(Request):
    """A request whose body is read by `strict_json`."""

    async def json(self) -> Any:
        """The value of the body; raises Refusal for one that is no JSON."""
        if not hasattr(self, "_json"):
            self._json = parse(await self.body())
        return self._json


class ServiceRoute(APIRoute):
    """A route of the service."""

    def get_route_handler(self) -> Handler:
        """The framework's handler, behind the checks of this file."""
        original = super().get_route_handler()
        takes_json = self.body_field is not None

        async def handle(request: Request) -> Response:
            request = StrictRequest(request.scope, request.receive)
            if takes_json:
                _refuse_other_media(request)
            key = request.headers.get("idempotency-key")
            if key is None or request.method != "POST" or request.url.path.endswith("/uploads"):
                return await original(request)
            digest = hashlib.sha256(request.scope["query_string"] + b"\n" + await request.body())
            return await once(request, key, digest.hexdigest(), original)

        return handle


def _refuse_other_media(request: Request) -> None:
    """Raise where the body is said to be something else than JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise Refusal(
            "unknown-media-type",
            f"the body is {kind[:80]!r}, and JSON is read here" if kind else "the body has no type",
            "Content-Type",
            "Send JSON with 'Content-Type: application/json'.",
        )


def request_identity(request: Request) -> str | None:
    """What a request with an idempotency key makes is called: the same in every attempt."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    principal = request.scope["principal"].name
    return hashlib.sha256(f"{principal}\n{request.url.path}\n{key}".encode()).hexdigest()[:32]


async def once(request: Request, key: str, digest: str, work: Handler) -> Response:
    """The answer of `work`, or the stored one where this key has been answered before.

    A refusal is not stored: nothing was done. What work makes is named by the key
    (`request_identity`), so that one cut off after its write does not do it twice.
    """
    if not KEY.fullmatch(key):
        what = "the idempotency key is not 1 to 200 visible ASCII characters"
        raise Refusal("invalid-text", what, "Idempotency-Key", "Send a new UUID for each request.")
    store: ServiceStore = request.app.state.store
    name = (key, request.scope["principal"].name, request.url.path)
    found = await run_in_threadpool(store.begin_request, *name, digest)
    if found.state is Answering.OTHER_REQUEST:
        what = "the idempotency key was sent before with another body"
        raise Refusal("key-reused", what, "Idempotency-Key", "Make a new key for a new request.")
    if found.state is Answering.RUNNING:
        raise Refusal(
            "still-running",
            "the first request with this idempotency key is still at work",
            "Idempotency-Key",
            "Send it again in a moment to get its answer.",
            headers={"Retry-After": "1"},
        )
    if found.answer is not None:
        headers = {**found.answer.headers, REPLAYED: "true"}
        return Response(found.answer.body, found.answer.status, headers)
    try:
        async with _renewed(store, name):
            response = await work(request)
    except BaseException:
        with CancelScope(shield=True), suppress(UnavailableError):
            await run_in_threadpool(store.forget_request, *name)
        raise
    kept = {name: value for name, value in response.headers.items() if name in KEPT_HEADERS}
    answer = Answer(response.status_code, kept, bytes(response.body))
    await run_in_threadpool(store.answer_request, *name, answer)
    return response


@asynccontextmanager
async def _renewed(store: ServiceStore, name: Name) -> AsyncIterator[None]:
    """Say of a request that it is still at work, for as long as it is."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(RENEWED_SECONDS)
            with suppress(UnavailableError):  # the work itself will find out, and say so
                await run_in_threadpool(store.renew_request, *name)

    renewing = asyncio.ensure_future(renew())
    try:
        yield
    finally:
        renewing.cancel()
