"""Writers of one history take turns, on both databases, and none waits for ever."""

from threading import Event, Thread

import pytest

from planning.store.service import turns
from tests.contract.service.conftest import OpenStore


def test_a_turn_begins_when_the_one_before_has_ended(open_another: OpenStore) -> None:
    first, second = open_another(), open_another()
    told: list[str] = []
    begun = Event()

    def write() -> None:
        begun.set()
        with second.turns.taken():
            told.append("second")

    with first.turns.taken():
        thread = Thread(target=write)
        thread.start()
        begun.wait()
        thread.join(0.1)
        told.append("first")
    thread.join()
    assert told == ["first", "second"]


def test_a_turn_that_ended_badly_is_given_back(open_another: OpenStore) -> None:
    first, second = open_another(), open_another()
    with pytest.raises(ZeroDivisionError), first.turns.taken():
        raise ZeroDivisionError
    for store in (second, first, second):
        with store.turns.taken():
            pass


def test_nobody_waits_for_ever(open_another: OpenStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST_SECONDS", 0.05)
    first, second = open_another(), open_another()
    with first.turns.taken(), second.turns.taken(), first.turns.taken():
        pass
    with second.turns.taken():
        pass
