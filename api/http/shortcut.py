"""The way of the request that is asked most: past routing, dependencies and answers as objects.

What one product's recommendations are is asked for each line of every basket. The framework's
own way costs several times the look-up; whatever is out of the ordinary still goes there.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from api.http.answers import CACHING, JSON, entity_tag, tags
from api.http.bodies import Receive
from api.http.gate import App, Scope, Send
from api.http.gathered import Gathered
from api.http.paging import NAME
from api.http.principals import READ, Principal
from api.http.records import recommended_text

PREFIX = "/v1/recommendations/"


class Route(NamedTuple):
    """What the log and the figures call a route."""

    path: str


ROUTE = Route(PREFIX + "{sku:path}")
SKU = re.compile(NAME.replace("+", "{1,200}"))
HEADERS = [
    (b"content-type", JSON.encode()),
    *((name.encode(), value.encode()) for name, value in CACHING.items()),
]


class Shortcut:
    """ASGI middleware within the gate."""

    def __init__(self, app: App, look_ups: Gathered) -> None:
        self.app, self.look_ups = app, look_ups

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is asked most, and let the framework answer all else."""
        path: str = scope.get("path", "")  # the beginning and end of the process have none
        sku = path[len(PREFIX) :]
        if (
            scope.get("method") != "GET"
            or not path.startswith(PREFIX)
            or not SKU.fullmatch(sku)
            or not scope["principal"].may(READ)
        ):
            await self.app(scope, receive, send)
            return
        scope["route"] = ROUTE
        body = await body_of_sku(self.look_ups, scope["principal"], sku)
        tag = entity_tag(body)
        known = scope["given"].get(b"if-none-match", b"").decode("latin-1")
        fresh = known and ("*" in known or tag in tags(known))
        headers = [*HEADERS, (b"etag", tag.encode())]
        if fresh:
            headers, body = headers[1:], b""
        else:
            headers.append((b"content-length", b"%d" % len(body)))
        start = {"type": "http.response.start", "status": 304 if fresh else 200}
        await send({**start, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def body_of_sku(look_ups: Gathered, principal: Principal, sku: str) -> bytes:
    """Every recommendation of a product that the principal may see, as the answer's JSON."""
    lines = await look_ups.lines_of(sku)
    if principal.locations is not None:
        lines = [one for one in lines if one.location in principal.locations]
    text = ",".join(map(recommended_text, lines))
    return f'{{"items":[{text}],"next":null}}'.encode("utf-8", "replace")
