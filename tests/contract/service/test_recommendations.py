"""A recommendation lives as the table of transitions says, and its changes are told once each."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from domain.errors import ChangedError, ConflictError, DataError, NotFoundError
from planning.store.service.lifecycle import ON_ORDER, OVER, TRANSITIONS
from planning.store.service.records import (
    Action,
    Change,
    Recommendation,
    RecommendationFilter,
    State,
)
from planning.store.service.sql_store import SqlStore
from tests.contract.service.published import line, publish

PATHS: dict[State, tuple[Action, ...]] = {
    State.PROPOSED: (),
    State.APPROVED: (Action.APPROVE,),
    State.REJECTED: (Action.REJECT,),
    State.RELEASED: (Action.APPROVE, Action.RELEASE),
    State.ACKNOWLEDGED: (Action.APPROVE, Action.RELEASE, Action.ACKNOWLEDGE),
    State.CONFIRMED: (Action.APPROVE, Action.RELEASE, Action.ACKNOWLEDGE, Action.CONFIRM),
    State.PARTLY_RECEIVED: (Action.APPROVE, Action.RELEASE, Action.ACKNOWLEDGE, Action.RECEIVE),
    State.CLOSED: (Action.APPROVE, Action.RELEASE, Action.ACKNOWLEDGE, Action.CLOSE),
    State.FAILED: (Action.APPROVE, Action.RELEASE, Action.FAIL),
    State.WITHDRAWN: (Action.APPROVE, Action.RELEASE, Action.WITHDRAW),
    State.EXPIRED: (Action.EXPIRE,),
}
TOLD: dict[str, Any] = {
    "reason": "because",
    "quantity": 7.0,
    "due_on": "2024-06-09",
    "erp_order_id": "PO-1",
}


def told(id: str, action: Action) -> Change:
    """An action with all it needs."""
    return Change(id, action, "ann", **{n: TOLD[n] for n in TRANSITIONS[action].needs})


def lead(store: SqlStore, id: str, state: State) -> Recommendation:
    """Lead a proposed line to a state."""
    for outcome in store.apply([told(id, action) for action in PATHS[state]]):
        assert outcome.error is None
        assert outcome.changed
    return store.recommendation(id)


def test_every_action_in_every_state_does_what_the_table_says(store: SqlStore) -> None:
    pairs = [(state, action) for state in State for action in Action]
    plan = publish(store, [line(n, f"sku-{n}") for n, _ in enumerate(pairs, start=1)])
    ids = [f"{plan.id}-{n}" for n, _ in enumerate(pairs, start=1)]
    led = zip(ids, pairs, strict=True)
    assert all(o.changed for o in store.apply([told(i, a) for i, (s, _) in led for a in PATHS[s]]))
    before = {one.id: one for one in store.changes(999).items}
    outcomes = store.apply([told(i, a) for i, (_, a) in zip(ids, pairs, strict=True)])
    after = {one.id: one for one in store.changes(999).items}
    for id, (state, action), outcome in zip(ids, pairs, outcomes, strict=True):
        old, new, rule = before[id], after[id], TRANSITIONS[action]
        assert old.state is state
        if state in rule.already:
            assert (outcome.error, outcome.changed, new) == (None, False, old)
        elif state in rule.source:
            assert outcome.changed
            assert new == outcome.recommendation
            assert new.state is rule.target
            assert new.change > old.change
        else:
            assert isinstance(outcome.error, ConflictError), (state, action)
            assert new == old


def test_nothing_follows_on_what_is_over_and_what_is_on_order_was_released() -> None:
    for rule in TRANSITIONS.values():
        assert not rule.source & OVER
    assert TRANSITIONS[Action.RELEASE].already >= ON_ORDER


def test_what_an_action_needs_it_must_be_told(store: SqlStore) -> None:
    plan = publish(store, [line(1, "a")])
    id = f"{plan.id}-1"
    for bad in (
        Change(id, Action.CHANGE, "ann"),
        Change(id, Action.CHANGE, "ann", "more", quantity=float("nan")),
        Change(id, Action.CHANGE, "ann", "more", quantity=-1.0),
        Change(id, Action.CHANGE, "ann", "later", due_on="soon"),
    ):
        assert isinstance(store.apply([bad])[0].error, DataError)
    assert isinstance(store.apply([told("nobody", Action.APPROVE)])[0].error, NotFoundError)
    assert store.recommendation(id).state is State.PROPOSED


def test_a_change_of_quantity_is_worth_its_cost_and_asks_for_approval_anew(
    store: SqlStore,
) -> None:
    plan = publish(store, [line(1, "a", quantity=10.0)])
    lead(store, f"{plan.id}-1", State.APPROVED)
    change = Change(f"{plan.id}-1", Action.CHANGE, "ann", "a trade fair", quantity=30.0)
    (outcome,) = store.apply([change])
    assert outcome.recommendation is not None
    assert outcome.recommendation.state is State.PROPOSED
    assert (outcome.recommendation.quantity, outcome.recommendation.order_value) == (30.0, 60.0)
    (entry,) = store.audit(1, where={"subject_id": f"{plan.id}-1"}).items
    assert (entry.by, entry.action, entry.reason) == ("ann", "change", "a trade fair")
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["quantity"], entry.after["quantity"]) == (10.0, 30.0)


def test_an_order_has_one_number_in_the_erp(store: SqlStore) -> None:
    plan = publish(store, [line(1, "a")])
    id = f"{plan.id}-1"
    lead(store, id, State.RELEASED)
    first = Change(id, Action.ACKNOWLEDGE, "erp", erp_order_id="PO-1")
    other = Change(id, Action.ACKNOWLEDGE, "erp", erp_order_id="PO-2")
    outcomes = store.apply([first, first, other])
    assert [one.changed for one in outcomes] == [True, False, False]
    assert outcomes[1].error is None
    assert isinstance(outcomes[2].error, ConflictError)
    assert store.recommendation(id).erp_order_id == "PO-1"


def test_released_twice_at_once_is_released_once(store: SqlStore) -> None:
    plan = publish(store, [line(1, "a")])
    id = f"{plan.id}-1"
    lead(store, id, State.APPROVED)
    outcomes: list[bool] = []

    def release() -> None:
        outcomes.extend(one.changed for one in store.apply([told(id, Action.RELEASE)]))

    threads = [threading.Thread(target=release) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]
    assert len(store.audit(9, where={"subject_id": id, "action": "release"}).items) == 1


def test_a_change_of_what_was_changed_since_it_was_read_is_refused(store: SqlStore) -> None:
    plan = publish(store, [line(1, "a")])
    read = store.recommendation(f"{plan.id}-1")
    change = Change(read.id, Action.APPROVE, "ann", if_change=read.change)
    first, second = store.apply([change, change])
    assert first.changed
    assert isinstance(second.error, ChangedError)


def test_the_cursor_tells_every_change_once_while_others_change(store: SqlStore) -> None:
    lines = [line(n, f"sku-{n:02}") for n in range(1, 16)]
    plan = publish(store, lines)

    def work() -> None:
        for n in range(1, 16):
            store.apply([told(f"{plan.id}-{n}", Action.APPROVE)])

    worker = threading.Thread(target=work)
    worker.start()
    seen: dict[tuple[str, int], State] = {}
    numbers: list[int] = []
    cursor = None
    while True:
        alive = worker.is_alive()
        page = store.changes(4, cursor)
        for one in page.items:
            assert (one.id, one.change) not in seen
            seen[one.id, one.change] = one.state
            numbers.append(one.change)
        cursor = page.cursor
        if not page.items and not alive:
            break
    worker.join()
    assert numbers == sorted(numbers)
    last = {id: state for (id, _), state in sorted(seen.items(), key=lambda item: item[0][1])}
    assert last == {f"{plan.id}-{n}": State.APPROVED for n in range(1, 16)}


def test_what_leaves_the_states_that_are_followed_comes_as_a_tombstone(store: SqlStore) -> None:
    plan = publish(store, [line(1, "a"), line(2, "b"), line(3, "c")])
    lead(store, f"{plan.id}-3", State.REJECTED)
    only = RecommendationFilter(states=frozenset((State.PROPOSED,)))
    first = store.changes(10, None, only)
    assert [one.sku for one in first.items] == ["a", "b"]
    assert store.changes(10, first.cursor, only).items == ()
    lead(store, f"{plan.id}-1", State.APPROVED)
    (gone,) = store.changes(10, first.cursor, only).items
    assert (gone.sku, gone.tombstone) == ("a", True)


def test_they_are_found_by_product_place_and_plan(store: SqlStore) -> None:
    plan = publish(store, [line(1, "a"), line(2, "a", "north"), line(3, "b")])
    assert [(r.sku, r.location) for r in store.of_skus(["b", "a"])] == [
        ("a", "main"),
        ("a", "north"),
        ("b", "main"),
    ]
    north = RecommendationFilter(locations=frozenset(("north",)), plan=plan.id)
    assert [r.location for r in store.of_skus(["a", "b"], north)] == ["north"]
    assert [r.location for r in store.changes(9, None, north).items] == ["north"]


def test_a_text_that_is_no_cursor_is_refused(store: SqlStore) -> None:
    for text in ("", "x", "WzFd", "%%%"):
        with pytest.raises(DataError, match="no cursor"):
            store.changes(5, text)
