"""Whom to buy from, and at which of their prices."""

from pathlib import Path

import numpy as np
import pytest

from domain.errors import DataError
from planning.pipeline import plan_dataset
from planning.plan import Plan
from planning.steps import Steps
from tests.unit.planning.frames import dataset

SUPPLIERS = "supplier,lead_time_days\nslow,28\nquick,3\nnear,3\n"
OFFERS = "sku,supplier,priority,unit_cost,order_multiple\n"


def shop(folder: Path, offers: str, on_hand: float = 60, suppliers: str = SUPPLIERS) -> Plan:
    """A plan of one item that sells about five a day."""
    draw = np.random.default_rng(7)
    days = np.datetime64("2024-01-01") + np.arange(120)
    sold = draw.poisson(5.0, days.size)
    rows = [f"a,{day},{units}" for day, units in zip(days, sold, strict=True)]
    dataset(
        folder,
        settings="horizon_buckets = 45\n",
        sales="sku,date,units_sold\n" + "\n".join(rows) + "\n",
        stock=f"sku,date,on_hand\na,{days[-1]},{on_hand}\n",
        items="sku,unit_price,shortage_cost\na,30,12\n",
        suppliers=suppliers,
        item_suppliers=offers,
    )
    return plan_dataset(folder, None, None, {}, Steps())


def supplier_of(plan: Plan) -> str:
    return str(plan.situation.terms.frame["supplier"].iloc[0])


def test_without_a_difference_the_lower_priority_number_is_asked(tmp_path: Path) -> None:
    for order in (1, -1):
        rows = ["a,near,2,10,\n", "a,quick,1,10,\n"][::order]
        plan = shop(tmp_path / str(order), OFFERS + "".join(rows))
        assert supplier_of(plan) == "quick"


def test_the_supplier_that_costs_less_is_asked_whatever_its_priority(tmp_path: Path) -> None:
    plan = shop(tmp_path, OFFERS + "a,quick,1,10,\na,near,2,9.5,\n")
    assert supplier_of(plan) == "near"
    assert plan.orders["unit_cost"].tolist() == [9.5]


def test_a_long_lead_time_must_pay_for_its_safety_stock(tmp_path: Path) -> None:
    cheap = shop(tmp_path / "cheap", OFFERS + "a,quick,1,10,\na,slow,2,8,\n")
    assert supplier_of(cheap) == "slow"
    same = shop(tmp_path / "same", OFFERS + "a,slow,1,10,\na,quick,2,10,\n")
    assert supplier_of(same) == "quick"


def test_a_dearer_supplier_no_faster_changes_nothing(tmp_path: Path) -> None:
    alone = shop(tmp_path / "alone", OFFERS + "a,quick,1,10,6\n")
    beside = shop(tmp_path / "beside", OFFERS + "a,quick,1,10,6\na,near,2,11,1\n")
    columns = ["sku", "supplier", "quantity", "unit_cost", "due_on", "order_value"]
    assert beside.orders[columns].equals(alone.orders[columns])


def test_a_lower_price_of_a_larger_order_is_taken_where_it_is_worth_holding(
    tmp_path: Path,
) -> None:
    header = "sku,supplier,from_quantity,unit_cost\n"
    plain = shop(tmp_path / "plain", header + "a,quick,,10\n", on_hand=0)
    little = shop(tmp_path / "little", header + "a,quick,,10\na,quick,200,9.99\n", on_hand=0)
    much = shop(tmp_path / "much", header + "a,quick,,10\na,quick,200,9\n", on_hand=0)
    assert plain.orders["quantity"][0] < 200
    assert little.orders["quantity"][0] == plain.orders["quantity"][0]
    assert much.orders["quantity"][0] >= 200
    assert much.orders["unit_cost"][0] == 9
    assert "lower price" in much.orders["reason"][0]


def test_a_price_that_rises_with_quantity_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="asks more a unit"):
        shop(tmp_path, "sku,supplier,from_quantity,unit_cost\na,quick,,10\na,quick,200,11\n")


def test_a_faster_supplier_fills_the_gap_before_the_usual_ones_goods(tmp_path: Path) -> None:
    offers = OFFERS + "a,slow,1,8,\na,quick,2,11,6\n"
    short = shop(tmp_path / "short", offers, on_hand=20)
    assert supplier_of(short) == "slow"
    lines = short.orders.set_index("supplier")
    assert set(lines.index) == {"slow", "quick"}
    air = lines.loc["quick"]
    assert (air["due_on"] - air["order_on"]).days == 4
    assert air["quantity"] % 6 == 0
    assert 60 <= air["quantity"] <= 150  # 24 days at five a day, less what there is
    assert air["unit_cost"] == 11
    assert air["saving"] > 0
    assert "quick is 25 days sooner than slow" in air["reason"]
    plenty = shop(tmp_path / "plenty", offers, on_hand=400)
    assert "quick" not in set(plenty.orders["supplier"])


def test_a_faster_supplier_too_dear_for_the_gap_changes_nothing(tmp_path: Path) -> None:
    alone = shop(tmp_path / "alone", OFFERS + "a,slow,1,8,\n", on_hand=20)
    beside = shop(tmp_path / "beside", OFFERS + "a,slow,1,8,\na,quick,2,40,\n", on_hand=20)
    columns = ["sku", "supplier", "quantity", "unit_cost", "due_on", "order_value", "reason"]
    assert beside.orders[columns].equals(alone.orders[columns])
