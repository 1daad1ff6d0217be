"""Sales to demand, bucket by bucket."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from domain.periods import Bucket, Calendar
from domain.settings import Settings
from domain.terms import NEVER, Known
from forecasting.demand import build_panel

CALENDAR = Calendar(Bucket.DAY, np.datetime64("2024-01-01", "D"), 6)


def sales(*rows: tuple[str, str, float], **columns: list[float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["sku", "date", "units_sold"]).assign(
        location="main", channel="all"
    )
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    for name, values in columns.items():
        frame[name] = values
    for name in ("sku", "location", "channel"):
        frame[name] = frame[name].astype("category")
    return frame


def series(*skus: str, launched: str | None = None, ended: str | None = None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sku": list(skus),
            "location": "main",
            "category": None,
            "launched_on": pd.Series([launched] * len(skus), dtype="datetime64[s]"),
            "discontinued_on": pd.Series([ended] * len(skus), dtype="datetime64[s]"),
        }
    )


def test_a_gap_is_zero_or_unknown_as_the_settings_say() -> None:
    rows = sales(("a", "2024-01-02", 3), ("a", "2024-01-05", 1))
    panel, counts = build_panel(rows, series("a"), CALENDAR, Settings())
    assert panel.first[0] == 1
    assert panel.demand[0].tolist() == [0, 3, 0, 0, 1, 0]
    assert panel.known[0].tolist() == [0, 1, 1, 1, 1, 1]
    assert counts.loc[0, "gaps_filled"] == 3
    unknown = Settings(missing_buckets="unknown")
    panel, _ = build_panel(rows, series("a"), CALENDAR, unknown)
    assert panel.known[0].tolist() == [0, 1, 3, 3, 1, 3]


def test_life_begins_at_launch_else_where_history_begins_and_ends_when_discontinued() -> None:
    rows = sales(("a", "2024-01-03", 3))
    panel, _ = build_panel(rows, series("a"), CALENDAR, Settings(history_from="2024-01-02"))
    assert panel.first[0] == 1
    late = series("a", launched="2024-01-04", ended="2024-01-05")
    panel, counts = build_panel(rows, late, CALENDAR, Settings(history_from="2024-01-02"))
    assert panel.first[0] == 3
    assert panel.ends_day[0] == -1
    assert panel.known[0].tolist() == [0, 0, 0, 1, 1, 0]
    assert counts.loc[0, "outside_life"] == 1
    assert panel.demand.sum() == 0
    assert panel.starts_day[0] == -3


@pytest.mark.parametrize(("launched", "starts_day"), [("06", -1), ("07", 0), ("08", 1), ("13", 6)])
def test_a_launch_ahead_says_how_many_days_bring_nothing(launched: str, starts_day: int) -> None:
    rows = sales(("a", "2024-01-03", 3))
    ahead = series("a", "b", launched=f"2024-01-{launched}")
    panel, _ = build_panel(rows, ahead, CALENDAR, Settings())
    assert panel.starts_day.tolist() == [starts_day, starts_day]


def test_channels_add_up_and_returns_stay_apart() -> None:
    rows = sales(("a", "2024-01-01", 3), ("a", "2024-01-01", 4), units_returned=[2.0, 1.0])
    rows["channel"] = pd.Categorical(["web", "shop"])
    panel, counts = build_panel(rows, series("a"), CALENDAR, Settings())
    assert panel.demand[0, 0] == 7
    assert counts.loc[0, "units_returned"] == 3


def test_a_stock_out_is_a_lower_bound_and_a_whole_one_tells_nothing() -> None:
    rows = sales(
        ("a", "2024-01-01", 3), ("a", "2024-01-02", 1), ("a", "2024-01-03", 0),
        stockout_share=[0.0, 0.4, 1.0],
    )  # fmt: skip
    panel, counts = build_panel(rows, series("a"), CALENDAR, Settings())
    assert panel.known[0, :3].tolist() == [Known.OBSERVED, Known.LOWER_BOUND, Known.UNKNOWN]
    assert (counts.loc[0, "lower_bounds"], counts.loc[0, "unknown"]) == (1, 1)


def test_one_of_two_channels_sold_out_is_a_part() -> None:
    rows = sales(("a", "2024-01-01", 8), ("a", "2024-01-01", 0), ("a", "2024-01-02", 8),
                 stockout_share=[0.0, 1.0, 0.0])  # fmt: skip
    rows["channel"] = pd.Categorical(["web", "shop", "shop"])
    panel, _ = build_panel(rows, series("a"), CALENDAR, Settings())
    assert panel.known[0, 0] == Known.LOWER_BOUND
    assert panel.stockout_share is not None
    assert abs(panel.stockout_share[0, 0] - 0.5) < 1e-3


def test_an_empty_shelf_at_the_last_count_of_a_bucket_is_a_lower_bound() -> None:
    rows = sales(("a", "2024-01-01", 3), ("b", "2024-01-01", 3))
    stock = pd.DataFrame(
        {
            "sku": ["a", "a", "b"],
            "location": "main",
            "date": pd.to_datetime(["2024-01-02", "2024-01-03", "2024-01-06"]),
            "on_hand": [0.0, 4.0, 0.0],
        }
    )
    panel, _ = build_panel(rows, series("a", "b"), CALENDAR, Settings(), stock)
    assert np.flatnonzero(panel.known[0] == Known.LOWER_BOUND).tolist() == [1]
    assert np.flatnonzero(panel.known[1] == Known.LOWER_BOUND).tolist() == [5]


def test_a_series_without_sales_has_no_history() -> None:
    panel, counts = build_panel(
        sales(("a", "2024-01-01", 0.5)), series("a", "NA"), CALENDAR, Settings()
    )
    assert panel.first.tolist() == [0, 6]
    assert panel.ends_day.tolist() == [NEVER, NEVER]
    assert counts["whole_units"].tolist() == [False, False]
    assert panel.keys[1] == ("NA", "main")
