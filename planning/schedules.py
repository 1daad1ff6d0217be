"""When a schedule was due last, by the clock of its place."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from domain.settings_schedule import ScheduleSetting

WEEK = 8
"""Days looked back: one weekday of last week is among them whatever the clock does."""


def last_due(schedule: ScheduleSetting, now: float) -> float:
    """The last moment at or before `now` it was due, both in seconds since 1970 UTC.

    It is due once a day: a time that the clock skips counts as it would have come without the
    skip (02:30 becomes 03:30 summer time), one that comes twice counts the first time.

    >>> night = ScheduleSetting(job="plan", at="02:30", time_zone="Europe/Berlin")
    >>> noon = dt.datetime(2024, 3, 31, 12, tzinfo=dt.UTC)
    >>> dt.datetime.fromtimestamp(last_due(night, noon.timestamp()), dt.UTC).isoformat()
    '2024-03-31T01:30:00+00:00'
    """
    zone = ZoneInfo(schedule.time_zone)
    time = dt.time.fromisoformat(schedule.at)
    today = dt.datetime.fromtimestamp(now, zone).date()
    days = (today + dt.timedelta(days=1 - back) for back in range(WEEK + 1))
    moments = (
        dt.datetime.combine(day, time, zone).timestamp()  # fold 0: the first of two
        for day in days
        if str(day.isoweekday()) in schedule.weekdays
    )
    return max(moment for moment in moments if moment <= now)
