"""Seconds of solving: a time limit is not used up while compiled code is made.

Compiled code is made once on a machine, at the first plan, and takes up to minutes there. A limit
that counted them would give another plan than the next run does.
"""

from __future__ import annotations

import time
from threading import Lock

from numba.core.event import Event, Listener, register


class _Compiling(Listener):
    """Seconds in which anything was compiled, in whatever threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._under_way = 0
        self._begun = self._seconds = 0.0

    def on_start(self, event: Event) -> None:
        """Something begins to be compiled, perhaps within something else."""
        with self._lock:
            if not self._under_way:
                self._begun = time.monotonic()
            self._under_way += 1

    def on_end(self, event: Event) -> None:
        """It is compiled, or was refused."""
        with self._lock:
            self._under_way -= 1
            if not self._under_way:
                self._seconds += time.monotonic() - self._begun

    def without(self) -> float:
        """`time.monotonic()` less these seconds."""
        with self._lock:
            now = self._begun if self._under_way else time.monotonic()
            return now - self._seconds


_COMPILING = _Compiling()
register("numba:compile", _COMPILING)  # type: ignore[no-untyped-call]


def solving_seconds() -> float:
    """Seconds since some moment, without those in which code was compiled; never falls."""
    return _COMPILING.without()
