"""Excess at one location is moved to another before anything is bought."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planning.checked_lines import broken_transfers
from planning.order_parts import NAMES
from planning.plan import Plan
from planning.report.page import render_page
from planning.report.page_content import page_data
from planning.steps import Steps
from tests.unit.planning.chain import AS_OF, chain, ordered

PAIR = "north,,3,0.5\nsouth,,3,0.5\n"
RICH = {"north": 600.0, "south": 3.0}
ALONE = "north,,,\nsouth,,,\n"


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return chain(tmp_path_factory.mktemp("moved"), RICH, PAIR)


def test_what_would_be_bought_is_moved_instead(moved: Plan, tmp_path: Path) -> None:
    bought = chain(tmp_path, RICH, ALONE)
    assert (bought.orders["kind"] == "purchase").all()
    [line] = moved.orders.to_dict("records")
    assert (line["kind"], line["from_location"], line["location"]) == ("transfer", "north", "south")
    assert line["quantity"] == ordered(bought)["south"]
    # A unit not bought saves 10 less 0.5 to move it, and 90 days of holding it at 25 % a year.
    each = 10 - 0.5 + 90 * 10 * 0.25 / 365
    assert line["saving"] == pytest.approx(each * line["quantity"], abs=1e-3)
    assert line["order_value"] == 0.5 * line["quantity"]
    assert "north has" in line["reason"]
    assert "will not use in the next 90 days" in line["reason"]


def test_every_unit_moved_is_gone_from_one_and_coming_to_the_other(moved: Plan) -> None:
    situation, units = moved.situation, moved.orders["quantity"].sum()
    assert situation.stock.usable.tolist() == [600 - units, 3]
    assert situation.open_orders.per_series(2).tolist() == [0, units]


def test_what_the_donor_uses_in_time_stays(tmp_path: Path) -> None:
    few = chain(tmp_path / "few", {"north": 380.0, "south": 3.0}, PAIR)
    units = few.orders.loc[few.orders["kind"] == "transfer", "quantity"].sum()
    assert 0 < units < 60
    assert 380 - units >= few.decision.outlook.lead_time_demand[0]
    assert few.decision.outlook.slow_moving_units[0] < 1
    assert set(few.orders["kind"]) == {"transfer", "purchase"}
    none = chain(tmp_path / "none", {"north": 200.0, "south": 3.0}, PAIR)
    assert set(none.orders["kind"]) == {"purchase"}


def test_nothing_is_moved_that_costs_more_to_move_than_to_buy(tmp_path: Path) -> None:
    plan = chain(tmp_path, RICH, "north,,3,11\nsouth,,3,11\n")
    assert set(plan.orders["kind"]) == {"purchase"}


def test_nothing_is_moved_that_would_come_later_than_what_is_bought(tmp_path: Path) -> None:
    plan = chain(tmp_path, RICH, "north,,20,0.5\nsouth,,20,0.5\n")
    assert set(plan.orders["kind"]) == {"purchase"}


def test_packs_stay_whole(tmp_path: Path) -> None:
    items = "sku,unit_cost,supplier,order_multiple\na,10,maker,24\n"
    plan = chain(tmp_path, {"north": 420.0, "south": 3.0}, PAIR, items=items)
    assert len(plan.orders)
    assert (plan.orders["quantity"] % 24 == 0).all()


def test_accepted_moves_are_planned_no_second_time(moved: Plan, tmp_path: Path) -> None:
    lines = moved.orders.assign(order_id="A", ordered_on=str(AS_OF))
    names = ["order_id", "line_id", "sku", "location", "quantity", "due_on", "ordered_on"]
    text = lines[[*names, "kind", "from_location"]].to_csv(index=False)
    again = chain(tmp_path, RICH, PAIR, open_orders=text)
    assert again.situation.stock.usable.tolist() == moved.situation.stock.usable.tolist()
    assert again.orders.empty


def test_a_count_of_a_later_day_knows_that_goods_have_left(tmp_path: Path) -> None:
    text = (
        "order_id,sku,location,quantity,due_on,ordered_on,kind,from_location\n"
        f"A,a,south,30,{AS_OF + 2},{AS_OF - 1},transfer,north\n"
    )
    plan = chain(tmp_path, {"north": 100.0, "south": 3.0}, ALONE, open_orders=text)
    assert plan.situation.stock.usable.tolist() == [100, 3]
    assert plan.situation.open_orders.per_series(2).tolist() == [0, 30]


def test_the_checker_sees_units_made_and_lost(moved: Plan) -> None:
    assert broken_transfers(moved.situation, moved.decision) == []
    moves = moved.decision.moves
    assert isinstance(moves, pd.DataFrame)
    wrong = moves.assign(quantity=moves["quantity"] + 1.0)
    found = broken_transfers(moved.situation, _with(moved, wrong).decision)
    assert {violation.rule for violation in found} == {"conserved"}
    much = moves.assign(quantity=1000.0)
    rules = {v.rule for v in broken_transfers(moved.situation, _with(moved, much).decision)}
    assert rules == {"conserved", "warehouse stock"}


def _with(plan: Plan, moves: pd.DataFrame) -> Plan:
    return replace(plan, decision=replace(plan.decision, moves=moves))


def test_the_page_says_what_is_moved(moved: Plan) -> None:
    page = render_page(page_data(moved, Steps()))
    assert "Move 1 line between locations" in page
    assert "Transfer from north" in page


@pytest.mark.parametrize("seed", range(3))
def test_no_unit_is_made_or_lost_whatever_is_where(seed: int, tmp_path: Path) -> None:
    draw = np.random.default_rng(seed)
    places = "north,central,2,0.5\nsouth,central,2,0.7\neast,north,1,0.2\ncentral,,3,0.4\n"
    stock = {p: float(draw.integers(0, 40)) for p in ("central", "north", "south", "east")}
    stock[("north", "east", "central")[seed]] += 900.0
    rates = {"north": 3.0, "south": 6.0, "east": 1.0}
    plan = chain(tmp_path, stock, places, rates)
    moves = plan.orders[plan.orders["kind"] == "transfer"]
    out = moves.groupby("from_location")["quantity"].sum()
    assert len(out)
    assert all(units <= stock[str(place)] for place, units in out.items())
    situation = plan.situation
    there = situation.stock.usable.sum() + situation.open_orders.per_series(4).sum()
    assert there == sum(stock.values())
    assert broken_transfers(situation, plan.decision) == []


def test_lines_add_up_where_one_place_receives_from_two_on_one_day(tmp_path: Path) -> None:
    plan = chain(tmp_path, {"central": 25.0, "north": 375.0, "south": 3.0})
    lines = plan.waterfall.merge(plan.orders[["line_id", "from_location"]], on="line_id")
    south = lines[lines["location"] == "south"].set_index("from_location")
    assert set(south.index) == {"north", "central"}
    parts = lines[list(NAMES)]
    np.testing.assert_allclose(parts.sum(axis=1), lines["quantity"], atol=1e-6)
    assert (parts["on_hand"] == -lines["location"].map({"central": 25, "south": 3})).all()
    # What is moved from the north is on order for the order at the warehouse.
    assert south.loc["central", "on_order"] == -south.loc["north", "quantity"]
    assert (parts["faster_orders"] == 0).all()
    assert not plan.waterfall["sentence"].str.startswith("0 =").any()
