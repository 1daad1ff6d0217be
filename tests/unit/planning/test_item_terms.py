"""What a series is planned with: the most particular value typed, else a default, listed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planning.dataset import Dataset
from planning.item_terms import Terms, resolve_terms
from planning.series import find_series
from tests.unit.planning.frames import dataset

AS_OF = np.datetime64("2024-01-31")
TWO_PLACES = "sku,location,date,units_sold\na,north,2024-01-01,1\na,south,2024-01-01,1\n"


def terms_of(data: Dataset) -> Terms:
    return resolve_terms(data, find_series(data), AS_OF)


def row(terms: Terms, location: str = "main") -> pd.Series:
    frame = terms.frame
    return frame[frame["location"] == location].iloc[0]


def test_a_row_that_names_the_location_lies_over_the_one_that_does_not(tmp_path: Path) -> None:
    data = dataset(
        tmp_path,
        sales=TWO_PLACES,
        items=(
            "sku,location,description,unit_cost,minimum_order_quantity,order_multiple,planned\n"
            "a,,tea,2,10,5,no\n"
            "a,south,,3,,,stock\n"
        ),
    )
    terms = terms_of(data)
    north, south = row(terms, "north"), row(terms, "south")
    assert (north["unit_cost"], south["unit_cost"]) == (2, 3)
    assert (north["planned"], south["planned"]) == ("no", "stock")
    # What the south's row leaves blank is as everywhere.
    assert (south["description"], south["minimum_order_quantity"]) == ("tea", 10)
    assert south["order_multiple"] == 5


def test_the_first_supplier_by_priority_that_holds_today_is_planned_with(tmp_path: Path) -> None:
    data = dataset(
        tmp_path,
        items="sku,supplier,unit_cost\na,old,9\n",
        suppliers="supplier,lead_time_days,line_cost\nold,3,1\nnew,5,2\nfar,9,3\n",
        item_suppliers=(
            "sku,supplier,priority,unit_cost,lead_time_days,valid_from,valid_until\n"
            "a,far,2,7,,,\n"
            "a,new,1,8,4.5,,2023-12-31\n"
            "a,old,3,6,,,\n"
        ),
    )
    found = row(terms_of(data))
    assert found["supplier"] == "far"  # `new` is first but its terms have ended
    assert (found["unit_cost"], found["lead_time_days"], found["line_cost"]) == (7, 9, 3)


def test_part_of_a_day_of_lead_time_is_a_day(tmp_path: Path) -> None:
    data = dataset(
        tmp_path,
        items="sku,supplier\na,s\n",
        suppliers="supplier,lead_time_days,order_weekdays\ns,2.2,135\n",
    )
    found = row(terms_of(data))
    assert found["lead_time_days"] == 3
    assert found["order_weekdays"] == 0b10101


def test_the_first_target_that_is_there_decides(tmp_path: Path) -> None:
    data = dataset(
        tmp_path,
        sales="sku,date,units_sold\na,2024-01-01,1\nb,2024-01-01,1\nc,2024-01-01,1\nd,2024-01-01,1\n",
        items=(
            "sku,shortage_cost,fill_rate,cycle_service_level\n"
            "a,4,0.9,0.8\nb,,0.9,0.8\nc,,,0.8\nd,,,\n"
        ),
    )
    frame = terms_of(data).frame.set_index("sku")
    assert frame["target_kind"].to_dict() == {
        "a": "shortage_cost", "b": "fill_rate", "c": "cycle_service_level", "d": "settings",
    }  # fmt: skip
    assert frame.loc["c", "target_level"] == 0.8
    assert frame.loc["d", "target_level"] == 0.95


def test_a_margin_is_net_of_tax_and_selling_costs(tmp_path: Path) -> None:
    data = dataset(
        tmp_path,
        "shortage_from_margin = true\nprice_tax_rate = 0.2\nselling_cost_rate = 0.1\n",
        sales="sku,date,units_sold,unit_price\na,2024-01-01,1,11\na,2024-01-02,1,12\n",
        items="sku,unit_cost\na,5\n",
    )
    found = row(terms_of(data))
    assert found["target_kind"] == "margin"
    assert found["shortage_cost"] == pytest.approx(12 / 1.2 * 0.9 - 5)  # the newest price


def test_no_cost_at_all_makes_money_units_and_says_so(tmp_path: Path) -> None:
    terms = terms_of(dataset(tmp_path))
    assert row(terms)["unit_cost"] == 1
    assert row(terms)["currency"] == "units"
    assert not terms.costs_known
    told = {filled.column for filled in terms.filled}
    assert {"unit_cost", "lead_time_days", "order_multiple", "cycle_service_level"} <= told


def test_a_missing_cost_is_the_median_of_its_category(tmp_path: Path) -> None:
    data = dataset(
        tmp_path,
        items="sku,category,unit_cost\na,x,\nb,x,2\nc,x,4\nd,y,90\n",
    )
    frame = terms_of(data).frame.set_index("sku")
    assert frame.loc["a", "unit_cost"] == 3
    assert not frame.loc["a", "cost_known"]


def test_an_item_without_a_pair_is_planned_at_every_known_location(tmp_path: Path) -> None:
    data = dataset(tmp_path, sales=TWO_PLACES, items="sku,location\na,\nnew,\nplaced,south\n")
    pairs = list(find_series(data).itertuples(index=False, name=None))
    assert pairs == [
        ("a", "north"), ("a", "south"), ("new", "north"), ("new", "south"), ("placed", "south"),
    ]  # fmt: skip


def test_an_offer_at_a_location_takes_nothing_from_another_suppliers(tmp_path: Path) -> None:
    data = dataset(
        tmp_path,
        sales=TWO_PLACES,
        items="sku,supplier,unit_cost\na,far,2\n",
        suppliers="supplier,lead_time_days\nnear,3\nfar,20\n",
        item_suppliers=(
            "sku,location,supplier,unit_cost,minimum_order_quantity,lead_time_days\n"
            "a,,far,99,500,33\n"
            "a,south,near,,,\n"
        ),
    )
    terms = terms_of(data)
    north, south = row(terms, "north"), row(terms, "south")
    assert (north["supplier"], north["unit_cost"], north["lead_time_days"]) == ("far", 99, 33)
    assert (south["supplier"], south["unit_cost"], south["lead_time_days"]) == ("near", 2, 3)
    assert (north["minimum_order_quantity"], south["minimum_order_quantity"]) == (500, 0)
