"""Events as columns of shares: how much of a bucket each event takes, by name.

For models that learn an effect per event. A shopping event has three columns: its day, the days
before that it draws demand from or to, and the days after.
"""

from __future__ import annotations

import numpy as np

from domain.periods import Bucket, Calendar, Days, as_days
from domain.terms import Floats
from forecasting.events.columns import EventSource
from forecasting.events.public_holidays import named_holidays
from forecasting.events.shopping import SHOPPING_EVENTS

DAY = np.timedelta64(1, "D")


def event_indicators(source: EventSource, calendar: Calendar, width: int) -> dict[str, Floats]:
    """Columns by name for buckets 0 … `width` - 1, the largest of history being 1.

    Only those that history shows: an effect can be learned only of what has come once.
    """
    starts = calendar.starts(0, width)
    ends = as_days(calendar.end_of(np.arange(width)))
    years = np.array([starts.min(), ends.max()]).astype("datetime64[Y]").astype(np.int64) + 1970
    low, high = int(years[0]) - 1, int(years[1]) + 1
    found: dict[str, Floats] = {}
    for name in source.names:
        event = SHOPPING_EVENTS[name]
        days = [event.day(year) for year in range(low, high + 1)]
        spans = {
            name: (0, 0),
            f"{name}, before": (-event.before, -1),
            f"{name}, after": (1, event.after),
        }
        for label, (begin, end) in spans.items():
            found[label] = sum(
                (share_inside(starts, ends, day + begin * DAY, day + end * DAY) for day in days),
                start=np.zeros(width),
            )
    if source.country:
        for name, off in named_holidays(source.country, low, high).items():
            found[name] = _shares_of_days(starts, ends, off)
            if calendar.bucket is Bucket.DAY:
                found[f"{name}, eve"] = _shares_of_days(starts, ends, off - DAY)
    most = {name: float(column[: calendar.count].max()) for name, column in found.items()}
    return {name: column / most[name] for name, column in found.items() if most[name] > 0}


def share_inside(starts: Days, ends: Days, first: np.datetime64, last: np.datetime64) -> Floats:
    """Share of each bucket's days that lie within first … last."""
    inside = np.minimum(ends, last) - np.maximum(starts, first)
    days = np.maximum(inside.astype(np.int64) + 1, 0)
    return np.asarray(days / ((ends - starts).astype(np.int64) + 1))


def _shares_of_days(starts: Days, ends: Days, days: Days) -> Floats:
    """Share of each bucket that single days take."""
    inside = np.searchsorted(days, ends, side="right") - np.searchsorted(days, starts)
    return np.asarray(inside / ((ends - starts).astype(np.int64) + 1))
