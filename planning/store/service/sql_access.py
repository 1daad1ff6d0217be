"""Keys, requests and the audit in SQL; see `interface_access.Keys`, `Requests` and `Audit`."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from domain.errors import ConflictError, DataError
from planning.store.service.database import insert_once
from planning.store.service.part import Entry, Part, encoded, not_there, number_of
from planning.store.service.records import Page
from planning.store.service.records_access import (
    Answer,
    Answering,
    AuditEntry,
    IdempotencyRecord,
    Key,
)
from planning.store.service.schema import AUDIT, KEYS, REQUESTS

PREFIX = "rsk_"
SECRET_BYTES = 32
KEPT_SECONDS = 72 * 3600
LEFT_AFTER_SECONDS = 10.0
"""A request of which nobody has said for so long that it runs was left by a process that died."""


class SqlKeys(Part):
    """See `interface_access.Keys`."""

    def create_key(
        self,
        name: str,
        scopes: Collection[str],
        by: str,
        locations: Collection[str] | None = None,
        expires_at: float | None = None,
        approval_limit: float | None = None,
    ) -> tuple[Key, str]:
        """See `interface_access.Keys`."""
        values = {
            "name": name,
            "scopes": sorted(set(scopes)),
            "locations": None if locations is None else sorted(set(locations)),
            "expires_at": expires_at,
            "approval_limit": approval_limit,
        }
        with self.database.write() as connection:
            return self._create(connection, values, by)

    def _create(
        self, connection: Connection, values: Mapping[str, Any], by: str
    ) -> tuple[Key, str]:
        secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        id, now = uuid.uuid4().hex, self.database.now(connection)
        kept = {**values, "id": id, "hashed": hashed(secret), "created_at": now}
        connection.execute(insert(KEYS), kept)
        self.tell(connection, now, [Entry(by, "create", "key", id, after=dict(values))])
        return _key_named(connection, id), secret

    def find_key(self, hashed: str) -> Key | None:
        """See `interface_access.Keys`."""
        with self.database.read() as connection:
            now = self.database.now(connection)
            asked = select(KEYS).where(
                KEYS.c.hashed == hashed,
                or_(KEYS.c.revoked_at.is_(None), KEYS.c.revoked_at > now),
                or_(KEYS.c.expires_at.is_(None), KEYS.c.expires_at > now),
            )
            row = connection.execute(asked).first()
        return None if row is None else _key(row)

    def keys(self) -> list[Key]:
        """See `interface_access.Keys`."""
        with self.database.read() as connection:
            return [_key(row) for row in connection.execute(select(KEYS).order_by(KEYS.c.number))]

    def rotate_key(self, id: str, by: str, overlap_seconds: float = 0.0) -> tuple[Key, str]:
        """See `interface_access.Keys`."""
        with self.database.write() as connection:
            old = _key_named(connection, id)
            if old.revoked_at is not None:
                raise ConflictError(
                    f"the key {id} is revoked", old.name, "Create a new one instead."
                )
            values = {
                "name": old.name,
                "scopes": sorted(old.scopes),
                "locations": None if old.locations is None else sorted(old.locations),
                "expires_at": old.expires_at,
                "approval_limit": old.approval_limit,
            }
            made = self._create(connection, values, by)
            now = self.database.now(connection)
            self._revoke(connection, id, by, "rotate", now, now + overlap_seconds)
            return made

    def revoke_key(self, id: str, by: str) -> Key:
        """See `interface_access.Keys`."""
        with self.database.write() as connection:
            now = self.database.now(connection)
            old = _key_named(connection, id)
            if old.revoked_at is None or old.revoked_at > now:
                self._revoke(connection, id, by, "revoke", now, now)
            return _key_named(connection, id)

    def _revoke(
        self, connection: Connection, id: str, by: str, how: str, now: float, at: float
    ) -> None:
        ended: dict[str, Any] = {"revoked_at": at}
        if at <= now:  # whatever becomes of the clock, its secret is nobody's
            ended["hashed"] = f"ended {id}"
        connection.execute(update(KEYS).where(KEYS.c.id == id).values(**ended))
        self.tell(connection, now, [Entry(by, how, "key", id, after={"revoked_at": at})])


class SqlRequests(Part):
    """See `interface_access.Requests`."""

    def begin_request(
        self, key: str, principal: str, route: str, request_hash: str
    ) -> IdempotencyRecord:
        """See `interface_access.Requests`."""
        with self.database.write() as connection:
            now = self.database.now(connection)
            connection.execute(delete(REQUESTS).where(REQUESTS.c.begun_at < now - KEPT_SECONDS))
            row = connection.execute(
                select(REQUESTS).where(_same(key, principal, route)).with_for_update()
            ).first()
            if row is None:
                return _begun(connection, key, principal, route, request_hash, now)
            if row.request_hash != request_hash:
                return IdempotencyRecord(Answering.OTHER_REQUEST)
            if row.status is not None:
                answer = Answer(row.status, row.headers, row.body)
                return IdempotencyRecord(Answering.ANSWERED, answer)
            if abs(row.begun_at - now) < LEFT_AFTER_SECONDS:  # the clock may have been set back
                return IdempotencyRecord(Answering.RUNNING)
            left = update(REQUESTS).where(_same(key, principal, route))
            connection.execute(left.values(begun_at=now))
            return IdempotencyRecord(Answering.NEW)

    def renew_request(self, key: str, principal: str, route: str) -> None:
        """See `interface_access.Requests`."""
        with self.database.write() as connection:
            told = update(REQUESTS).where(_same(key, principal, route), REQUESTS.c.status.is_(None))
            connection.execute(told.values(begun_at=self.database.now(connection)))

    def answer_request(self, key: str, principal: str, route: str, answer: Answer) -> None:
        """See `interface_access.Requests`."""
        with self.database.write() as connection:
            told = update(REQUESTS).where(_same(key, principal, route), REQUESTS.c.status.is_(None))
            headers = dict(answer.headers)
            connection.execute(told.values(status=answer.status, headers=headers, body=answer.body))

    def forget_request(self, key: str, principal: str, route: str) -> None:
        """See `interface_access.Requests`."""
        with self.database.write() as connection:
            gone = delete(REQUESTS).where(_same(key, principal, route), REQUESTS.c.status.is_(None))
            connection.execute(gone)


class SqlAudit(Part):
    """See `interface_access.Audit`."""

    def audit(
        self, limit: int, cursor: str | None = None, where: Mapping[str, str] | None = None
    ) -> Page[AuditEntry]:
        """See `interface_access.Audit`."""
        asked = select(AUDIT).where(AUDIT.c.number < number_of(cursor))
        for name, wanted in (where or {}).items():
            if name not in ("by", "action", "subject", "subject_id"):
                raise DataError(
                    f"the audit is not asked for by {name!r}",
                    "filter",
                    "Ask by who (by), action, subject or subject_id.",
                )
            asked = asked.where(AUDIT.c[name] == wanted)
        with self.database.read() as connection:
            rows = connection.execute(asked.order_by(AUDIT.c.number.desc()).limit(limit + 1)).all()
        more = len(rows) > limit
        items = tuple(AuditEntry(**row._mapping) for row in rows[:limit])
        return Page(items, encoded(rows[limit - 1].number) if more else None)


def hashed(secret: str) -> str:
    """What is kept of a key's secret: its SHA-256, hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _begun(
    connection: Connection, key: str, principal: str, route: str, request_hash: str, now: float
) -> IdempotencyRecord:
    """Put the record in place; where another was faster, that one is at work."""
    row = {
        "key": key,
        "principal": principal,
        "route": route,
        "request_hash": request_hash,
        "begun_at": now,
    }
    told = insert_once(connection, REQUESTS, row).returning(REQUESTS.c.key)
    first = connection.execute(told).first() is not None
    return IdempotencyRecord(Answering.NEW if first else Answering.RUNNING)


def _same(key: str, principal: str, route: str) -> ColumnElement[bool]:
    columns = REQUESTS.c
    return (columns.key == key) & (columns.principal == principal) & (columns.route == route)


def _key_named(connection: Connection, id: str) -> Key:
    row = connection.execute(select(KEYS).where(KEYS.c.id == id).with_for_update()).first()
    if row is None:
        raise not_there("key", id)
    return _key(row)


def _key(row: Row[Any]) -> Key:
    """A row of the table as a record, without the hash."""
    values = {n: v for n, v in row._mapping.items() if n not in ("number", "hashed")}
    places = values["locations"]
    return Key(
        **{
            **values,
            "scopes": frozenset(values["scopes"]),
            "locations": None if places is None else frozenset(places),
        }
    )
