"""What to do with stock that does not move: each way by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planning.forecasts import known_at
from planning.pipeline import make_plan
from planning.plan import Plan
from planning.price_effect import price_effect
from planning.steps import Steps
from tests.e2e.shop import DAYS, FIRST_DAY, Shop

LAST_DAY = FIRST_DAY + DAYS - 1


def two_places(settings: str = "") -> Shop:
    """`a` lies idle in the north and is wanted in the south; every Sunday it is half price."""
    days = FIRST_DAY + np.arange(DAYS)
    cut = np.arange(DAYS) % 7 == 6
    sales = pd.concat(
        pd.DataFrame({
            "sku": "a", "location": place, "date": days.astype(str),
            "units_sold": np.where(cut, 4 * daily, daily),
            "unit_price": np.where(cut, 5.0, 10.0),
        })
        for place, daily in (("north", 1), ("south", 5))
    )  # fmt: skip
    tables = {
        "sales": sales,
        "items": pd.DataFrame({"sku": ["a"], "unit_cost": [4.0], "salvage_value": [0.5]}),
        "stock": pd.DataFrame(
            {"sku": "a", "location": ["north", "south"], "date": str(LAST_DAY), "on_hand": [900, 0]}
        ),
    }
    return Shop(tables, 'bucket = "day"\n' + settings)


def planned(shop: Shop, folder: Path) -> Plan:
    data = shop.write(folder)
    dataset, calendar = known_at(data, None, None, {}, Steps())
    return make_plan("shop", dataset, calendar, Steps())


def test_half_the_price_that_sells_four_times_as_much_is_an_elasticity_of_two(
    tmp_path: Path,
) -> None:
    effect = price_effect(planned(two_places(), tmp_path).situation)
    np.testing.assert_allclose(effect.elasticity, [-2.0, -2.0])
    np.testing.assert_array_equal(effect.price, [10.0, 10.0])


def test_every_way_is_told_with_what_it_recovers(tmp_path: Path) -> None:
    plan = planned(two_places("return_value_share = 0.6\n"), tmp_path)
    ways = plan.slow_stock.set_index("option")
    assert (ways["location"] == "north").all()
    slow = float(ways["slow_moving_units"].iloc[0])
    assert slow == np.floor(plan.decision.outlook.slow_moving_units[0]) > 100
    south = plan.decision.solution.quantity[1].sum()
    assert ways.loc["move", "units"] == min(slow, np.floor(south)) > 0
    assert ways.loc["move", "recovery"] == ways.loc["move", "units"] * 4.0
    assert ways.loc["move", "to_location"] == "south"
    assert ways.loc["return", "recovery"] == pytest.approx(slow * 4.0 * 0.6)
    assert ways.loc["write_off", "recovery"] == pytest.approx(slow * 0.5)
    down = ways.loc["mark_down"]
    assert 0 < down["units"] <= slow
    assert 0 < down["recovery"] < down["units"] * 10.0 * down["price_share"]
    assert ways["best"].sum() == 1
    assert ways["best"].to_numpy().argmax() == ways["recovery"].to_numpy().argmax() == 0


def test_what_costs_more_to_move_than_to_buy_stays(tmp_path: Path) -> None:
    shop = two_places()
    shop.tables["locations"] = pd.DataFrame(
        {"location": ["north", "south"], "transfer_cost": [0.0, 5.0]}
    )
    options = set(planned(shop, tmp_path).slow_stock["option"])
    assert options == {"mark_down", "write_off"}  # no supplier takes it back either


def test_prices_that_never_varied_tell_nothing_and_a_plan_keeps_its_orders(tmp_path: Path) -> None:
    shop = two_places()
    shop.tables["sales"] = shop.tables["sales"].drop(columns="unit_price")
    plan = planned(shop, tmp_path / "one")
    assert "mark_down" not in set(plan.slow_stock["option"])
    shop.settings += "return_value_share = 0.2\n"
    other = planned(shop, tmp_path / "two")
    assert other.plan_id == plan.plan_id
    pd.testing.assert_frame_equal(other.orders, plan.orders)
