"""One writer of history after another, on whatever machine, so that a long write gets its turn.

A write of history that another has overtaken is done again from its beginning. A file of a year
is then overtaken by small posts for ever: whoever is about to write waits here for whoever
writes. That is a courtesy: after `LONGEST_SECONDS` (somebody was stopped with the turn in hand)
the next goes ahead without it, and the checks of versions keep history whole as ever.
"""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from planning.store.service.database import Database

LONGEST_SECONDS = 10.0
AGAIN_SECONDS = 0.005
BEHIND_SECONDS = 2 * AGAIN_SECONDS
"""Whoever had the turn lets the others look first."""
LOCK = 7_310_582
"""The number of the lock in PostgreSQL."""
LOCK_FILE = "history.lock"


class Turns:
    """The turns of writers of one history, in threads and processes."""

    def __init__(self, database: Database, workspace: Path) -> None:
        self._database = database
        self._file = workspace / LOCK_FILE
        self._mine = threading.Lock()
        self._given_back = 0.0

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn, at most `LONGEST_SECONDS`, and keep it until the end."""
        until = time.monotonic() + LONGEST_SECONDS
        held = self._mine.acquire(timeout=LONGEST_SECONDS)
        try:
            time.sleep(max(0.0, self._given_back + BEHIND_SECONDS - time.monotonic()))
            among = self._in_database if self._postgresql else self._in_workspace
            with among(until):
                yield
        finally:
            self._given_back = time.monotonic()
            if held:
                self._mine.release()

    @property
    def _postgresql(self) -> bool:
        return self._database.engine.dialect.name == "postgresql"

    @contextmanager
    def _in_database(self, until: float) -> Iterator[None]:
        """By a lock that PostgreSQL takes back when its holder is gone."""
        with self._database.said(), self._database.engine.connect() as connected:
            connection = connected.execution_options(isolation_level="AUTOCOMMIT")
            ask = text("SELECT pg_try_advisory_lock(:lock)").bindparams(lock=LOCK)
            held = _tried(lambda: bool(connection.execute(ask).scalar_one()), until)
            try:
                yield
            finally:
                if held:
                    back = text("SELECT pg_advisory_unlock(:lock)").bindparams(lock=LOCK)
                    connection.execute(back)

    @contextmanager
    def _in_workspace(self, until: float) -> Iterator[None]:
        """By a lock on a file that the system takes back when its holder is gone."""
        with self._file.open("ab") as opened:
            _tried(lambda: _locked(opened.fileno()), until)
            yield


def _tried(take: Callable[[], bool], until: float) -> bool:
    """Try until it is taken or the time is up; gives whether it was."""
    while not (taken := take()) and time.monotonic() < until:
        time.sleep(AGAIN_SECONDS)
    return taken


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
