"""What-if where others have a say: limits at the prices they have, order costs already shared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from domain.errors import ConflictError, NotFoundError
from planning.plan import Plan
from planning.what_if.answer import answer
from planning.what_if.ground import Ground
from planning.what_if.one import Change
from tests.e2e.shop import Shop
from tests.unit.what_if.shops import keys, left, one_supplier, planned

BUDGET = "[[budget]]\namount = {}\nperiod_days = 7\n"


def own_lines(plan: Plan) -> dict[tuple[str, str], float]:
    """What the plan orders today, by product."""
    rows = plan.inventory
    return {(r.sku, r.location): r.quantity for r in rows.itertuples()}


def with_budget() -> Shop:
    made = one_supplier()
    made.settings = BUDGET.format(250)
    return made


def with_space() -> Shop:
    made = one_supplier()
    made.tables["locations"] = pd.DataFrame({"location": ["main"], "capacity_m3": [12.0]})
    return made


def with_lines() -> Shop:
    made = one_supplier()
    made.settings = "order_lines_per_day = 3\n"
    return made


def with_service() -> Shop:
    made = one_supplier()
    made.settings = '[[group_service]]\nfill_rate = 0.998\nsupplier = "s"\n'
    return made


LIMITED: dict[str, Callable[[], Shop]] = {
    "budget": with_budget,
    "space": with_space,
    "capacity": lambda: one_supplier(capacity_units=60.0),
    "smallest order": lambda: one_supplier(minimum_order_value=800.0),
    "lines": with_lines,
    "service": with_service,
    "budget and order cost": lambda: with_order_cost(with_budget()),
}


def with_order_cost(made: Shop) -> Shop:
    made.tables["suppliers"]["order_cost"] = 20.0
    return made


@pytest.mark.parametrize("limits", LIMITED)
def test_nothing_otherwise_is_the_line_of_the_plan(limits: str, tmp_path: Path) -> None:
    plan = planned(LIMITED[limits](), tmp_path / "data")
    ground = left(plan, tmp_path / "ground")
    assert ground.limited
    assert {key: answer(ground, *key, Change()).quantity for key in keys(ground)} == own_lines(plan)


@pytest.fixture(scope="module")
def poor(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    folder = tmp_path_factory.mktemp("poor")
    return left(planned(with_budget(), folder / "data"), folder / "ground")


def test_more_stock_never_orders_more_at_prices_that_are_held(poor: Ground) -> None:
    most = []
    for key in keys(poor):
        found = [answer(poor, *key, Change(on_hand=float(n))).quantity for n in range(0, 300, 20)]
        assert found == sorted(found, reverse=True)
        assert found[-1] == 0
        most.append(found[0])
    assert sum(most) > 0


def test_more_money_never_orders_less_and_far_from_the_plan_is_said(poor: Ground) -> None:
    for key in keys(poor):
        found = [answer(poor, *key, Change(limits={"budget": 250.0 * s})) for s in (0.99, 1, 1.01)]
        ordered = [one.quantity for one in found]
        assert ordered == sorted(ordered)
        assert [one.limits[0]["beyond"] for one in found] == [False] * 3
        told = answer(poor, *key, Change(limits={"budget": 500.0})).limits[0]
        assert told["beyond"]
        assert told["bound"] == 500.0
        assert told["holds_from"] < 250.0 < told["holds_to"]


def test_the_whole_plan_with_the_change_is_about_the_same(tmp_path: Path) -> None:
    made = one_supplier(skus=24)
    made.settings = BUDGET.format(900)
    ground = left(planned(made, tmp_path / "data"), tmp_path / "ground")
    for sku, on_hand in (("sku-001", 12.0),):
        stock = made.tables["stock"]
        changed = stock.assign(on_hand=stock["on_hand"].where(stock["sku"] != sku, on_hand))
        other = one_supplier(skus=24)
        other.settings, other.tables["stock"] = made.settings, changed
        plan = own_lines(planned(other, tmp_path / sku))
        found = answer(ground, sku, "main", Change(on_hand=on_hand))
        pack = ground.series["order_multiple"][ground.place[sku, "main"]]
        assert found.quantity == pytest.approx(plan[sku, "main"], abs=pack + 1)


def test_what_no_price_is_known_of_is_refused(poor: Ground, tmp_path: Path) -> None:
    key = keys(poor)[0]
    with pytest.raises(NotFoundError, match="no limit"):
        answer(poor, *key, Change(limits={"space": 1.0}))
    made = one_supplier()
    made.settings = BUDGET.format(100_000)
    rich = left(planned(made, tmp_path / "data"), tmp_path / "ground")
    assert not rich.limited
    same = answer(rich, *key, Change(limits={"budget": 90_000.0}))
    assert same == answer(rich, *key, Change())
    with pytest.raises(ConflictError, match="was not reached"):
        answer(rich, *key, Change(limits={"budget": 10.0}))


def test_a_shared_order_is_joined_or_left_as_the_whole_plan_would(tmp_path: Path) -> None:
    made = one_supplier(order_cost=6.0)
    plan = planned(made, tmp_path / "data")
    ground = left(plan, tmp_path / "ground")
    assert {key: answer(ground, *key, Change()).quantity for key in keys(ground)} == own_lines(plan)
    for n, (sku, location) in enumerate(keys(ground)[:2]):
        other = one_supplier(order_cost=6.0)
        stock = other.tables["stock"]
        stock["on_hand"] = stock["on_hand"].where(stock["sku"] != sku, 9.0)
        whole = own_lines(planned(other, tmp_path / f"{n}"))
        found = answer(ground, sku, location, Change(on_hand=9.0))
        assert found.quantity == whole[sku, location]


def test_the_chosen_supplier_and_its_price_breaks_are_kept(tmp_path: Path) -> None:
    made = one_supplier(order_cost=1.0)
    names = made.tables["items"]["sku"]
    made.tables["suppliers"] = pd.DataFrame(
        {"supplier": ["s", "t"], "lead_time_days": [14.0, 7.0], "review_period_days": 7}
    )
    offers = [
        {"sku": sku, "supplier": supplier, "from_quantity": start, "unit_cost": cost}
        for sku in names
        for supplier, start, cost in (("s", 0, 4.0), ("s", 60, 3.0), ("t", 0, 4.2))
    ]
    made.tables["item_suppliers"] = pd.DataFrame(offers)
    plan = planned(made, tmp_path / "data")
    ground = left(plan, tmp_path / "ground")
    assert {key: answer(ground, *key, Change()).quantity for key in keys(ground)} == own_lines(plan)
