"""Locations that supply others: transfers, and what the source plans for them."""

from pathlib import Path

import numpy as np
import pytest

from planning.network import likeness_of
from planning.plan import Plan
from tests.unit.planning.chain import AS_OF, chain, ordered

PLENTY = {"central": 500.0, "north": 0.0, "south": 0.0}


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return chain(tmp_path_factory.mktemp("chain"), PLENTY)


def test_a_store_that_is_supplied_moves_goods_and_buys_none(usual: Plan) -> None:
    lines = usual.orders.set_index("location")
    assert set(lines.index) == {"north", "south"}
    assert (lines["kind"] == "transfer").all()
    assert (lines["from_location"] == "central").all()
    assert (lines["supplier"] == "").all()
    assert (lines["unit_cost"] == 0.5).all()
    assert (lines["order_value"] == 0.5 * lines["quantity"]).all()
    days = lines["due_on"].to_numpy().astype("datetime64[D]") - AS_OF
    assert days.astype(int).tolist() == [3, 3]


def test_the_source_plans_for_what_its_stores_need_less_what_they_have(tmp_path: Path) -> None:
    bare = chain(tmp_path / "bare", {"central": 0.0, "north": 5.0, "south": 5.0})
    rich = chain(tmp_path / "rich", {"central": 0.0, "north": 25.0, "south": 15.0})
    # Until the delivery after the next, day 21, stores take what they sell until day 21 + 2 + 7.
    asked = bare.decision.outlook.lead_time_demand[0]
    assert asked == pytest.approx(8.0 * 30 - 10, rel=0.1)
    assert rich.decision.outlook.lead_time_demand[0] == pytest.approx(asked - 30, abs=0.01)
    assert ordered(bare)["central"] - ordered(rich)["central"] == 30


def test_one_store_alone_is_planned_exactly_as_if_its_source_sold_itself(tmp_path: Path) -> None:
    # Clark & Scarf: a unit held at either place costs the same, so the echelon level is the
    # quantile of demand over both lead times.
    rates = {"north": 4.0}
    two = chain(
        tmp_path / "two", {"central": 0.0, "north": 5.0}, "north,central,2,0\n", rates,
        'review_period_days = 7\n',
    )  # fmt: skip
    one = chain(
        tmp_path / "one", {"north": 5.0}, "north,,,\n", rates,
        suppliers="supplier,lead_time_days,review_period_days\nmaker,23,7\n",
    )  # fmt: skip
    level = two.decision.solution.order_up_to_level
    # The warehouse's own level is what the store has not got of it.
    assert level[0] + 5 == pytest.approx(one.decision.solution.order_up_to_level[0], rel=1e-9)


def test_chains_are_planned_one_after_the_other(tmp_path: Path) -> None:
    places = "north,region,2,0.5\nregion,central,3,0.2\n"
    stock = {"central": 40.0, "region": 30.0, "north": 10.0}
    plan = chain(tmp_path, stock, places, {"north": 4.0})
    source = plan.orders.set_index("location")["from_location"].to_dict()
    assert source == {"central": "", "north": "region", "region": "central"}
    outlook = plan.decision.outlook
    north, region = 1, 2
    assert outlook.lead_time_demand[north] == pytest.approx(4.0 * 9, rel=0.15)
    # Until day 10 the store decides on days 0 and 7; what comes then lasts through day 16.
    assert outlook.lead_time_demand[region] == pytest.approx(4.0 * 16 - 10, rel=0.15)


def test_an_item_that_the_source_does_not_stock_is_bought(tmp_path: Path) -> None:
    plan = chain(tmp_path, {"north": 0.0, "south": 0.0, "central": 9.0},
                 items="sku,location,unit_cost,supplier,planned\n"
                 "a,,10,maker,stock\na,central,10,maker,no\n")  # fmt: skip
    assert set(plan.orders["kind"]) == {"purchase"}
    assert "from_location" not in plan.orders
    assert (plan.orders["supplier"] == "maker").all()


def test_demand_that_goes_together_is_seen_to() -> None:
    draw = np.random.default_rng(1)
    shared, own = draw.normal(size=(1, 4000)), draw.normal(size=(3, 4000))
    source = np.array([3, 3, 3, -1])
    demand = np.concatenate([shared + own, np.zeros((1, 4000))])[:, -52:]
    apart = np.concatenate([own, np.zeros((1, 4000))])[:, -52:]
    assert likeness_of(demand, source) == pytest.approx(0.5, abs=0.15)
    assert likeness_of(apart, source) == pytest.approx(0.0, abs=0.15)
