"""Everything Restock refuses, each with what is wrong, where, and how to mend it.

RestockError
├── DataError          a dataset that cannot be read without guessing
├── SettingsError      a setting that is unknown or cannot hold its value
├── ForecastError      a forecast that cannot be made at all (one bad series is no error)
├── PlanError          a plan that cannot be made
│   └── InfeasibleError    limits that cannot hold together
├── NotFoundError      something named that is not there
├── ConflictError      two things that cannot both be done
│   ├── ChangedError       something was changed since it was read
│   └── LeaseLostError     another worker has the job by now
└── UnavailableError   a part that is missing or does not answer
    └── DiskFullError      there is no room left to write
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN_PROBLEMS = 20


class RestockError(Exception):
    """A refusal that a person can act on: `what` is wrong, `where`, and how to `mend` it."""

    def __init__(self, what: str, where: str, mend: str) -> None:
        super().__init__(f"{what} ({where}). {mend}")
        self.what = what
        self.where = where
        self.mend = mend


@dataclass(frozen=True)
class BadCell:
    """One cell that was refused: `line` counts from 1 with the header as line 1."""

    file: str
    line: int
    column: str
    value: str
    why: str

    def sentence(self) -> str:
        """The cell's place, value and fault in one line."""
        shown = f"{self.value!r} {self.why}" if self.value else self.why
        return f"{self.file}, line {self.line}, column {self.column}: {shown}"


class DataError(RestockError):
    """The dataset is refused as a whole; `cells` holds the first bad rows, `count` their number."""

    def __init__(
        self, what: str, where: str, mend: str, cells: Sequence[BadCell] = (), count: int = 0
    ) -> None:
        super().__init__(what, where, mend)
        self.cells = tuple(cells[:SHOWN_PROBLEMS])
        self.count = max(count, len(cells))


class SettingsError(RestockError):
    """A setting is unknown, or cannot hold the value it was given."""


class ForecastError(RestockError):
    """No forecast can be made from what was given."""


class PlanError(RestockError):
    """No plan can be made from what was given."""


class InfeasibleError(PlanError):
    """Limits that cannot hold together; `limits` names them."""

    def __init__(self, what: str, where: str, mend: str, limits: Sequence[str] = ()) -> None:
        super().__init__(what, where, mend)
        self.limits = tuple(limits)


class NotFoundError(RestockError):
    """What was named is not there."""


class ConflictError(RestockError):
    """What was asked for contradicts what is there."""


class ChangedError(ConflictError):
    """What is to be changed is no longer as it was read."""


class LeaseLostError(ConflictError):
    """Who writes for a job does not hold it any more; what it made is not taken."""


class UnavailableError(RestockError):
    """A component that is needed is missing or does not answer."""


class DiskFullError(UnavailableError):
    """There is no room left to write; what was there is untouched."""
