"""Compiled work shared among threads.

Kernels release the interpreter and take a range of series, so plain threads share them out:
nothing of the system is needed (no OpenMP), several callers may work at once, and compiling
takes a third of the time of numba's own parallel loops. Each series is worked by one thread and
no sum crosses series, so results do not depend on the number of threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

T = TypeVar("T")

BLOCKS_PER_THREAD = 4
LEAST_BLOCK = 64
"""Series below which a block is not worth a thread."""


def in_blocks(work: Callable[[int, int], None], count: int, threads: int = 0) -> None:
    """Call `work(begin, end)` on blocks that together are 0 … count - 1.

    `threads` at most; 0: as many as the process may use. An error in a block is raised here.
    """
    workers = threads or available()
    size = max(-(-count // (workers * BLOCKS_PER_THREAD)), LEAST_BLOCK)
    if workers == 1 or size >= count:
        work(0, count)
        return
    begins = range(0, count, size)
    on_threads(lambda begin: work(begin, min(begin + size, count)), begins, workers)


def on_threads(work: Callable[[int], T], places: Iterable[int], threads: int) -> list[T]:
    """What `work(place)` gives for each place; every thread takes the next when it has done one.

    A task for each thread, not for each place: handing over a task takes longer than pricing a
    few series. An error of `work` is raised here.
    """
    every = list(places)
    if threads == 1:
        return [work(place) for place in every]
    found: dict[int, T] = {}
    waiting, taking = iter(enumerate(every)), Lock()

    def drain() -> None:
        while True:
            with taking:
                number, place = next(waiting, (-1, -1))
            if number < 0:
                return
            found[number] = work(place)

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(drain) for _ in range(threads)]:
            done.result()
    return [found[number] for number in range(len(every))]


def available() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
