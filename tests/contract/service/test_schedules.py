"""What is due by the clock is asked for once, whoever looks, however late; on both databases."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from api.jobs import schedule as looking
from api.jobs.schedule import LOOK_SECONDS, Schedule
from api.jobs.worker import Worker
from planning.store.read import read_dataset
from planning.store.service.sql_store import SqlStore
from tests.contract.service.conftest import OpenStore
from tests.contract.service.test_tables import frame, sale

NIGHTLY = {"job": "plan", "at": "02:30"}
WEEKLY = {"job": "retrain", "at": "04:00", "weekdays": "7"}
DAY = 86400.0


class Clock:
    """Seconds that are set by hand, in place of those of the database."""

    def __init__(self) -> None:
        self.now = 1_717_200_000.0  # 2024-06-01 00:00 UTC, a Saturday

    def patch(self, store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(store.database, "now", lambda _connection: self.now)


@pytest.fixture
def clock(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    made.patch(store, monkeypatch)
    store.put_settings({"schedule": [NIGHTLY, WEEKLY]}, "test")
    return made


def look(store: SqlStore) -> list[str]:
    """What a worker that begins now asks for; ids of all jobs."""
    Schedule(store, lambda _said: None).look()
    return sorted(job.id for job in store.jobs(50).items)


def test_a_new_schedule_is_due_the_next_time_not_the_last(store: SqlStore, clock: Clock) -> None:
    assert look(store) == []
    clock.now += 2.4 * 3600
    assert look(store) == []
    clock.now += 0.2 * 3600
    assert look(store) == ["plan-plan-0230-1234567-UTC-20240601T0230Z"]
    assert look(store) == ["plan-plan-0230-1234567-UTC-20240601T0230Z"]


def test_what_was_missed_is_made_up_for_once(store: SqlStore, clock: Clock) -> None:
    look(store)
    clock.now += 5.5 * DAY
    jobs = look(store)
    assert jobs == [
        "plan-plan-0230-1234567-UTC-20240606T0230Z",
        "retrain-0400-7-UTC-20240602T0400Z",
    ]
    assert look(store) == jobs


def test_one_that_was_taken_out_and_comes_back_begins_anew(store: SqlStore, clock: Clock) -> None:
    look(store)
    store.put_settings({}, "test")
    look(store)
    clock.now += 3 * DAY
    store.put_settings({"schedule": [NIGHTLY]}, "test")
    assert look(store) == []


def test_two_workers_ask_for_one_thing(
    store: SqlStore, clock: Clock, open_another: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(store)
    others = [open_another() for _ in range(3)]
    for other in others:
        clock.patch(other, monkeypatch)
    clock.now += 1.5 * DAY
    errors: list[BaseException] = []

    def work(one: SqlStore) -> None:
        try:
            Schedule(one, lambda _said: None).look()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=[one]) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert [job.kind for job in store.jobs(50).items].count("plan") == 1
    assert len(store.plans(50).items) == 1


def test_a_worker_that_died_between_asking_and_noting_it_asks_for_nothing_new(
    store: SqlStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(store)
    clock.now += DAY
    with monkeypatch.context() as killed:
        killed.setattr(store, "scheduled", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            look(store)
    assert len(look(store)) == 1


def test_it_looks_at_most_so_often_and_settings_it_cannot_read_stop_no_job(
    store: SqlStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    now = [0.0]
    one = Schedule(store, said.append, lambda: now[0])
    one.look()
    monkeypatch.setattr(store, "settings", lambda: {"of_a_newer_restock": 1})
    clock.now += DAY
    one.look()
    assert said == []
    now[0] += LOOK_SECONDS
    one.look()
    assert len(said) == 1
    assert "of_a_newer_restock" in said[0]
    assert store.jobs(9).items == ()


def test_by_the_clock_of_the_database_a_schedule_of_now_waits(store: SqlStore) -> None:
    soon = time.strftime("%H:%M", time.gmtime(time.time() - 300))
    store.put_settings({"schedule": [{"job": "plan", "at": soon}]}, "test")
    looking.Schedule(store, lambda _said: None).look()
    assert store.jobs(9).items == ()


def test_a_retraining_learns_from_the_tables_as_they_are(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def retrain_dataset(path: Path, workspace: Path, *_: object) -> None:
        assert workspace == tmp_path
        seen.append(len(read_dataset(path).tables["sales"]))

    monkeypatch.setattr("api.jobs.kinds.retrain.retrain_dataset", retrain_dataset)
    store.upsert("sales", frame("sales", sale("a", "2024-01-01", 2.0)), "test")
    store.enqueue("retrain", {}, "test", "r1")
    assert Worker(store, tmp_path).run(once=True) == 1
    assert (seen, store.job("r1").result) == ([1], {"outcome": "nothing new"})
