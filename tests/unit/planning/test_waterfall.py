"""The parts of every order line add up to it, and what would change a line does change it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planning.forecasts import known_at
from planning.order_parts import NAMES
from planning.pipeline import make_plan
from planning.plan import Plan
from planning.steps import Steps
from tests.e2e.shop import DAYS, FIRST_DAY, Shop, small_shop

LAST_DAY = FIRST_DAY + DAYS - 1


def planned(shop: Shop, folder: Path) -> Plan:
    data = shop.write(folder)
    dataset, calendar = known_at(data, None, None, {}, Steps())
    return make_plan("shop", dataset, calendar, Steps())


def with_all_rules(seed: int) -> Shop:
    """A shop where every rule acts on some line."""
    shop, draw = small_shop(seed), np.random.default_rng(seed)
    skus = shop.tables["items"]["sku"]
    shop.tables["suppliers"]["line_cost"] = [1.0, 0.0]
    shop.tables["suppliers"]["order_cost"] = [0.0, 9.0]
    shop.tables["items"]["shelf_life_days"] = np.where(np.arange(len(skus)) % 3 == 0, 12, np.nan)
    shop.tables["stock"]["on_hand"] = draw.poisson(12, len(skus))
    shop.tables["open_orders"] = pd.DataFrame(
        {
            "order_id": [f"o{n}" for n in range(6)],
            "sku": skus[:6],
            "quantity": draw.integers(1, 9, 6),
            "due_on": [str(LAST_DAY + 2 + 3 * n) for n in range(6)],
            "ordered_on": str(LAST_DAY - 8),
        }
    )
    return shop


def with_two_suppliers(seed: int) -> Shop:
    shop = small_shop(seed)
    skus = shop.tables["items"]["sku"]
    shop.tables["stock"]["on_hand"] = 0
    shop.tables["items"]["shortage_cost"] = 20.0
    shop.tables["item_suppliers"] = pd.concat(
        pd.DataFrame({"sku": skus, "supplier": name, "unit_cost": cost, "lead_time_days": days})
        for name, cost, days in (("far", 4.0, 16), ("near", 6.0, 3))
    )
    return shop


def within_limits(seed: int) -> Shop:
    shop = small_shop(seed)
    shop.settings += '[[budget]]\namount = 300\nperiod_days = 7\nname = "week"\n'
    return shop


@pytest.mark.parametrize("lost", ["lost", "backordered"])
@pytest.mark.parametrize("shop", [small_shop, with_all_rules, with_two_suppliers, within_limits])
def test_the_parts_of_every_line_add_up_to_it(shop, lost, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    made = shop(1)
    made.settings = f'unmet_demand = "{lost}"\n' + made.settings
    plan = planned(made, tmp_path)
    lines = plan.waterfall
    assert len(lines) == len(plan.orders) > 0
    np.testing.assert_allclose(lines[list(NAMES)].sum(axis=1), lines["quantity"], atol=1e-6)
    np.testing.assert_array_equal(lines["line_id"], plan.orders["line_id"])
    assert np.isfinite(lines[list(NAMES)].to_numpy()).all()
    assert (lines["on_hand"] == -plan.orders["on_hand"]).all()
    if shop is small_shop:  # whole packs, and nothing that was not given
        assert (lines[["shelf_life", "price_breaks", "order_costs", "limits"]] == 0).all(axis=None)
        free = plan.orders["wanted"]
        np.testing.assert_allclose(lines["quantity"] - lines["packs"] - lines["minimum"], free,
                                   atol=1e-5)  # fmt: skip
    if shop is within_limits:
        assert (lines["limits"] < 0).any()
        assert lines["more_stock_for_none"].isna().all()
    if shop is with_two_suppliers:
        faster = plan.decision.faster
        assert faster is not None
        assert len(faster) > 0


@pytest.mark.parametrize("lost", ["lost", "backordered"])
def test_so_much_more_stock_and_nothing_is_ordered_so_much_less_and_a_case_more(
    lost: str, tmp_path: Path
) -> None:
    shop = small_shop(3)
    shop.settings += f'unmet_demand = "{lost}"\n'
    shop.tables["stock"]["on_hand"] += 5
    lines = planned(shop, tmp_path / "now").waterfall.set_index("sku")
    assert lines["more_stock_for_none"].notna().all()
    less = lines["less_stock_for_more"].dropna()
    assert len(less) > 3
    stock = shop.tables["stock"].set_index("sku")["on_hand"]

    def quantity(change: pd.Series, folder: str) -> pd.Series:
        changed = Shop(dict(shop.tables), shop.settings)
        there = stock.add(change, fill_value=0.0).reindex(stock.index)
        changed.tables["stock"] = changed.tables["stock"].assign(on_hand=there.to_numpy())
        orders = planned(changed, tmp_path / folder).orders.set_index("sku")["quantity"]
        return orders.reindex(stock.index, fill_value=0.0)

    more = lines["more_stock_for_none"]
    case = shop.tables["items"].set_index("sku")["order_multiple"]
    assert (quantity(more, "none")[more.index] == 0).all()
    assert (quantity(more - 1, "some")[more.index] > 0).all()
    pd.testing.assert_series_equal(
        quantity(-less, "more")[less.index], lines["quantity_then"][less.index], check_names=False
    )
    larger = lines["quantity"] + case[lines.index]
    assert (lines["quantity_then"][less.index] >= larger[less.index]).all()
    assert (quantity(1 - less, "same")[less.index] < larger[less.index]).all()


def test_a_line_that_shares_an_order_is_told_what_would_change_it_with_the_others_as_they_are(
    tmp_path: Path,
) -> None:
    shop = small_shop(3)
    shop.tables["suppliers"]["order_cost"] = [9.0, 6.0]
    shop.tables["suppliers"]["line_cost"] = [0.5, 0.5]
    shop.tables["items"]["shortage_cost"] = 20.0
    shop.tables["stock"]["on_hand"] += 5
    plan = planned(shop, tmp_path / "now")
    lines = plan.waterfall.set_index("sku")
    more = lines["more_stock_for_none"]
    assert len(more) > 3
    assert more.notna().all()
    stock = shop.tables["stock"].set_index("sku")["on_hand"]
    for sku in more.index[:3]:  # one at a time: the others stay as they are
        for change, ordered in ((more[sku], False), (more[sku] - 1, True)):
            changed = Shop(dict(shop.tables), shop.settings)
            there = stock.add(pd.Series({sku: change}), fill_value=0.0).reindex(stock.index)
            changed.tables["stock"] = changed.tables["stock"].assign(on_hand=there.to_numpy())
            again = planned(changed, tmp_path / f"{sku}{ordered}").orders
            assert (sku in set(again["sku"])) == ordered
