"""What the worker asks of the store: work to do, and when it is due."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from planning.store.service.records import Fence, Job, JobState, Json, Page


class Jobs(Protocol):
    """Work for workers. A claim has a lease; whoever holds it writes with a fence."""

    def enqueue(
        self, kind: str, arguments: Json, by: str, id: str | None = None, most_attempts: int = 3
    ) -> Job:
        """Leave a job; the same `id` again gives what is there."""

    def claim(
        self, worker: str, lease_seconds: float, kinds: Collection[str] | None = None
    ) -> Job | None:
        """The oldest job that waits or whose lease ran out, leased; None: nothing to do.

        One that was attempted `most_attempts` times and left fails instead, with the last error
        that was told of it. A lease that ends later than the longest lease there is was written
        before the clock was set back, and has run out.
        """

    def heartbeat(self, fence: Fence, lease_seconds: float) -> bool:
        """Renew the lease; gives whether the job is to be cancelled. LeaseLostError if late."""

    def advance(self, fence: Fence, progress: float, step: str) -> None:
        """Say how far a job is (0 to 1); LeaseLostError if late."""

    def checkpoint(self, fence: Fence, value: Json) -> None:
        """Keep what a later attempt goes on from; LeaseLostError if late."""

    def finish(self, fence: Fence, result: Json) -> None:
        """Done; LeaseLostError if late."""

    def fail(
        self, fence: Fence, error: Json, again: bool = False, after_seconds: float = 0.0
    ) -> None:
        """Failed, or to be tried `again`, not before `after_seconds`, while attempts are left.

        Raises LeaseLostError if late.
        """

    def stopped(self, fence: Fence) -> None:
        """Cancelled as was asked; LeaseLostError if late."""

    def hand_back(self, fence: Fence) -> None:
        """Let another worker have it at once, as a worker that shuts down does; not an attempt."""

    def cancel(self, id: str, by: str) -> Job:
        """Cancel what waits; ask what runs to stop; what is over stays as it is."""

    def job(self, id: str) -> Job:
        """One job."""

    def jobs(
        self, limit: int, cursor: str | None = None, state: JobState | None = None
    ) -> Page[Job]:
        """Jobs, newest first."""


class Schedules(Protocol):
    """Until when each schedule was kept."""

    def schedules(self, names: Collection[str]) -> tuple[float, Mapping[str, float]]:
        """The time now, and for each name the last time it was due and done.

        One that is new begins now; those that are not among the names are forgotten.
        """

    def scheduled(self, name: str, until: float) -> None:
        """What was due at that time is done; an earlier one changes nothing."""
