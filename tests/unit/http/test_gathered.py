"""Look-ups of a database elsewhere go together, and none is answered by what was asked before."""

import asyncio
import threading
from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest

from api.http import gathered
from api.http.gathered import Gathered
from domain.errors import UnavailableError
from planning.store.service.interface import ServiceStore
from planning.store.service.records import KeptLine


class Store:
    """Says of every product how many questions there were before; each waits to be let go."""

    local = False

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.begun, self.go, self.down = threading.Event(), threading.Event(), False

    def lines_of(self, skus: Sequence[str]) -> Mapping[str, Sequence[KeptLine]]:
        number = len(self.asked)
        self.asked.append(list(skus))
        self.begun.set()
        assert self.go.wait(10.0)
        if self.down:
            raise UnavailableError("the database is gone", "test", "Wait.")
        return {sku: cast(Any, [number]) for sku in skus if sku != "none"}


async def first_on_its_way(store: Store) -> tuple[Gathered, asyncio.Task[Sequence[KeptLine]]]:
    """A look-up whose question the store has, and has not answered."""
    look_ups = Gathered(cast(ServiceStore, store))
    first = asyncio.create_task(look_ups.lines_of("a"))
    await asyncio.to_thread(store.begun.wait, 10.0)
    return look_ups, first


def test_those_who_come_while_a_question_is_on_its_way_are_the_next_one() -> None:
    async def work() -> None:
        store = Store()
        look_ups, first = await first_on_its_way(store)
        rest = [asyncio.create_task(look_ups.lines_of(sku)) for sku in ("a", "b", "none", "a")]
        await asyncio.sleep(0)
        store.go.set()
        assert await first == [0]
        assert await asyncio.gather(*rest) == [[1], [1], (), [1]]
        assert store.asked == [["a"], ["a", "b", "none"]]
        assert await look_ups.lines_of("c") == [2]

    asyncio.run(work())


def test_a_question_is_of_no_more_products_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathered, "MOST_AT_ONCE", 2)

    async def work() -> None:
        store = Store()
        store.go.set()
        look_ups = Gathered(cast(ServiceStore, store))
        await asyncio.gather(*(look_ups.lines_of(sku) for sku in "abcde"))
        assert [sku for asked in store.asked for sku in asked] == list("abcde")
        assert max(map(len, store.asked)) == 2

    asyncio.run(work())


def test_all_of_a_question_are_told_why_there_is_no_answer_and_the_next_is_asked_again() -> None:
    async def work() -> None:
        store = Store()
        store.down = True
        look_ups, first = await first_on_its_way(store)
        second = asyncio.create_task(look_ups.lines_of("b"))
        store.go.set()
        for one in (first, second):
            with pytest.raises(UnavailableError):
                await one
        store.down = False
        assert await look_ups.lines_of("b") == [len(store.asked) - 1]

    asyncio.run(work())


def test_who_goes_away_holds_up_nobody() -> None:
    async def work() -> None:
        store = Store()
        look_ups, first = await first_on_its_way(store)
        second = asyncio.create_task(look_ups.lines_of("b"))
        await asyncio.sleep(0)
        first.cancel()
        store.go.set()
        assert await second == [1]

    asyncio.run(work())


def test_every_event_loop_has_its_own() -> None:
    store = Store()
    store.go.set()
    look_ups = Gathered(cast(ServiceStore, store))
    told = [asyncio.run(look_ups.lines_of("a")) for _ in range(3)]
    assert told == [[0], [1], [2]]
