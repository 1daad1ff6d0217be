"""Lead times and lateness learned from receipts that were drawn, or are worked by hand."""

from pathlib import Path

import numpy as np
import pytest

from planning.dataset import Dataset
from planning.item_terms import Terms, resolve_terms
from planning.series import find_series
from planning.supply import open_orders
from tests.unit.planning.frames import dataset

AS_OF = np.datetime64("2024-01-02")
ITEMS = "sku,supplier\na,acme\n"
SUPPLIERS = "supplier,lead_time_days\nacme,10\n"
HEADER = "order_id,sku,ordered_on,promised_on,received_on,quantity\n"


def learned(data: Dataset) -> Terms:
    return resolve_terms(data, find_series(data), AS_OF)


def drawn(count: int, mean: float, spread: float, skus: str = "a", seed: int = 1) -> str:
    """Receipts of orders of 2023 whose goods took about so many days."""
    draw = np.random.default_rng(seed)
    days = np.maximum(np.rint(draw.normal(mean, spread, count)), 0).astype(int)
    begun = np.datetime64("2023-01-01") + draw.integers(0, 250, count)
    rows = [
        f"o{i},{skus[i % len(skus)]},{day},,{day + took},{draw.integers(1, 50)}"
        for i, (day, took) in enumerate(zip(begun, days, strict=True))
    ]
    return HEADER + "\n".join(rows) + "\n"


@pytest.mark.parametrize(("mean", "spread"), [(14, 3), (10, 1), (25, 6), (7, 2)])
def test_the_lead_time_that_made_the_receipts_is_recovered(
    tmp_path: Path, mean: int, spread: float
) -> None:
    data = dataset(tmp_path, items=ITEMS, suppliers=SUPPLIERS, receipts=drawn(200, mean, spread))
    terms = learned(data)
    assert abs(terms.frame["lead_time_days"][0] - mean) <= 1
    assert terms.frame["lead_time_std_days"][0] == pytest.approx(spread, rel=0.15)
    said = " ".join(filled.sentence() for filled in terms.filled)
    assert "learned from 200 order lines received of acme; 10 was given" in said


def test_a_spread_that_is_given_stands_and_so_does_its_lead_time(tmp_path: Path) -> None:
    given = "supplier,lead_time_days,lead_time_std_days\nacme,10,0\n"
    data = dataset(tmp_path, items=ITEMS, suppliers=given, receipts=drawn(200, 14, 3))
    terms = learned(data)
    assert terms.frame["lead_time_days"][0] == 10
    assert terms.frame["lead_time_std_days"][0] == 0
    assert not any("learned" in filled.sentence() for filled in terms.filled)


def test_two_order_lines_teach_nothing(tmp_path: Path) -> None:
    data = dataset(tmp_path, items=ITEMS, suppliers=SUPPLIERS, receipts=drawn(2, 30, 1))
    assert learned(data).frame["lead_time_days"][0] == 10


def test_a_mistyped_year_says_no_more_than_late(tmp_path: Path) -> None:
    rows = drawn(60, 10, 2) + "typo,a,2022-01-05,,2023-01-15,30\n"
    data = dataset(tmp_path, items=ITEMS, suppliers=SUPPLIERS, receipts=rows)
    frame = learned(data).frame
    assert frame["lead_time_days"][0] == 10
    assert frame["lead_time_std_days"][0] < 3


def test_an_item_with_few_receipts_leans_on_its_supplier_and_one_with_many_on_its_own(
    tmp_path: Path,
) -> None:
    sales = "sku,date,units_sold\n" + "".join(f"{sku},2024-01-01,1\n" for sku in "abc")
    items = "sku,supplier\na,acme\nb,acme\nc,acme\n"
    many = drawn(100, 20, 2, "a")
    few = "".join(f"f{i},b,2023-03-0{i},,2023-03-1{i},5\n" for i in (1, 2))  # ten days each
    data = dataset(tmp_path, sales=sales, items=items, suppliers=SUPPLIERS, receipts=many + few)
    days = dict(zip("abc", learned(data).frame["lead_time_days"], strict=True))
    assert days["a"] == 20
    assert 10 < days["b"] < days["c"] <= 20


def test_parts_count_by_their_units_and_the_last_one_counts(tmp_path: Path) -> None:
    # Nine tenths of each line come after 10 days, the rest after 30: 12 on the mean.
    parts = HEADER + "".join(
        f"o{i},a,2023-01-0{i},,{np.datetime64(f'2023-01-0{i}') + took},{units}\n"
        for i in range(1, 10)
        for took, units in ((10, 90), (30, 10))
    )
    frame = learned(dataset(tmp_path, items=ITEMS, suppliers=SUPPLIERS, receipts=parts)).frame
    # The late part is pulled in to ten days from the median: 0.1 × 10 more than ten.
    assert frame["lead_time_days"][0] == 11
    assert frame["lead_time_std_days"][0] == pytest.approx(10 * np.sqrt(0.09), rel=0.1)


def test_an_overdue_order_is_expected_as_late_as_its_supplier_usually_is(tmp_path: Path) -> None:
    promised = HEADER + "".join(
        f"o{i},a,2023-03-01,2023-03-11,{np.datetime64('2023-03-11') + late},{units}\n"
        for i, (late, units) in enumerate([(-2, 5), (3, 100), (4, 7), (60, 1), (4, 9)])
    )
    orders = (
        "order_id,sku,quantity,due_on,ordered_on\n"
        "late,a,5,2024-01-01,2023-12-01\n"
        "next,a,5,2024-01-07,2023-12-01\n"
    )
    data = dataset(
        tmp_path, items=ITEMS, suppliers=SUPPLIERS, receipts=promised, open_orders=orders
    )
    terms = learned(data)
    assert terms.lateness == {"acme": 4}
    lead = terms.frame["lead_time_days"].to_numpy()
    made = open_orders(data, terms.frame, lead, AS_OF, terms.lateness)
    assert made.frame.set_index("order_id")["usable_from"].to_dict() == {"late": 5, "next": 5}
    plain = open_orders(data, terms.frame, lead, AS_OF)
    assert plain.frame.set_index("order_id")["usable_from"].to_dict() == {"late": 1, "next": 5}


def test_a_supplier_that_is_usually_early_is_on_time(tmp_path: Path) -> None:
    rows = HEADER + "".join(f"o{i},a,2023-03-01,2023-03-11,2023-03-09,1\n" for i in range(4))
    data = dataset(tmp_path, items=ITEMS, suppliers=SUPPLIERS, receipts=rows)
    assert learned(data).lateness == {"acme": 0}
