"""Dates of events, and what a bucket is told of them."""

from __future__ import annotations

import numpy as np
import pytest

from domain.errors import SettingsError
from domain.periods import Bucket, Calendar
from domain.settings import ShoppingEventName
from forecasting.events.columns import FAR, EventSource
from forecasting.events.lunar_new_year import lunar_new_year
from forecasting.events.public_holidays import public_holidays
from forecasting.events.shopping import SHOPPING_EVENTS

LUNAR_NEW_YEARS = (
    "2000-02-05 2001-01-24 2002-02-12 2003-02-01 2004-01-22 2005-02-09 2006-01-29 2007-02-18 "
    "2008-02-07 2009-01-26 2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 "
    "2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 "
    "2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03"
)


@pytest.mark.parametrize("date", LUNAR_NEW_YEARS.split())
def test_the_lunar_new_year(date: str) -> None:
    assert str(lunar_new_year(int(date[:4]))) == date


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("black_friday", "2024-11-29"),
        ("black_friday", "2019-11-29"),
        ("cyber_monday", "2023-11-27"),
        ("double_11", "2024-11-11"),
        ("618", "2025-06-18"),
    ],
)
def test_a_shopping_event_is_on_its_day(name: str, date: str) -> None:
    assert str(SHOPPING_EVENTS[name].day(int(date[:4]))) == date


def test_settings_and_events_have_the_same_names() -> None:
    assert set(SHOPPING_EVENTS) == set(ShoppingEventName.__args__)  # type: ignore[attr-defined]


def test_a_day_knows_the_nearest_event_and_how_far_it_is() -> None:
    calendar = Calendar(Bucket.DAY, np.datetime64("2024-10-01", "D"), 10)
    columns = EventSource(("double_11", "black_friday")).columns(calendar, 0, 70)
    day = (np.datetime64("2024-11-10") - np.datetime64("2024-10-01")).astype(int)
    assert (columns["event"][day], columns["event_day"][day]) == (1, -1)
    assert (columns["event"][day + 20], columns["event_day"][day + 20]) == (2, 1)
    assert (columns["event"][0], np.isnan(columns["event_day"][0])) == (0, True)


def test_a_week_has_an_event_that_falls_into_it() -> None:
    calendar = Calendar(Bucket.WEEK, np.datetime64("2024-12-23", "D"), 1)
    columns = EventSource(("christmas",)).columns(calendar, 0, 2)
    assert columns["event"].tolist() == [1, 1]
    assert columns["event_day"].tolist() == [0, 5]


def test_days_off_and_how_far_they_are() -> None:
    calendar = Calendar(Bucket.DAY, np.datetime64("2024-07-02", "D"), 1)
    columns = EventSource(country="US").columns(calendar, 0, 4)
    assert columns["days_off"].tolist() == [0, 0, 1, 0]
    assert columns["to_day_off"].tolist() == [2, 1, FAR, FAR]
    assert columns["since_day_off"].tolist() == [13, 14, FAR, 1]


def test_an_unknown_country_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(SettingsError, match="'CN'"):
        public_holidays("cn", 2024, 2024)
