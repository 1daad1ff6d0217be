"""Which day a plan is made at, and what was known then."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from domain.errors import DataError
from domain.periods import Bucket
from domain.settings import Settings
from planning.as_of import resolve_as_of, resolve_bucket, settle
from planning.cut import cut
from planning.dataset import Dataset

MONDAYS = np.arange("2024-01-01", "2024-02-01", 7, dtype="datetime64[D]")
MONTHS = np.array(["2024-01-01", "2024-02-01"], dtype="datetime64[D]")


@pytest.mark.parametrize(
    ("days", "bucket", "expected"),
    [
        (MONDAYS, Bucket.DAY, "2024-01-29"),
        (MONDAYS, Bucket.WEEK, "2024-02-04"),
        (MONTHS, Bucket.MONTH, "2024-02-29"),
    ],
)
def test_by_default_the_last_bucket_of_sales_is_over(
    days: np.ndarray, bucket: Bucket, expected: str
) -> None:
    assert resolve_as_of(days[::-1], bucket) == np.datetime64(expected)


@pytest.mark.parametrize(
    ("bucket", "asked", "nearest"),
    [
        (Bucket.WEEK, dt.date(2024, 1, 16), "2024-01-14"),
        (Bucket.WEEK, dt.date(2024, 1, 18), "2024-01-21"),
        (Bucket.MONTH, dt.date(2024, 2, 10), "2024-01-31"),
        (Bucket.MONTH, dt.date(2024, 2, 20), "2024-02-29"),
    ],
)
def test_a_day_inside_a_bucket_is_refused_with_the_nearest_end(
    bucket: Bucket, asked: dt.date, nearest: str
) -> None:
    days = MONDAYS if bucket is Bucket.WEEK else MONTHS
    with pytest.raises(DataError, match=f"not the last day of a {bucket.value}") as caught:
        resolve_as_of(days, bucket, asked)
    assert nearest in caught.value.mend


def test_a_day_that_was_asked_for_may_lie_before_or_after_the_last_sale() -> None:
    for asked in (dt.date(2024, 1, 14), dt.date(2024, 3, 3)):
        assert resolve_as_of(MONDAYS, Bucket.WEEK, asked) == np.datetime64(asked)


def test_a_day_before_the_first_sale_or_years_after_the_last_is_refused() -> None:
    with pytest.raises(DataError, match="no sales on or before 2023-12-31"):
        resolve_as_of(MONDAYS, Bucket.WEEK, dt.date(2023, 12, 31))
    with pytest.raises(DataError, match="days after the last sale"):
        resolve_as_of(MONDAYS, Bucket.DAY, dt.date(2204, 1, 1))


def test_later_dates_have_no_say_in_the_bucket() -> None:
    days = np.append(MONDAYS, np.datetime64("2024-02-06"))
    assert resolve_bucket(days, None) is Bucket.DAY
    assert resolve_bucket(days, None, dt.date(2024, 2, 4)) is Bucket.WEEK
    assert resolve_bucket(days, Bucket.DAY, dt.date(2024, 2, 4)) is Bucket.DAY


def days(*texts: str | None) -> np.ndarray:
    return np.array([text or "NaT" for text in texts], dtype="datetime64[s]")


def dataset(stock_dates: np.ndarray) -> Dataset:
    sales = pd.DataFrame(
        {
            "sku": pd.Categorical(["a", "a", "b"]),
            "location": pd.Categorical(["x"] * 3),
            "date": days("2024-01-01", "2024-01-02", "2024-01-03"),
        }
    )
    stock = pd.DataFrame(
        {
            "sku": pd.Series(["a"] * len(stock_dates), dtype="str"),
            "location": pd.Series(["x"] * len(stock_dates), dtype="str"),
            "date": stock_dates,
            "on_hand": 1.0,
        }
    )
    orders = pd.DataFrame(
        {"order_id": list("123"), "ordered_on": days("2024-01-01", None, "2024-01-03")}
    )
    events = pd.DataFrame({"event": ["fair"], "starts_on": days("2025-01-01")})
    promotions = pd.DataFrame(
        {"sku": list("abc"), "announced_on": days("2024-01-02", None, "2024-01-03")}
    )
    receipts = pd.DataFrame({"sku": list("ab"), "received_on": days("2024-01-02", "2024-01-03")})
    promised = pd.DataFrame({"sku": list("ab"), "ordered_on": days("2024-01-02", "2024-01-03")})
    tables = {
        "sales": sales,
        "stock": stock,
        "open_orders": orders,
        "events": events,
        "promotions": promotions,
        "receipts": receipts,
        "customer_orders": promised,
    }
    return Dataset(tables, Settings())


def test_nothing_later_than_as_of_is_left_and_what_is_known_ahead_stays() -> None:
    whole = dataset(days("2024-01-01", "2024-01-03"))
    known = cut(whole, np.datetime64("2024-01-02"))
    assert list(known.tables["sales"]["sku"]) == ["a", "a"]
    assert list(known.tables["sales"]["sku"].cat.categories) == ["a"]
    assert len(known.tables["stock"]) == 1
    assert list(known.tables["open_orders"]["order_id"]) == ["1", "2"]
    assert len(known.tables["events"]) == 1
    assert list(known.tables["promotions"]["sku"]) == ["a", "b"]
    assert list(known.tables["receipts"]["sku"]) == ["a"]
    assert list(known.tables["customer_orders"]["sku"]) == ["a"]
    assert len(whole.tables["sales"]) == 3


def test_stock_without_a_date_is_of_as_of() -> None:
    known = cut(dataset(days("2024-01-01", None)), np.datetime64("2024-01-02"))
    assert list(known.tables["stock"]["date"]) == [
        pd.Timestamp("2024-01-01"),
        pd.Timestamp("2024-01-02"),
    ]
    with pytest.raises(DataError, match="stand beside one of 2024-01-02"):
        cut(dataset(days("2024-01-02", None)), np.datetime64("2024-01-02"))


def test_no_sales_left_is_refused() -> None:
    with pytest.raises(DataError, match="no sales on or before 2023-01-01"):
        cut(dataset(days("2024-01-02")), np.datetime64("2023-01-01"))


def test_cutting_at_the_end_changes_nothing() -> None:
    whole = dataset(days("2024-01-01"))
    assert settle(whole) == (Bucket.DAY, np.datetime64("2024-01-03"))
    known = cut(whole, np.datetime64("2024-01-03"))
    for name, frame in whole.tables.items():
        pd.testing.assert_frame_equal(known.tables[name], frame)
