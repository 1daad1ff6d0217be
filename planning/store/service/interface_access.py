"""What the door asks of the store: who may come in, what was answered, and who did what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from planning.store.service.records import Page
from planning.store.service.records_access import Answer, AuditEntry, IdempotencyRecord, Key


class Keys(Protocol):
    """Keys of the API, kept as SHA-256 of their secret."""

    def create_key(
        self,
        name: str,
        scopes: Collection[str],
        by: str,
        locations: Collection[str] | None = None,
        expires_at: float | None = None,
        approval_limit: float | None = None,
    ) -> tuple[Key, str]:
        """A new key and its secret, which is never to be had again."""

    def find_key(self, hashed: str) -> Key | None:
        """The key whose secret has this SHA-256 (hexadecimal), if it is valid now."""

    def keys(self) -> list[Key]:
        """Every key, revoked ones too, by age."""

    def rotate_key(self, id: str, by: str, overlap_seconds: float = 0.0) -> tuple[Key, str]:
        """A new key with the same rights; the old one is valid for `overlap_seconds` more."""

    def revoke_key(self, id: str, by: str) -> Key:
        """End a key now; one that is revoked stays so."""


class Requests(Protocol):
    """Idempotency keys of requests, kept for 72 hours."""

    def begin_request(
        self, key: str, principal: str, route: str, request_hash: str
    ) -> IdempotencyRecord:
        """Put the record in place before the work; only one caller is told NEW.

        One that was neither begun nor renewed within ten seconds was left by a process that
        died: NEW again.
        """

    def renew_request(self, key: str, principal: str, route: str) -> None:
        """Say that the work is still going on."""

    def answer_request(self, key: str, principal: str, route: str, answer: Answer) -> None:
        """Keep the answer."""

    def forget_request(self, key: str, principal: str, route: str) -> None:
        """Take the record away, where no work was done."""


class Audit(Protocol):
    """Who changed what."""

    def audit(
        self, limit: int, cursor: str | None = None, where: Mapping[str, str] | None = None
    ) -> Page[AuditEntry]:
        """Entries, newest first; `where`: by, action, subject, subject_id."""
