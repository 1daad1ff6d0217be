"""Jobs: one worker at a time, late writers refused, nothing done twice, nothing lost."""

from __future__ import annotations

import threading

import pytest

from domain.errors import LeaseLostError, NotFoundError
from planning.store.service.records import (
    Action,
    Change,
    Fence,
    Job,
    JobState,
    PlanRequest,
    PlanState,
    State,
)
from planning.store.service.sql_store import SqlStore
from tests.contract.service.conftest import OpenStore
from tests.contract.service.published import claimed, line, publish, result


def test_two_workers_never_have_the_same_job(store: SqlStore, open_another: OpenStore) -> None:
    ids = [store.enqueue("plan", {}, "ann").id for _ in range(20)]
    taken: list[str] = []

    def work(own: SqlStore, name: str) -> None:
        while (job := own.claim(name, 60.0)) is not None:
            taken.append(job.id)

    stores = [store, open_another()]
    threads = [threading.Thread(target=work, args=(s, str(n))) for n, s in enumerate(stores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(ids)


def test_the_oldest_comes_first_and_only_of_the_kinds_asked_for(store: SqlStore) -> None:
    first, _, third = [store.enqueue(kind, {}, "ann") for kind in ("plan", "import", "plan")]
    assert claimed(store, "a").job == first.id
    claimed(store, "b")
    job = store.claim("c", 60.0, ["plan"])
    assert job is not None
    assert job.id == third.id


def test_a_job_whose_worker_died_is_another_workers_and_late_writes_are_refused(
    store: SqlStore,
) -> None:
    store.enqueue("plan", {}, "ann")
    dead = claimed(store, "dead", lease=0.0)
    store.checkpoint(dead, {"half": 1})
    fresh = claimed(store, "fresh")
    assert (fresh.job, fresh.attempt) == (dead.job, 2)
    assert store.job(dead.job).checkpoint == {"half": 1}
    for late in (
        lambda: store.heartbeat(dead, 60.0),
        lambda: store.advance(dead, 0.5, "solve"),
        lambda: store.checkpoint(dead, {"half": 2}),
        lambda: store.finish(dead, {}),
        lambda: store.fail(dead, {}),
        lambda: store.stopped(dead),
        lambda: store.hand_back(dead),
    ):
        with pytest.raises(LeaseLostError):
            late()
    store.finish(fresh, {"done": True})
    job = store.job(fresh.job)
    assert (job.state, job.result, job.checkpoint) == (JobState.DONE, {"done": True}, {"half": 1})


def test_the_same_worker_is_refused_for_an_attempt_that_is_past(store: SqlStore) -> None:
    store.enqueue("plan", {}, "ann")
    past = claimed(store, "w", lease=0.0)
    now = claimed(store, "w")
    with pytest.raises(LeaseLostError):
        store.finish(past, {})
    store.finish(now, {})


def test_a_job_that_ends_its_workers_is_given_up(store: SqlStore) -> None:
    job = store.enqueue("plan", {}, "ann", most_attempts=2)
    for _ in range(2):
        claimed(store, lease=0.0)
    assert store.claim("w", 60.0) is None
    given_up = store.job(job.id)
    assert given_up.state is JobState.FAILED
    assert given_up.error is not None
    assert "every worker" in str(given_up.error["what"])


def test_a_fault_is_tried_again_until_no_attempt_is_left(store: SqlStore) -> None:
    job = store.enqueue("plan", {}, "ann", most_attempts=2)
    store.fail(claimed(store), {"what": "first"}, again=True)
    assert store.job(job.id).state is JobState.QUEUED
    store.fail(claimed(store), {"what": "second"}, again=True)
    assert (store.job(job.id).state, store.job(job.id).error) == (
        JobState.FAILED,
        {"what": "second"},
    )


def test_handed_back_is_no_attempt(store: SqlStore) -> None:
    job = store.enqueue("plan", {}, "ann")
    store.hand_back(claimed(store))
    assert (store.job(job.id).state, store.job(job.id).attempt) == (JobState.QUEUED, 0)


def test_what_waits_is_cancelled_at_once_and_what_runs_is_asked_to_stop(store: SqlStore) -> None:
    waits, runs = store.enqueue("plan", {}, "ann"), store.enqueue("plan", {}, "ann")
    store.cancel(waits.id, "ann")
    fence = claimed(store)
    assert fence.job == runs.id
    assert not store.heartbeat(fence, 60.0)
    store.cancel(runs.id, "ann")
    assert store.heartbeat(fence, 60.0)
    store.stopped(fence)
    assert {store.job(job.id).state for job in (waits, runs)} == {JobState.CANCELLED}
    assert store.cancel(runs.id, "ann").state is JobState.CANCELLED


def test_a_job_left_with_the_same_id_is_one_job(store: SqlStore) -> None:
    assert store.enqueue("plan", {}, "ann", id="x") == store.enqueue("plan", {}, "bob", id="x")
    with pytest.raises(NotFoundError):
        store.job("y")


def test_pages_of_jobs_tell_each_once_newest_first(store: SqlStore) -> None:
    ids = [store.enqueue("plan", {}, "ann").id for _ in range(5)]
    first = store.jobs(3)
    seen: list[Job] = [*first.items, *store.jobs(3, first.cursor).items]
    assert [job.id for job in seen] == ids[::-1]
    assert store.jobs(9, state=JobState.DONE).items == ()


def test_a_plan_that_was_computed_twice_is_published_once(store: SqlStore) -> None:
    asked = store.request_plan(PlanRequest("2024-06-02"), "ann", id="night")
    assert store.request_plan(PlanRequest("2024-06-02"), "ann", id="night") == asked
    slow = claimed(store, "slow", lease=0.0)
    quick = claimed(store, "quick")
    published = store.publish("night", result([line(1, "a")]), quick)
    with pytest.raises(LeaseLostError):
        store.publish("night", result([line(1, "a"), line(2, "b")]), slow)
    again = store.publish("night", result([line(1, "a"), line(2, "b")]), quick)
    assert again == published
    assert published.state is PlanState.PUBLISHED
    assert [one.id for one in store.changes(9).items] == ["night-1"]


def test_a_plan_fails_or_is_cancelled_as_its_job_is(store: SqlStore) -> None:
    failed = store.request_plan(PlanRequest(), "ann")
    store.fail(claimed(store), {"what": "no sales"})
    assert store.plan(failed.id).state is PlanState.FAILED
    assert store.plan(failed.id).error == {"what": "no sales"}
    gone = store.request_plan(PlanRequest(), "ann")
    store.cancel(gone.job, "ann")
    assert store.plan(gone.id).state is PlanState.CANCELLED
    assert [plan.id for plan in store.plans(9).items] == [gone.id, failed.id]


def test_a_newer_plan_takes_the_place_of_what_nobody_released(store: SqlStore) -> None:
    old = publish(store, [line(1, "a"), line(2, "b"), line(3, "c")])
    store.apply([Change(f"{old.id}-{n}", Action.APPROVE, "ann") for n in (2, 3)])
    store.apply([Change(f"{old.id}-3", Action.RELEASE, "ann")])
    change, released = store.on_order()
    assert [one.sku for one in released] == ["c"]
    publish(store, [line(1, "a")], change)
    states = [store.recommendation(f"{old.id}-{n}").state for n in (1, 2, 3)]
    assert states == [State.EXPIRED, State.EXPIRED, State.RELEASED]


def test_what_was_released_while_a_plan_was_computed_is_not_proposed_again(
    store: SqlStore,
) -> None:
    first = publish(store, [line(1, "a"), line(2, "b")])
    change, _ = store.on_order()
    id = f"{first.id}-1"
    store.apply([Change(id, action, "ann") for action in (Action.APPROVE, Action.RELEASE)])
    second = publish(store, [line(1, "a"), line(2, "b")], change)
    late, fine = (store.recommendation(f"{second.id}-{n}") for n in (1, 2))
    assert (late.state, fine.state) == (State.EXPIRED, State.PROPOSED)
    assert "while the plan was computed" in late.reason
    third = publish(store, [line(1, "a")], store.on_order()[0])
    assert store.recommendation(f"{third.id}-1").state is State.PROPOSED


def test_a_fence_of_nobody_publishes_nothing(store: SqlStore) -> None:
    asked = store.request_plan(PlanRequest(), "ann")
    with pytest.raises(LeaseLostError):
        store.publish(asked.id, result([line(1, "a")]), Fence(asked.job, "w", 1))
    assert store.changes(9).items == ()
