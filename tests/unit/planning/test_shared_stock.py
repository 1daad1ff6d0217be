"""A source that has less than its stores want."""

from pathlib import Path

import pandas as pd
import pytest

from domain.errors import InfeasibleError
from optimization.constraints import warehouse_stock
from planning.order_parts import NAMES
from planning.plan import Plan
from planning.shared_stock import moved_today
from tests.unit.planning.chain import AS_OF, TWO_STORES, chain, ordered

DEAR = (
    "sku,location,unit_cost,supplier,shortage_cost\n"
    "a,north,10,maker,40\na,south,10,maker,2\na,central,10,maker,2\n"
)
BARE = {"central": 25.0, "north": 2.0, "south": 2.0}


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return chain(tmp_path_factory.mktemp("short"), BARE, items=DEAR)


def test_what_is_there_goes_to_whom_it_is_worth_most(short: Plan) -> None:
    found = ordered(short)
    assert found["north"] + found.get("south", 0.0) == 25
    assert found["north"] > found.get("south", 0.0)
    lines = short.orders.set_index("location")
    assert lines.loc["north", "binding"] == "the stock at central"
    assert "the stock at central leaves" in lines.loc["north", "reason"]


def test_the_parts_of_a_line_say_what_the_stock_at_its_source_took(short: Plan) -> None:
    lines = short.waterfall.set_index("location")
    parts = lines[list(NAMES)].sum(axis=1)
    pd.testing.assert_series_equal(parts, lines["quantity"], check_names=False, atol=1e-6)
    assert lines.loc["north", "limits"] < 0
    assert lines["more_stock_for_none"].isna().all()


def test_two_stores_alike_are_given_alike(tmp_path: Path) -> None:
    found = ordered(chain(tmp_path, {"central": 24.0, "north": 2.0, "south": 2.0}))
    assert found["north"] + found["south"] == 24
    assert abs(found["north"] - found["south"]) <= 4


def test_a_plan_that_was_shared_knows_its_bound(short: Plan) -> None:
    solution = short.decision.solution
    assert solution.bound <= solution.objective
    assert solution.objective - solution.bound <= 0.01 * solution.objective


def test_the_checker_sees_more_moved_than_there_is(short: Plan) -> None:
    moved = moved_today(short.situation, short.decision)
    stock = short.situation.terms.frame[["sku", "location"]].assign(
        on_hand=short.situation.stock.usable
    )
    assert warehouse_stock.violations(moved, stock) == []
    more = moved.assign(quantity=moved["quantity"] + 1.0)
    [found] = warehouse_stock.violations(more, stock)
    assert (found.location, found.rule) == ("central", "warehouse stock")


def test_accepted_lines_are_planned_no_second_time(short: Plan, tmp_path: Path) -> None:
    accepted = pd.DataFrame(
        {
            "order_id": "A", "line_id": short.orders["line_id"], "sku": short.orders["sku"],
            "location": short.orders["location"], "quantity": short.orders["quantity"],
            "due_on": short.orders["due_on"], "ordered_on": str(AS_OF),
            "kind": short.orders["kind"], "from_location": short.orders["from_location"],
        }
    )  # fmt: skip
    text = accepted.to_csv(index=False)
    again = chain(tmp_path / "again", BARE, TWO_STORES, items=DEAR, open_orders=text)
    assert again.situation.stock.usable[0] == 0
    assert again.orders.empty


def promised(folder: Path, units: int) -> Plan:
    """At least so many units of all orders of the south, whose shortage costs least."""
    return chain(
        folder, BARE, items=DEAR,
        linear_limits=f"limit,bound,sense\npromise,{units},at_least\n",
        linear_limit_weights="limit,sku,location,weight\npromise,a,south,1\n",
    )  # fmt: skip


def test_a_promise_is_kept_from_what_the_source_has(short: Plan, tmp_path: Path) -> None:
    plan = promised(tmp_path, 20)
    table = plan.limits.set_index("limit")
    assert table.loc["promise", "used"] >= 20 - 1e-4
    assert table.loc["stock of a at central", "used"] <= 25 + 1e-4
    south = 2
    assert plan.decision.solution.quantity[south].sum() >= 20 - 1e-4
    assert short.decision.solution.quantity[south, 0] < 20


def test_a_promise_of_more_than_the_source_has_is_refused_with_both_names(tmp_path: Path) -> None:
    with pytest.raises(InfeasibleError) as refused:
        promised(tmp_path, 60)
    named = refused.value.limits
    assert any(name.startswith("promise") for name in named)
    assert any(name.startswith("stock of a at central") for name in named)
