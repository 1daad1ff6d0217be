"""Keys, idempotency records and the audit."""

from __future__ import annotations

import threading
import time

import pytest

from domain.errors import ConflictError, NotFoundError
from planning.store.service.records_access import Answer, Answering
from planning.store.service.sql_access import hashed
from planning.store.service.sql_store import SqlStore


def test_a_key_is_found_by_its_hash_alone_while_it_is_valid(store: SqlStore) -> None:
    key, secret = store.create_key("erp", ["read"], "ann", ["north"], approval_limit=50.0)
    assert store.find_key(hashed(secret)) == key
    assert (key.scopes, key.locations, key.approval_limit) == ({"read"}, {"north"}, 50.0)
    assert store.find_key(secret) is None
    assert len(secret) > 40
    _, expired = store.create_key("old", ["read"], "ann", expires_at=time.time() - 60)
    assert store.find_key(hashed(expired)) is None
    store.revoke_key(key.id, "ann")
    assert store.find_key(hashed(secret)) is None
    known = store.keys()
    assert [one.name for one in known] == ["erp", "old"]
    assert secret not in str(store.audit(20).items)


def test_a_rotated_key_has_the_same_rights_and_the_old_one_ends(store: SqlStore) -> None:
    key, secret = store.create_key("erp", ["read", "plan"], "ann")
    new, other = store.rotate_key(key.id, "ann", overlap_seconds=60.0)
    assert (new.scopes, new.locations) == (key.scopes, key.locations)
    assert store.find_key(hashed(secret)) is not None
    assert store.find_key(hashed(other)) == new
    store.revoke_key(key.id, "ann")
    assert store.find_key(hashed(secret)) is None
    with pytest.raises(ConflictError):
        store.rotate_key(key.id, "ann")
    with pytest.raises(NotFoundError):
        store.revoke_key("nobody", "ann")


def test_one_of_many_equal_requests_does_the_work_and_all_get_its_answer(store: SqlStore) -> None:
    told: list[Answering] = []

    def ask() -> None:
        told.append(store.begin_request("k", "erp", "POST /v1/plans", "body").state)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == sorted([Answering.NEW, *[Answering.RUNNING] * 5])
    answer = Answer(202, {"Location": "/v1/plans/1"}, b"{}")
    store.answer_request("k", "erp", "POST /v1/plans", answer)
    found = store.begin_request("k", "erp", "POST /v1/plans", "body")
    assert (found.state, found.answer) == (Answering.ANSWERED, answer)
    other = store.begin_request("k", "erp", "POST /v1/plans", "another body")
    assert other.state is Answering.OTHER_REQUEST
    assert store.begin_request("k", "bob", "POST /v1/plans", "body").state is Answering.NEW


def test_a_request_that_did_nothing_may_be_asked_again(store: SqlStore) -> None:
    for _ in range(2):
        assert store.begin_request("k", "erp", "POST /v1/x", "b").state is Answering.NEW
        store.forget_request("k", "erp", "POST /v1/x")


def test_the_audit_tells_who_did_what_newest_first(store: SqlStore) -> None:
    key, _ = store.create_key("erp", ["read"], "ann")
    store.revoke_key(key.id, "bob")
    first = store.audit(1)
    (entry,) = first.items
    assert (entry.by, entry.action, entry.subject, entry.subject_id) == (
        "bob",
        "revoke",
        "key",
        key.id,
    )
    assert [one.by for one in store.audit(9, first.cursor).items] == ["ann"]
    assert store.audit(9, where={"by": "nobody"}).items == ()
