"""Stretches of the past on which factors are tried: two to choose by, a later one to prove it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.errors import DataError
from domain.periods import Calendar, Day

CHOOSING = 2
"""Windows that choose; one more, the last, judges."""
LONGEST_SHARE_OF_YEAR = 0.5
FEWEST_SCORED = 4
FEWEST_BEFORE = 8


@dataclass(frozen=True)
class Window:
    """A replay from the close of `begin` to that of `until`; its warm-up lies in the one before."""

    begin: Day
    until: Day


def windows(calendar: Calendar, protection_days: int) -> tuple[Window, ...]:
    """The choosing windows and, last, the judging one, which ends with the calendar [3].

    Scored buckets never overlap: half a year each where history is long enough, else as many as
    leave a third of it before the first. Raises DataError where too few are left.
    """
    warm = calendar.buckets_to_cover(protection_days)
    most = round(calendar.bucket.per_year * LONGEST_SHARE_OF_YEAR)
    before = max(calendar.count // 3, 2 * warm, FEWEST_BEFORE)
    scored = min(most, (calendar.count - before - warm) // (CHOOSING + 1))
    if scored < FEWEST_SCORED:
        needed = before + warm + FEWEST_SCORED * (CHOOSING + 1)
        unit = calendar.bucket.value
        raise DataError(
            f"{calendar.count} {unit}s of history are too few to calibrate on", "sales",
            f"Come back with {max(needed, calendar.count + 1)} or more.",
        )  # fmt: skip
    last = calendar.count - 1
    ends = [last - scored * back for back in range(CHOOSING, -1, -1)]
    days = calendar.end_of(np.array([[end - scored - warm, end] for end in ends]))
    return tuple(Window(begin, until) for begin, until in days)
