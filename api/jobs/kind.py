"""What a kind of job is: a function that may run twice for one job and then has done it once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from domain.errors import LeaseLostError
from domain.registry import Registry
from planning.store.service.interface import ServiceStore
from planning.store.service.records import Fence, Job, Json

TOLD_EVERY_SECONDS = 0.5


class Cancelled(Exception):
    """The job is to stop: somebody asked for that."""


@dataclass
class Work:
    """A job at work: its store and workspace, and how it says how far it is."""

    store: ServiceStore
    workspace: Path
    job: Job
    fence: Fence
    cancel: threading.Event = field(default_factory=threading.Event)
    lost: threading.Event = field(default_factory=threading.Event)
    _told_at: float = 0.0

    def advance(self, progress: float, step: str) -> None:
        """Say how far it is; raises Cancelled or LeaseLostError where it is to stop."""
        self.look()
        now = time.monotonic()
        if now - self._told_at >= TOLD_EVERY_SECONDS:
            self._told_at = now
            self.store.advance(self.fence, min(max(progress, 0.0), 1.0), step)

    def look(self) -> None:
        """Stop where the heartbeat has found that the job is not to go on."""
        if self.lost.is_set():
            raise LeaseLostError(
                f"job {self.job.id} is another worker's by now", self.fence.worker, "Let it be."
            )
        if self.cancel.is_set():
            raise Cancelled


Run = Callable[[Work], Json]
"""Does the job and gives its result; raises RestockError where it cannot be done."""

KINDS: Registry[Run] = Registry("kind of job", "api.jobs.kinds")
