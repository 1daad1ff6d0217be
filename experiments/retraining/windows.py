"""The stretch of the past that champion and challengers are judged on."""

from __future__ import annotations

import numpy as np

from domain.errors import DataError
from domain.periods import Calendar
from experiments.calibration.windows import FEWEST_BEFORE, FEWEST_SCORED, Window

SHARE = 0.25
"""Of the history after its first third and the warm-up, what is scored."""
LONGEST_SHARE_OF_YEAR = 0.5


def judging_window(calendar: Calendar, protection_days: int) -> Window:
    """The newest buckets, at most half a year; what lies before them is left to calibrate on.

    Raises DataError where history is too short to judge anybody.
    """
    warm = calendar.buckets_to_cover(protection_days)
    before = max(calendar.count // 3, 2 * warm, FEWEST_BEFORE)
    most = round(calendar.bucket.per_year * LONGEST_SHARE_OF_YEAR)
    scored = min(most, int((calendar.count - before - warm) * SHARE))
    if scored < FEWEST_SCORED:
        needed = int(np.ceil(FEWEST_SCORED / SHARE)) + before + warm
        raise DataError(
            f"{calendar.count} {calendar.bucket.value}s of history are too few to judge models on",
            "sales",
            f"Come back with {max(needed, calendar.count + 1)} or more.",
        )
    last = calendar.count - 1
    begin, until = calendar.end_of(np.array([last - scored - warm, last]))
    return Window(begin, until)
