"""Events as numbers of a bucket: which one is near, how near, and how many days are off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.periods import Calendar, as_days
from domain.terms import Floats, Integers
from forecasting.events.public_holidays import public_holidays
from forecasting.events.shopping import SHOPPING_EVENTS

FAR = 15
"""Days to or from a public holiday from which on it is far."""


@dataclass(frozen=True)
class EventSource:
    """Which events count: shopping events by name, and the country whose holidays do."""

    names: tuple[str, ...] = ()
    country: str = ""  # ISO 3166; "": none

    def columns(self, calendar: Calendar, low: int, high: int) -> dict[str, Floats]:
        """A column by name, each of the buckets low … high - 1."""
        index = np.arange(low, high)
        starts, ends = as_days(calendar.start_of(index)), as_days(calendar.end_of(index))
        found: dict[str, Floats] = {}
        if self.names:
            found |= _nearest_event(self.names, starts, ends)
        if self.country:
            found |= _holidays(self.country, starts, ends)
        return found


def _years(starts: np.ndarray, ends: np.ndarray) -> tuple[int, int]:
    """The years of some days, and one more on either side."""
    year = np.array([starts.min(), ends.max()]).astype("datetime64[Y]").astype(np.int64) + 1970
    return int(year[0]) - 1, int(year[1]) + 1


def _nearest_event(
    names: tuple[str, ...], starts: np.ndarray, ends: np.ndarray
) -> dict[str, Floats]:
    """`event`: code of the nearest event whose days reach into the bucket, 0 for none;
    `event_day`: days from its first day to the nearest day of the bucket, NaN for none.
    """
    code, nearest = np.zeros(starts.size), np.full(starts.size, np.nan)
    if not starts.size:
        return {"event": code, "event_day": nearest}
    first_year, last_year = _years(starts, ends)
    for number, name in enumerate(names, start=1):
        event = SHOPPING_EVENTS[name]
        for year in range(first_year, last_year + 1):
            begin = event.day(year)
            opens, closes = _days(starts - begin), _days(ends - begin)
            distance = np.clip(0, opens, closes)
            inside = (closes >= -event.before) & (opens <= event.after)
            nearer = inside & ~(np.abs(nearest) <= np.abs(distance))
            code[nearer], nearest[nearer] = number, distance[nearer]
    return {"event": code, "event_day": nearest}


def _holidays(country: str, starts: np.ndarray, ends: np.ndarray) -> dict[str, Floats]:
    """`days_off` in the bucket; days from it to the next one off, and since the last, to FAR."""
    if not starts.size:
        return {name: np.zeros(0) for name in ("days_off", "to_day_off", "since_day_off")}
    off = public_holidays(country, *_years(starts, ends))
    before, upto = np.searchsorted(off, starts), np.searchsorted(off, ends, side="right")
    coming = _days(off[np.minimum(upto, off.size - 1)] - ends)
    gone = _days(starts - off[np.maximum(before - 1, 0)])
    return {
        "days_off": (upto - before).astype(np.float64),
        "to_day_off": np.where(upto < off.size, np.minimum(coming, FAR), FAR).astype(np.float64),
        "since_day_off": np.where(before > 0, np.minimum(gone, FAR), FAR).astype(np.float64),
    }


def _days(span: np.ndarray) -> Integers:
    return np.asarray(span.astype("timedelta64[D]").astype(np.int64))
