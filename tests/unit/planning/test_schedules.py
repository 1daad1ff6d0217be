"""When a schedule was due last: once a day, whatever the clock of the place does."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.settings_schedule import ScheduleSetting
from planning.schedules import last_due

BERLIN = "Europe/Berlin"


def at(text: str) -> float:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp()


def dues(schedule: ScheduleSetting, begin: str, hours: int, minutes: int = 10) -> list[str]:
    """Every time it is due from `begin` on, as a clock that looks every ten minutes finds it."""
    seen: list[float] = []
    for step in range(0, hours * 60, minutes):
        due = last_due(schedule, at(begin) + step * 60)
        if due >= at(begin) and due not in seen:
            seen.append(due)
    return [dt.datetime.fromtimestamp(due, dt.UTC).strftime("%d %H:%M") for due in seen]


def test_a_time_that_the_clock_skips_is_due_once() -> None:
    # On 31 March 2024 02:00 becomes 03:00 there.
    night = ScheduleSetting(job="plan", at="02:30", time_zone=BERLIN)
    assert dues(night, "2024-03-30T00:00", 72) == ["30 01:30", "31 01:30", "01 00:30"]


def test_a_time_that_comes_twice_is_due_the_first_time() -> None:
    # On 27 October 2024 03:00 becomes 02:00 there.
    night = ScheduleSetting(job="plan", at="02:30", time_zone=BERLIN)
    assert dues(night, "2024-10-26T00:00", 72) == ["26 00:30", "27 00:30", "28 01:30"]


def test_weekdays_are_those_of_the_place() -> None:
    # 23:30 on Sunday in UTC is Monday morning in Tokyo; 2024-06-03 is a Monday.
    weekly = ScheduleSetting(job="retrain", at="08:30", weekdays="1", time_zone="Asia/Tokyo")
    assert dues(weekly, "2024-06-01T00:00", 24 * 14, 30) == ["02 23:30", "09 23:30"]


@given(
    now=st.floats(at("2023-01-01T00:00"), at("2026-01-01T00:00")),
    zone=st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]),
    time=st.times().map(lambda time: time.strftime("%H:%M")),
)
def test_it_was_due_within_a_day_and_an_hour_on_the_right_day(
    now: float, zone: str, time: str
) -> None:
    schedule = ScheduleSetting(job="plan", at=time, time_zone=zone)
    due = last_due(schedule, now)
    assert now - 25 * 3600 <= due <= now
    assert last_due(schedule, due) == due
    shown = dt.datetime.fromtimestamp(due, ZoneInfo(zone)).strftime("%H:%M")
    skipped = dt.datetime.fromtimestamp(due - 3600, ZoneInfo(zone)).strftime("%H:%M")
    half = dt.datetime.fromtimestamp(due - 1800, ZoneInfo(zone)).strftime("%H:%M")
    assert time in (shown, skipped, half)


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "24:00"},
        {"at": "2:30"},
        {"weekdays": "8"},
        {"weekdays": ""},
        {"time_zone": "../../etc/passwd"},
        {"time_zone": "Mars/Olympus"},
        {"job": "rm"},
    ],
)
def test_what_is_no_schedule_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ScheduleSetting.model_validate({"job": "plan", "at": "02:30", **wrong})


def test_schedules_that_do_the_same_have_one_name() -> None:
    one = ScheduleSetting(job="plan", at="02:30", weekdays="21")
    two = ScheduleSetting(job="plan", at="02:30", weekdays="112")
    other = ScheduleSetting(job="plan", at="02:30", weekdays="21", time_zone="Etc/GMT+5")
    assert one.name == two.name != other.name
    assert re.fullmatch(r"[A-Za-z0-9_.:-]+", other.name)  # part of an address
