"""Buckets and day arithmetic (DESIGN §3 and §4)."""

import numpy as np
import pytest

from domain.periods import Bucket, Calendar, as_days, calendar_of, infer_bucket, weekday


@pytest.mark.parametrize(
    ("dates", "bucket"),
    [
        (["2024-01-01", "2024-02-01", "2024-05-01"], Bucket.MONTH),
        (["2024-01-01", "2024-01-15", "2024-02-05"], Bucket.WEEK),
        (["2024-01-01", "2024-01-02"], Bucket.DAY),
        (["2024-04-01", "2024-07-01"], Bucket.MONTH),  # two Mondays that are firsts as well
        (["2024-01-01"], Bucket.DAY),
    ],
)
def test_a_bucket_is_inferred_from_its_dates(dates: list[str], bucket: Bucket) -> None:
    assert infer_bucket(as_days(dates)) is bucket


def test_the_first_of_january_2024_was_a_monday_and_1970_began_on_a_thursday() -> None:
    assert weekday(as_days(["2024-01-01", "1970-01-01", "1969-12-28"])).tolist() == [0, 3, 6]


def test_weeks_end_the_day_before_the_next_begins() -> None:
    calendar = calendar_of(as_days(["2024-01-01"]), Bucket.WEEK, np.datetime64("2024-04-14"))
    assert calendar.as_of == np.datetime64("2024-04-14")
    assert calendar.ends_ahead(3).tolist() == [7, 14, 21]  # the example of DESIGN §4
    assert calendar.buckets_to_cover(21) == 3
    assert calendar.buckets_to_cover(22) == 4


def test_weeks_may_begin_on_any_weekday() -> None:
    calendar = calendar_of(as_days(["2024-01-03"]), Bucket.WEEK, np.datetime64("2024-01-16"))
    assert calendar.first == np.datetime64("2024-01-03")
    assert calendar.count == 2


def test_months_have_their_own_lengths() -> None:
    calendar = calendar_of(as_days(["2023-12-01"]), Bucket.MONTH, np.datetime64("2024-01-31"))
    assert calendar.count == 2
    assert calendar.ends_ahead(3).tolist() == [29, 60, 90]  # February 2024 has 29 days
    assert calendar.buckets_to_cover(29) == 1
    assert calendar.buckets_to_cover(30) == 2


def test_a_day_before_the_calendar_has_a_negative_bucket() -> None:
    calendar = Calendar(Bucket.WEEK, np.datetime64("2024-01-01"), 3)
    days = as_days(["2023-12-31", "2024-01-01", "2024-01-07", "2024-01-08"])
    assert calendar.index_of(days).tolist() == [-1, 0, 0, 1]
    assert calendar.begins_bucket(days).tolist() == [False, True, False, True]
