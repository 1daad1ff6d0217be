"""Rows of the events table, with places as numbers."""

import pandas as pd

from domain.events import EVERYWHERE
from planning.events import events_of


def test_rows_of_places_that_have_no_series_are_left_out() -> None:
    table = pd.DataFrame(
        {
            "event": ["fair", "fair", "sale"],
            "location": ["north", "nowhere", None],
            "starts_on": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03"]),
            "ends_on": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-04"]),
        }
    )
    series = pd.DataFrame({"location": ["south", "north", "east"]})
    found = events_of(table, series)
    assert found is not None
    assert [found.names[code] for code in found.name] == ["fair", "sale"]
    assert found.of_series.tolist() == [0, 1, 0]
    assert found.place.tolist() == [1, EVERYWHERE]


def test_without_rows_there_is_nothing() -> None:
    assert events_of(None, pd.DataFrame({"location": ["main"]})) is None
