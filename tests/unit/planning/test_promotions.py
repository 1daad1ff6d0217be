"""Which series a promotion is of, at what price, and when it was known."""

from pathlib import Path

import numpy as np
import pytest

from domain.periods import Bucket, Calendar
from domain.promotions import Promotions
from planning.dataset import Dataset
from planning.item_terms import resolve_terms
from planning.promotions import promotions_of
from planning.series import find_series
from tests.unit.planning.frames import dataset

CALENDAR = Calendar(Bucket.DAY, np.datetime64("2024-01-01"), 3)
SALES = (
    "sku,location,date,units_sold,unit_price,on_promotion,relative_price\n"
    "a,north,2024-01-01,1,10,no,\n"
    "a,north,2024-01-02,9,4,yes,0.4\n"
    "a,south,2024-01-01,1,20,no,\n"
    "b,north,2024-01-01,1,,no,\n"
)
ITEMS = "sku,category\na,tea\nb,cups\n"


def found(data: Dataset) -> Promotions | None:
    terms = resolve_terms(data, find_series(data), CALENDAR.as_of)
    return promotions_of(data, terms.frame, CALENDAR)


def test_without_the_table_nothing_is_promoted_whatever_sales_say(tmp_path: Path) -> None:
    assert found(dataset(tmp_path, sales=SALES, items=ITEMS)) is None


@pytest.mark.parametrize("rows", ["", "b,south,2024-02-01,2024-02-02\n"], ids=("none", "nowhere"))
def test_a_table_that_promotes_no_series_is_as_none(rows: str, tmp_path: Path) -> None:
    table = "sku,location,starts_on,ends_on\n" + rows
    assert found(dataset(tmp_path, sales=SALES, items=ITEMS, promotions=table)) is None


def test_what_sales_recorded_joins_the_table_where_that_speaks_of_the_series(
    tmp_path: Path,
) -> None:
    for sku, recorded in (("a", ["2024-01-02"]), ("b", [])):
        rows = f"sku,starts_on,ends_on\n{sku},2024-02-01,2024-02-02\n"
        made = found(dataset(tmp_path, sales=SALES, items=ITEMS, promotions=rows))
        assert made is not None
        past = made.starts < np.datetime64("2024-02-01")
        assert made.starts[past].astype(str).tolist() == recorded


def test_a_row_is_of_a_sku_a_category_or_all_at_its_location(tmp_path: Path) -> None:
    rows = (
        "sku,category,location,starts_on,ends_on,unit_price,expected_uplift\n"
        "a,,south,2024-02-01,2024-02-02,5,2\n"
        ",tea,,2024-02-03,2024-02-03,,\n"
        ",,north,2024-02-04,2024-02-04,8,\n"
    )
    made = found(dataset(tmp_path, sales=SALES, items=ITEMS, promotions=rows))
    assert made is not None
    named = list(zip(made.series.tolist(), made.starts.astype(str).tolist(), strict=True))
    # Series: a north, a south, b north. The last row is what sales recorded of a in the north.
    assert sorted(named) == [
        (0, "2024-01-02"),
        (0, "2024-02-03"),
        (0, "2024-02-04"),
        (1, "2024-02-01"),
        (1, "2024-02-03"),
        (2, "2024-02-04"),
    ]
    price = dict(zip(named, made.relative_price, strict=True))
    assert price[(1, "2024-02-01")] == pytest.approx(5 / 20)
    assert price[(0, "2024-02-04")] == pytest.approx(8 / 10)  # the promoted price is no usual one
    assert price[(0, "2024-01-02")] == pytest.approx(0.4)
    assert np.isnan(price[(2, "2024-02-04")])
    recorded = made.known_at(np.datetime64("2024-01-01"))
    assert (0, "2024-01-02") not in zip(recorded.series, recorded.starts.astype(str), strict=True)
