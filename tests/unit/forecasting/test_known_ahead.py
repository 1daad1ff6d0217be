"""What is known ahead has columns of its own, and promotions only once they were announced."""

import dataclasses

import numpy as np

from domain.events import EVERYWHERE, Events
from domain.promotions import Promotions
from domain.terms import Panel
from forecasting.global_model.known_ahead import known_ahead
from forecasting.global_model.known_ahead.events import FEWEST_BUCKETS
from forecasting.global_model.trained import _aligned, _as_promised
from tests.contract.forecasting.situations import BUCKETS, panel_of

FIRST = np.datetime64("2023-01-02", "D")  # of the panels' calendar
SERIES = np.array([0, 1, 0, 1])
TARGET = BUCKETS + np.array([0, 0, 1, 1])


def shop() -> Panel:
    return panel_of({"a": np.full(BUCKETS, 5.0), "b": np.full(BUCKETS, 9.0)})


def days(*numbers: int) -> np.ndarray:
    return FIRST + np.array(numbers, "timedelta64[D]")


def market(often: int) -> Events:
    """A market at the first series' place every other day, `often` times and once ahead."""
    begins = days(*range(BUCKETS - 2 * often, BUCKETS, 2), BUCKETS)
    return Events(
        names=("market",),
        name=np.zeros(begins.size, np.int64),
        place=np.ones(begins.size, np.int64),
        starts=begins,
        ends=begins,
        of_series=np.array([1, 0]),
    )


def test_a_panel_that_knows_nothing_ahead_has_no_columns() -> None:
    assert known_ahead(shop(), SERIES, TARGET) == {}


def test_an_event_that_comes_often_has_a_column_at_its_place() -> None:
    panel = dataclasses.replace(shop(), events=market(FEWEST_BUCKETS))
    found = known_ahead(panel, SERIES, TARGET)
    assert {name: column.tolist() for name, column in found.items()} == {
        "event market": [1.0, 0.0, 0.0, 0.0]
    }


def test_an_event_that_is_rare_has_none() -> None:
    panel = dataclasses.replace(shop(), events=market(FEWEST_BUCKETS - 1))
    assert known_ahead(panel, SERIES, TARGET) == {}


def test_an_event_everywhere_is_at_every_place_and_counts_once() -> None:
    events = dataclasses.replace(
        market(2),
        place=np.array([EVERYWHERE, 1, 1]),
        starts=days(3, 3, 8),
        ends=days(5, 3, 9),
    )
    share = events.shares("market", shop().calendar, 0, 10)
    assert share.tolist() == [
        [0, 0, 0, 1, 1, 1, 0, 0, 0, 0],
        [0, 0, 0, 1, 1, 1, 0, 0, 1, 1],
    ]
    assert not events.shares("another", shop().calendar, 0, 10).any()


def announced_late() -> Promotions:
    """A promotion of the second series, ten days ahead, announced on bucket 100's day."""
    return Promotions(
        series=np.array([1]),
        starts=days(110),
        ends=days(111),
        announced=days(100),
        relative_price=np.array([0.8]),
        expected_uplift=np.array([np.nan]),
    )


def test_promotions_have_a_share_and_a_price() -> None:
    panel = dataclasses.replace(shop(), promotions=announced_late())
    found = known_ahead(panel, SERIES, np.array([110, 110, 112, 112]))
    np.testing.assert_allclose(found["promoted"], [0, 1, 0, 0])
    np.testing.assert_allclose(found["price"], [1, 0.8, 1, 1])


def test_an_origin_before_the_announcement_is_judged_without_it() -> None:
    panel = dataclasses.replace(shop(), promotions=announced_late())
    target = np.full(4, 110)
    before, after = (
        known_ahead(_as_promised(panel, origin), SERIES, target)["promoted"] for origin in (99, 100)
    )
    assert not before.any()
    assert after.any()


def test_columns_are_found_by_name() -> None:
    values = np.array([[1.0, 2.0]], np.float32)
    found = _aligned(("a", "b"), values, ("b", "c", "a"))
    np.testing.assert_array_equal(found, [[2.0, np.nan, 1.0]])
