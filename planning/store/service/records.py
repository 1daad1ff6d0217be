"""What the store of the service hands out and takes in: plain values, whatever the database.

Moments are seconds since 1970-01-01 UTC by the clock of the database. Days are ISO text. A
`cursor` is opaque text out of an earlier page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")
Json = Mapping[str, Any]
"""An object of JSON values: text, finite numbers, true, false, null, lists and objects."""

HISTORY = ("sales", "stock", "receipts")
"""Tables kept in versions as history; every other declared table is kept as rows."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items in order, and the cursor that goes on after them; None: there are no more."""

    items: tuple[T, ...]
    cursor: str | None


@dataclass(frozen=True)
class TableRow:
    """A row of a table; `version`: the store's version that wrote it, None in history tables."""

    key: tuple[str | float | None, ...]  # by the table's key columns
    values: Json
    version: int | None


@dataclass(frozen=True)
class Written:
    """What became of a write: the version the store has now, rows put and rows taken away."""

    version: int
    rows: int
    removed: int = 0


class PlanState(StrEnum):
    """How far a request for a plan is."""

    REQUESTED = "requested"
    PUBLISHED = "published"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class PlanRequest:
    """What a plan is asked for: the last day known (ISO; None: the last of sales), settings."""

    as_of: str | None = None
    settings: Json = field(default_factory=dict)


@dataclass(frozen=True)
class StoredPlan:
    """A request and, once published, its plan. `id` is the request's; `plan_id` the hash."""

    id: str
    job: str
    state: PlanState
    request: PlanRequest
    created_at: float
    created_by: str
    published_at: float | None = None
    plan_id: str | None = None
    as_of: str | None = None
    version: int | None = None  # of the store, that it was made from
    summary: Json = field(default_factory=dict)  # as summary.json
    files: tuple[str, ...] = ()  # names that `plan_file` knows
    error: Json | None = None  # of the job, where it failed


@dataclass(frozen=True)
class PlanResult:
    """A computed plan, to be published: `folder` holds its files, written whole."""

    plan_id: str
    as_of: str
    version: int
    change: int  # of recommendations, when released lines were read
    summary: Json
    folder: str  # name below the workspace's folder of plans
    files: tuple[str, ...]
    lines: tuple[Json, ...]  # rows of `orders` in domain/outputs.py


class State(StrEnum):
    """Where a recommendation stands; which follows on which is told in `lifecycle`."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    RELEASED = "released"
    ACKNOWLEDGED = "acknowledged"
    CONFIRMED = "confirmed"
    PARTLY_RECEIVED = "partly_received"
    CLOSED = "closed"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Action(StrEnum):
    """What can be done to a recommendation."""

    APPROVE = "approve"
    CHANGE = "change"
    REJECT = "reject"
    RELEASE = "release"
    ACKNOWLEDGE = "acknowledge"
    CONFIRM = "confirm"
    RECEIVE = "receive"
    CLOSE = "close"
    FAIL = "fail"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


@dataclass(frozen=True)
class Recommendation:
    """A line of a published plan and what became of it; a tombstone left the asked-for states."""

    id: str
    plan: str  # id of the request
    change: int  # number of its last change: the entity tag
    state: State
    sku: str
    location: str
    supplier: str
    quantity: float  # units as proposed, changed or confirmed
    due_on: str
    order_value: float  # money, of the quantity as it stands
    line: Json  # the row of `orders` as planned
    changed_at: float
    quantity_received: float = 0.0
    erp_order_id: str | None = None
    reason: str = ""  # of the last change
    on_order_since: int | None = None  # version whose open_orders named it: counted there since
    tombstone: bool = False


class KeptLine(NamedTuple):
    """A recommendation as it lies in the database: `line` is the text of its JSON."""

    id: str
    plan: str
    change: int
    state: str
    sku: str
    location: str
    supplier: str
    quantity: float
    due_on: str
    order_value: float
    quantity_received: float
    erp_order_id: str | None
    reason: str
    changed_at: float
    line: str


@dataclass(frozen=True)
class Change:
    """What to do to one recommendation, by whom; `if_change`: only if its `change` is still so."""

    id: str
    action: Action
    by: str
    reason: str = ""
    quantity: float | None = None  # change, confirm: units of the line; receive: received in all
    due_on: str | None = None  # change, confirm
    erp_order_id: str | None = None  # acknowledge
    if_change: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one change: the recommendation as it stands now, or why it was refused."""

    id: str
    recommendation: Recommendation | None
    error: Exception | None = None  # a RestockError: NotFound, Conflict, Changed or Data
    changed: bool = False  # False where it had been done before


@dataclass(frozen=True)
class RecommendationFilter:
    """Which recommendations; None: all. `locations` is also how a key's scope is kept."""

    locations: frozenset[str] | None = None
    suppliers: frozenset[str] | None = None
    skus: frozenset[str] | None = None
    states: frozenset[State] | None = None
    plan: str | None = None


class JobState(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Job:
    """A piece of work for a worker; the lease ends at `lease_until` unless it is renewed."""

    id: str
    kind: str
    state: JobState
    arguments: Json
    created_at: float
    created_by: str
    attempt: int = 0
    most_attempts: int = 3
    worker: str | None = None
    lease_until: float | None = None
    cancel_requested: bool = False
    progress: float = 0.0  # 0 to 1
    step: str = ""
    checkpoint: Json | None = None
    result: Json | None = None
    error: Json | None = None  # what, where, mend
    started_at: float | None = None
    finished_at: float | None = None


@dataclass(frozen=True)
class Fence:
    """Who may write for a job: a later claim has another attempt, and this one is refused."""

    job: str
    worker: str
    attempt: int


@dataclass(frozen=True)
class PlanFile:
    """A file of a published plan."""

    name: str
    path: Path
