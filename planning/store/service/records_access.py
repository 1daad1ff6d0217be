"""What the door keeps: keys, answers that were given, and who did what; see `records`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from planning.store.service.records import Json


@dataclass(frozen=True)
class Key:
    """A key of the API without its secret; `locations` None: all."""

    id: str
    name: str
    scopes: frozenset[str]
    locations: frozenset[str] | None
    created_at: float
    expires_at: float | None
    revoked_at: float | None
    approval_limit: float | None = None  # money up to which it may approve; None: any


class Answering(StrEnum):
    """What an idempotency key was found to be."""

    NEW = "new"  # work may begin
    RUNNING = "running"  # another request is at work on it
    ANSWERED = "answered"  # give the stored answer
    OTHER_REQUEST = "other_request"  # the key was used with another body


@dataclass(frozen=True)
class Answer:
    """A stored answer of a POST."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class IdempotencyRecord:
    """How an idempotency key stands, and the answer where there is one."""

    state: Answering
    answer: Answer | None = None


@dataclass(frozen=True)
class AuditEntry:
    """One change: who, when, what was done to what, before and after."""

    number: int
    at: float
    by: str
    action: str
    subject: str  # recommendation, plan, table, key, job
    subject_id: str
    before: Json | None
    after: Json | None
    reason: str = ""
