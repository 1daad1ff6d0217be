"""Who asks: keys looked up and remembered for a moment, what each may do, how often it may ask."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.http.problems import Refusal
from planning.store.service.interface_access import Keys
from planning.store.service.records_access import Key

READ, WRITE, PLAN, APPROVE, APPROVE_ANY, ADMIN = (
    "read",
    "write",
    "plan",
    "approve",
    "approve_any",
    "admin",
)
SCOPES = (READ, WRITE, PLAN, APPROVE, APPROVE_ANY, ADMIN)
"""`approve_any` approves above the key's amount; `admin` may do all of it."""
REMEMBERED_SECONDS = 2.0
"""How long a key that was found is believed: a revoked one ends after at most this long."""
ASKED_AGAIN_SECONDS = 1.0
"""From this age on a key is looked up again beside the requests, so that none waits for it."""
REMEMBERED_KEYS = 1000


@dataclass(frozen=True)
class Principal:
    """Who asks: `locations` None means all, `approval_limit` None any amount of money."""

    name: str
    scopes: frozenset[str]
    locations: frozenset[str] | None = None
    approval_limit: float | None = None

    def may(self, scope: str) -> bool:
        """Whether the scope is one of its own; `admin` holds every one."""
        return scope in self.scopes or ADMIN in self.scopes


LOCAL = Principal("local", frozenset(SCOPES))
"""Whoever asks from this machine while there is no key at all."""


@dataclass
class Keyring:
    """Finds the principal of a request.

    Without any key ever made, a service that listens on loopback alone (`loopback`) answers
    everybody on the machine; a service that listens elsewhere answers nobody.
    """

    store: Keys
    loopback: bool
    clock: Callable[[], float] = time.monotonic
    _found: OrderedDict[str, tuple[float, Principal | None]] = field(default_factory=OrderedDict)
    _open: tuple[float, bool] | None = None
    _asking: dict[str, asyncio.Future[tuple[float, Principal | None]]] = field(default_factory=dict)

    async def principal(self, authorization: str | None) -> Principal:
        """Who holds this header's key; raises Refusal without a valid one."""
        if authorization is None:
            if self.loopback and await self._no_key_was_made():
                return LOCAL
            raise _no_key("the request carries no key")
        scheme, _, secret = authorization.partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise _no_key("the Authorization header is not 'Bearer KEY'")
        hashed = hashlib.sha256(secret.strip().encode("utf-8", "replace")).hexdigest()
        kept = self._found.get(hashed)
        if kept is None or self.clock() - kept[0] >= REMEMBERED_SECONDS:
            kept = await asyncio.shield(self._looked_up(hashed))
        elif self.clock() - kept[0] >= ASKED_AGAIN_SECONDS:
            self._looked_up(hashed)
        if kept[1] is None:
            raise _no_key("the key is unknown, has expired or was revoked")
        return kept[1]

    def _looked_up(self, hashed: str) -> asyncio.Future[tuple[float, Principal | None]]:
        """The key in the store, asked for once however many requests wait for it."""
        asking = self._asking.get(hashed)
        if asking is None:
            asking = self._asking[hashed] = asyncio.ensure_future(self._find(hashed))
            asking.add_done_callback(lambda done: self._answered(hashed, done))
        return asking

    def _answered(self, hashed: str, done: asyncio.Future[tuple[float, Principal | None]]) -> None:
        """Whoever waits is told of an error; where nobody does, the next request asks again."""
        self._asking.pop(hashed, None)
        if not done.cancelled():
            done.exception()

    async def _find(self, hashed: str) -> tuple[float, Principal | None]:
        """The key in the store, remembered for a moment."""
        asked_at = self.clock()
        key = await run_in_threadpool(self.store.find_key, hashed)
        kept = (asked_at, None if key is None else principal_of(key))
        self._found[hashed] = kept
        if len(self._found) > REMEMBERED_KEYS:
            self._found.popitem(last=False)
        return kept

    async def _no_key_was_made(self) -> bool:
        """Whether the service is still open to its own machine."""
        if self._open is None or self.clock() - self._open[0] > REMEMBERED_SECONDS:
            keys = await run_in_threadpool(self.store.keys)
            self._open = (self.clock(), not keys)
        return self._open[1]


def principal_of(key: Key) -> Principal:
    """The principal a key stands for, without its secret."""
    limit = None if APPROVE_ANY in key.scopes else key.approval_limit
    return Principal(f"key:{key.id}", key.scopes, key.locations, limit)


def _no_key(what: str) -> Refusal:
    mend = "Make one with restock keys create and send it as 'Authorization: Bearer KEY'."
    return Refusal("no-key", what, "Authorization", mend, headers={"WWW-Authenticate": "Bearer"})


def require(request: Request, scope: str) -> Principal:
    """The principal of a request; raises Refusal where it has not the scope."""
    principal: Principal = request.scope["principal"]
    if not principal.may(scope):
        raise Refusal(
            "not-allowed",
            f"the key has not the scope {scope!r}",
            "Authorization",
            f"Ask with a key made by restock keys create --scope {scope}.",
        )
    return principal


class Rates:
    """Tokens that every principal spends: `per_second` come back, at most `burst` are saved."""

    def __init__(
        self, per_second: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.per_second, self.burst, self.clock = per_second, burst, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, name: str) -> None:
        """Take one token; raises Refusal with the seconds until there is one."""
        now = self.clock()
        left, at = self._left.get(name, (self.burst, now))
        left = min(self.burst, left + (now - at) * self.per_second)
        if left < 1:
            wait = (1 - left) / self.per_second
            raise Refusal(
                "too-many-requests",
                f"more than {self.per_second:g} requests a second",
                "Authorization",
                "Wait, and ask for many skus at once with POST /v1/recommendations/query.",
                headers={"Retry-After": str(max(1, round(wait)))},
            )
        self._left[name] = (left - 1, now)
        self._left.move_to_end(name)
        if len(self._left) > REMEMBERED_KEYS:
            self._left.popitem(last=False)
