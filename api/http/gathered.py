"""Look-ups that wait together, asked of the store as one question.

On a database elsewhere a question costs a thread and a round trip, whatever it asks for. While
one is on its way nobody else asks: all who come meanwhile are the next one, and are answered by
what the store says after they came.
"""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop, Future, Task
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool

from planning.store.service.interface import ServiceStore
from planning.store.service.records import KeptLine

MOST_AT_ONCE = 64
"""Products of one question; a longer one would hold up those who come after it."""
Waiting = dict[str, list[Future[Sequence[KeptLine]]]]


class Gathered:
    """The recommendations of one product at a time, for whoever asks in any event loop."""

    def __init__(self, store: ServiceStore) -> None:
        self.store = store
        self._waiting: WeakKeyDictionary[AbstractEventLoop, Waiting] = WeakKeyDictionary()
        self._asking: WeakKeyDictionary[AbstractEventLoop, Task[None]] = WeakKeyDictionary()

    async def lines_of(self, sku: str) -> Sequence[KeptLine]:
        """Those of a product, by location and age; raises what the store raises."""
        if self.store.local:  # a thread would cost several times the look-up of a key in a file
            return self.store.lines_of([sku]).get(sku, ())
        loop = asyncio.get_running_loop()
        mine: Future[Sequence[KeptLine]] = loop.create_future()
        waiting = self._waiting.get(loop)
        if waiting is None:
            self._waiting[loop] = {sku: [mine]}
            self._asking[loop] = loop.create_task(self._ask(loop))
        else:
            waiting.setdefault(sku, []).append(mine)
        return await mine

    async def _ask(self, loop: AbstractEventLoop) -> None:
        """Ask until nobody waits."""
        waiting = self._waiting[loop]
        try:
            while waiting:
                asked = {sku: waiting.pop(sku) for sku in list(waiting)[:MOST_AT_ONCE]}
                await self._answer(asked)
        finally:
            del self._waiting[loop]

    async def _answer(self, asked: Waiting) -> None:
        """Tell those who still wait what the store says, or why it does not."""
        try:
            lines = await run_in_threadpool(self.store.lines_of, list(asked))
        except Exception as error:
            for future in (one for futures in asked.values() for one in futures):
                if not future.done():
                    future.set_exception(error)
            return
        for sku, futures in asked.items():
            for future in futures:
                if not future.done():
                    future.set_result(lines.get(sku, ()))
