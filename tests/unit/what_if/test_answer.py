"""What-if: the number that a whole plan with that change gives, and what else holds of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import ConflictError, NotFoundError, PlanError
from planning.plan import Plan
from planning.what_if.answer import Answer, answer
from planning.what_if.ground import Ground, read_ground
from planning.what_if.one import Change
from tests.e2e.shop import Shop
from tests.unit.what_if.shops import keys, left, planned, shop


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    folder = tmp_path_factory.mktemp("plan")
    return left(planned(shop(), folder / "data"), folder / "ground")


def assert_as_planned(plan: Plan, key: tuple[str, str], found: Answer) -> None:
    """The whole plan's inventory says the same of the product, to the last digit."""
    rows = plan.inventory
    row = rows[(rows["sku"] == key[0]) & (rows["location"] == key[1])].iloc[0]
    assert found.quantity == row["quantity"]
    assert found.order_up_to_level == pytest.approx(row["order_up_to_level"], abs=1e-3)
    frame = plan.situation.terms.frame
    at = list(zip(frame["sku"].astype(str), frame["location"].astype(str), strict=True)).index(key)
    solved = plan.decision.solution
    assert found.wanted == solved.wanted[at]
    assert found.expected_cost == solved.cost[at]


CHANGES = (
    Change(on_hand=7.0),
    Change(lead_time_days=9.5),
    Change(unit_cost=11.0),
    Change(on_hand=500.0, lead_time_days=30.0),
)


def changed() -> Shop:
    """The shop in which each item is otherwise as `CHANGES` says."""
    made = shop()
    for name, column, attribute in (
        ("stock", "on_hand", "on_hand"),
        ("suppliers", "lead_time_days", "lead_time_days"),
        ("items", "unit_cost", "unit_cost"),
    ):
        table = made.tables[name].reset_index(drop=True)
        for row, change in enumerate(CHANGES):
            value = getattr(change, attribute)
            if value is not None:
                table.loc[row, column] = value
        made.tables[name] = table
    return made


def test_the_number_is_that_of_a_whole_plan_with_the_change(ground: Ground, tmp_path: Path) -> None:
    plan = planned(changed(), tmp_path / "data")
    for key, change in zip(keys(ground), CHANGES, strict=True):
        assert_as_planned(plan, key, answer(ground, *key, change))


def test_lead_times_that_vary_are_read_back_too(tmp_path: Path) -> None:
    plan = planned(shop(lead_time_std_days=3.0), tmp_path / "data")
    found = left(plan, tmp_path / "ground")
    for key in keys(found):
        assert_as_planned(plan, key, answer(found, *key, Change()))


def test_a_budget_buys_whole_packs_and_no_less_than_the_smallest_order(ground: Ground) -> None:
    packs = next(
        key for key in keys(ground) if ground.series["order_multiple"][ground.place[key]] > 1
    )
    free = answer(ground, *packs, Change(on_hand=0.0))
    cost = free.order_value / free.quantity
    assert free.quantity > 18
    assert answer(ground, *packs, Change(on_hand=0.0, budget=20 * cost)).quantity == 18
    assert answer(ground, *packs, Change(on_hand=0.0, budget=11 * cost)).quantity == 0
    assert free.expected_cost < free.expected_cost_without
    enough = Change(on_hand=0.0, budget=free.order_value)
    assert answer(ground, *packs, enough) == free
    dearer = answer(ground, *packs, Change(on_hand=0.0, budget=20 * cost))
    assert free.expected_cost < dearer.expected_cost


def test_more_stock_never_orders_more(ground: Ground) -> None:
    for key in keys(ground):
        found = [answer(ground, *key, Change(on_hand=float(n))).quantity for n in range(0, 200, 20)]
        assert found == sorted(found, reverse=True)


def test_what_cannot_be_answered_is_refused(ground: Ground, tmp_path: Path) -> None:
    key = keys(ground)[0]
    with pytest.raises(NotFoundError):
        answer(ground, "nobody", key[1], Change())
    with pytest.raises(ConflictError, match="forecast ends"):
        answer(ground, *key, Change(lead_time_days=900.0))
    (tmp_path / "empty").mkdir()
    with pytest.raises(PlanError, match="nothing behind"):
        read_ground(tmp_path / "empty")
