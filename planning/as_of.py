"""The last day whose sales and stock are known: the one asked for, or the last of sales."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from domain.errors import DataError
from domain.periods import ONE_DAY, Bucket, Calendar, Day, Days, as_days, infer_bucket
from planning.dataset import Dataset

Asked = dt.date | Day
"""A day as a user or another part asks for it."""

AS_OF = "as_of"
LONGEST_SILENCE_DAYS = 1095
"""`as_of` so far after the last sale is a typing error; the buckets between would be all zero."""


def settle(dataset: Dataset, as_of: Asked | None = None, where: str = AS_OF) -> tuple[Bucket, Day]:
    """Bucket and `as_of` of a dataset; raises DataError as `resolve_as_of` does."""
    dates = sales_days(dataset)
    bucket = resolve_bucket(dates, dataset.settings.bucket, as_of)
    return bucket, resolve_as_of(dates, bucket, as_of, where)


def sales_days(dataset: Dataset) -> Days:
    """The distinct days of `sales`, ascending."""
    return np.sort(as_days(pd.unique(dataset.tables["sales"]["date"])))


def resolve_bucket(dates: Days, given: Bucket | None, as_of: Asked | None = None) -> Bucket:
    """The bucket the settings give, else the one the dates up to `as_of` say.

    Later dates have no say: rows after `as_of` must change nothing.
    """
    if given is not None:
        return given
    days = as_days(dates)
    return infer_bucket(days if as_of is None else days[days <= as_days(as_of)])


def resolve_as_of(
    sales_dates: Days, bucket: Bucket, as_of: Asked | None = None, where: str = AS_OF
) -> Day:
    """The day a plan is made at the close of; by default the last day of the last bucket.

    A dataset has no clock, so the last bucket in sales is taken as over. A day that was asked
    for must be the last of a bucket and have sales on or before it; else raises DataError
    naming the nearest that is. `where`: what the day was asked for by, as an error names it.
    """
    days = as_days(sales_dates)
    if not days.size:
        raise DataError("the sales table has no rows", "sales", "Put at least one sale into it.")
    first, last = days.min(), days.max()
    calendar = Calendar(bucket, first, 1)
    end: Any = calendar.end_of(calendar.index_of(last))
    if as_of is None:
        return end
    day: Any = as_days(as_of)[()]
    if not calendar.begins_bucket(day + ONE_DAY):
        raise DataError(
            f"{day} is not the last day of a {bucket.value}",
            where,
            f"The nearest is {_nearest_end(calendar, day)}.",
        )
    if day < first:
        raise DataError(
            f"there are no sales on or before {day}", where, f"The first sale is of {first}."
        )
    if day > end + np.timedelta64(LONGEST_SILENCE_DAYS, "D"):
        raise DataError(
            f"{day} lies more than {LONGEST_SILENCE_DAYS} days after the last sale",
            where,
            f"The last {bucket.value} in sales ends on {end}.",
        )
    return day


def _nearest_end(calendar: Calendar, day: Any) -> Any:
    """The last day of a bucket that is nearest to `day`, the earlier one of two."""
    inside = calendar.index_of(day)
    before = calendar.end_of(inside - 1)
    after = calendar.end_of(inside)
    return before if day - before <= after - day else after
