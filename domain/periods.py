"""Days, weeks and months: buckets of the data, and the day arithmetic of DESIGN §4.

Days are counted from `as_of`: day 0 is `as_of` itself (its close), day 1 the day after.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Day = np.datetime64  # unit D
Days = NDArray[np.datetime64]

ONE_DAY = np.timedelta64(1, "D")
DAYS_PER_YEAR = 365.0
# 1970-01-01 was a Thursday; weekdays count from Monday = 0.
EPOCH_WEEKDAY = 3


class Bucket(StrEnum):
    """The time step of the data."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def mean_days(self) -> float:
        """Days in one bucket, on average over the years."""
        return {"day": 1.0, "week": 7.0, "month": 365.25 / 12}[self.value]

    @property
    def per_year(self) -> int:
        """Buckets in one year: the length of the yearly season."""
        return {"day": 365, "week": 52, "month": 12}[self.value]


def as_days(dates: object) -> Days:
    """Calendar days as datetime64[D], from anything NumPy reads as dates."""
    return np.asarray(dates, dtype="datetime64[D]")


def weekday(days: Days | Day) -> NDArray[np.int64]:
    """Day of the week, Monday = 0 … Sunday = 6."""
    return (as_days(days).astype(np.int64) + EPOCH_WEEKDAY) % 7


def infer_bucket(dates: Days) -> Bucket:
    """The bucket of a dataset whose settings are silent (DESIGN §3).

    Month if all dates are firsts of a month, week if all fall on one weekday, else day. A
    single date says nothing: it is read as a day.
    """
    distinct = np.unique(as_days(dates))
    if distinct.size < 2:
        return Bucket.DAY
    if np.all(distinct == distinct.astype("datetime64[M]").astype("datetime64[D]")):
        return Bucket.MONTH
    if np.unique(weekday(distinct)).size == 1:
        return Bucket.WEEK
    return Bucket.DAY


@dataclass(frozen=True)
class Calendar:
    """A run of `count` buckets, the first beginning on `first`; they may go on for ever."""

    bucket: Bucket
    first: Day
    count: int

    def starts(self, begin: int = 0, end: int | None = None) -> Days:
        """First day of the buckets begin … end - 1 (end: `count`); indices may be negative."""
        index = np.arange(begin, self.count if end is None else end)
        return self.start_of(index)

    def start_of(self, index: NDArray[np.int64]) -> Days:
        """First day of each bucket."""
        if self.bucket is Bucket.MONTH:
            return (self.first.astype("datetime64[M]") + index).astype("datetime64[D]")
        step = 7 if self.bucket is Bucket.WEEK else 1
        return self.first.astype("datetime64[D]") + index * step

    def end_of(self, index: NDArray[np.int64]) -> Days:
        """Last day of each bucket."""
        return self.start_of(np.asarray(index) + 1) - ONE_DAY

    def index_of(self, days: Days | Day) -> NDArray[np.int64]:
        """The bucket each day falls into; negative before the first."""
        days = as_days(days)
        if self.bucket is Bucket.MONTH:
            months = days.astype("datetime64[M]") - self.first.astype("datetime64[M]")
            return np.asarray(months.astype(np.int64))
        step = 7 if self.bucket is Bucket.WEEK else 1
        passed = (days - self.first.astype("datetime64[D]")).astype(np.int64)
        return np.asarray(passed // step)

    def begins_bucket(self, days: Days | Day) -> NDArray[np.bool_]:
        """Whether each day is the first day of a bucket."""
        days = as_days(days)
        return np.asarray(self.start_of(self.index_of(days)) == days)

    @property
    def as_of(self) -> Day:
        """Last day of the last bucket."""
        return self.end_of(np.array([self.count - 1]))[0]

    def ends_ahead(self, buckets: int) -> NDArray[np.int64]:
        """Days from `as_of` to the end of each of the next `buckets` buckets, ascending."""
        index = np.arange(self.count, self.count + buckets)
        return np.asarray((self.end_of(index) - self.as_of).astype(np.int64))

    def buckets_to_cover(self, days: int) -> int:
        """The smallest number of buckets ahead that reaches `days` days past `as_of`."""
        if days <= 0:
            return 0
        return int(self.index_of(self.as_of + np.timedelta64(days, "D"))) - self.count + 1


def calendar_of(dates: Days, bucket: Bucket, as_of: Day) -> Calendar:
    """The buckets from the one of the first date to the one that ends with `as_of`."""
    dates = as_days(dates)
    first = dates.min() if dates.size else as_of
    if bucket is Bucket.WEEK:
        # Weeks begin on the weekday of the data; `as_of` is the day before one.
        lag = int((weekday(first) - weekday(as_of + ONE_DAY)) % 7)
        first = first - np.timedelta64(lag, "D")
    if bucket is Bucket.MONTH:
        first = first.astype("datetime64[M]").astype("datetime64[D]")
    whole = Calendar(bucket, first.astype("datetime64[D]"), 1)
    return Calendar(bucket, whole.first, int(whole.index_of(as_days(as_of))) + 1)
