"""The worker: claims a job, does it with its heart beating, and says what came of it."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.cli.failures import as_record
from api.jobs import LEASE_SECONDS
from api.jobs.kind import KINDS, Cancelled, Work
from api.jobs.schedule import Schedule
from domain.errors import LeaseLostError, RestockError, UnavailableError
from planning.store.service.interface import ServiceStore
from planning.store.service.records import Fence

BEATS_A_LEASE = 4
PAUSE_SECONDS = 1.0
A_BUG = {
    "error": "Bug",
    "what": "This is a bug in Restock, not in your data.",
    "mend": "Report what the worker wrote to its standard error.",
}


class Stopped(BaseException):
    """The worker was asked to go: what it has at work goes back."""


def own_name() -> str:
    """A name no other worker has."""
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


@dataclass
class Worker:
    """Does the jobs of a store one after another."""

    store: ServiceStore
    workspace: Path
    name: str = field(default_factory=own_name)
    lease_seconds: float = LEASE_SECONDS
    beside: int | None = None  # the process it was begun by, and with which it ends
    tell: Callable[[str], None] = lambda _sentence: None

    def __post_init__(self) -> None:
        self.schedule = Schedule(self.store, self.tell)

    def run(self, once: bool = False) -> int:
        """Work until asked to stop, or (`once`) until nothing waits; gives the number of jobs.

        A job that is at work when the process `beside` it dies is done to its end.
        """
        done = 0
        while self.beside in (None, os.getppid()):
            try:
                self.schedule.look()
                worked = self.work()
            except UnavailableError as error:
                if once:
                    raise
                self.tell(str(error))
                worked = False
            done += worked
            if not worked:
                if once:
                    return done
                time.sleep(PAUSE_SECONDS)
        self.tell("the process it was begun by is gone")
        return done

    def work(self) -> bool:
        """Do the next job; gives whether there was one."""
        job = self.store.claim(self.name, self.lease_seconds, KINDS.names())
        if job is None:
            return False
        fence = Fence(job.id, self.name, job.attempt)
        work = Work(self.store, self.workspace, job, fence)
        try:
            with self._beating(work):
                said = self._outcome(work)
        except Stopped:
            self.store.hand_back(fence)
            raise
        self.tell(f"{job.kind} {job.id}, attempt {job.attempt}: {said}")
        return True

    def _outcome(self, work: Work) -> str:
        """Do a job and keep what came of it."""
        store, fence = self.store, work.fence
        try:
            try:
                store.finish(fence, KINDS.get(work.job.kind)(work))
                return "done"
            except Cancelled:
                store.stopped(fence)
                return "cancelled"
            except LeaseLostError:
                raise
            except UnavailableError as error:
                # Not the job's fault: once more when what is missing may be there again. Where
                # it is the database itself, this is refused too, and the lease runs out.
                store.fail(fence, as_record(error), again=True, after_seconds=self.lease_seconds)
                return f"put off: {error}"
            except RestockError as error:
                store.fail(fence, as_record(error))
                return f"failed: {error}"
            except Exception as error:
                traceback.print_exception(error)
                store.fail(fence, {**A_BUG, "where": type(error).__name__}, again=True)
                return "failed: a bug"
        except LeaseLostError:
            return "left to another worker"

    @contextmanager
    def _beating(self, work: Work) -> Iterator[None]:
        """Renew the lease from a thread of its own, however long a solve holds this one."""
        over = threading.Event()

        def beat() -> None:
            while not over.wait(self.lease_seconds / BEATS_A_LEASE):
                try:
                    if self.store.heartbeat(work.fence, self.lease_seconds):
                        work.cancel.set()
                except LeaseLostError:
                    work.lost.set()
                    return
                except UnavailableError:
                    continue  # the lease may outlive the pause of the database

        thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """Raise Stopped in the main thread when the process is asked to end."""

    def stop(number: int, frame: Any) -> None:
        del number, frame
        raise Stopped

    before = {one: signal.signal(one, stop) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
