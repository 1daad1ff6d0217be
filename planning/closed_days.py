"""Days on which suppliers and locations stand still, laid out by series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.periods import Day
from domain.terms import Flags, Integers
from optimization.cycles import ClosureCalendar

FURTHEST_DAYS = 4000
"""Days ahead that closures are known for: past every lead time, review and horizon."""


def closure_calendars(
    closures: pd.DataFrame | None, terms: pd.DataFrame, as_of: Day
) -> tuple[Integers, list[ClosureCalendar]]:
    """For each series the number of its calendar (-1: never closed), and the calendars.

    A supplier's closure stops its orders or its shipping, a location's its receiving; a row
    that names both holds for that supplier at that location only.
    """
    which = np.full(len(terms), -1, dtype=np.int64)
    calendars: list[ClosureCalendar] = []
    if closures is None or closures.empty:
        return which, calendars
    for (supplier, location), rows in terms.groupby(["supplier", "location"], sort=True):
        theirs = closures[
            (closures["supplier"].isna() | (closures["supplier"] == supplier))
            & (closures["location"].isna() | (closures["location"] == location))
        ]
        days = {stop: _days(theirs[theirs["stops"] == stop], as_of) for stop in STOPS}
        if any(flags.any() for flags in days.values()):
            which[rows.index] = len(calendars)
            calendars.append(ClosureCalendar(**days))
    return which, calendars


STOPS = ("orders", "shipping", "receiving")


def _days(closures: pd.DataFrame, as_of: Day) -> Flags:
    """Which of the days 0, 1, 2 … from `as_of` lie in a closure."""
    first, last = (
        (closures[name].to_numpy().astype("datetime64[D]") - as_of).astype(np.int64)
        for name in ("starts_on", "ends_on")
    )
    size = int(min(max(last.max(initial=-1) + 1, 0), FURTHEST_DAYS))
    closed = np.zeros(size, dtype=np.bool_)
    for begin, end in zip(first, last, strict=True):
        closed[max(begin, 0) : max(end + 1, 0)] = True
    return closed
