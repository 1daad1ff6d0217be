"""Goods that grow too old: less is bought of them, and what is wasted is told."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from planning.pipeline import plan_dataset
from planning.plan import Plan
from planning.report.summary import summarize
from planning.steps import Steps
from tests.unit.planning.frames import dataset

LIVES = (None, 365, 40, 15, 8, 4, 1)


def shop(folder: Path, life: int | None, minimum: int = 0) -> Plan:
    """A plan of three items that sell about five a day; a unit short costs more than one bought."""
    draw = np.random.default_rng(3)
    days = np.datetime64("2024-01-01") + np.arange(100)
    skus = ("a", "b", "c")
    rows = [f"{sku},{day},{draw.poisson(5.0)}" for sku in skus for day in days]
    age = "" if life is None else str(life)
    dataset(
        folder,
        sales="sku,date,units_sold\n" + "\n".join(rows) + "\n",
        stock="sku,date,on_hand\n"
        + "".join(
            f"{sku},{days[-1]},{on_hand}\n" for sku, on_hand in zip(skus, (0, 20, 60), strict=True)
        ),
        items="sku,unit_cost,shortage_cost,minimum_order_quantity,shelf_life_days\n"
        + "".join(f"{sku},2,6,{minimum},{age}\n" for sku in skus),
    )
    return plan_dataset(folder, None, None, {}, Steps())


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> list[Plan]:
    return [shop(tmp_path_factory.mktemp("life"), life) for life in LIVES]


def test_a_shorter_shelf_life_never_raises_an_order(plans: list[Plan]) -> None:
    quantities = [plan.decision.solution.quantity[:, 0] for plan in plans]
    for longer, shorter in itertools.pairwise(quantities):
        assert (shorter <= longer).all()
    assert (quantities[-1] < quantities[0]).any()


def test_goods_that_outlast_the_plan_are_ordered_like_those_that_do_not_age(
    plans: list[Plan],
) -> None:
    none, long = plans[0], plans[1]
    columns = ["sku", "quantity", "saving", "reason"]
    assert long.orders[columns].equals(none.orders[columns])
    assert "expected_waste_units" not in none.orders
    assert (long.orders["expected_waste_units"] == 0).all()


def test_what_is_there_and_cannot_be_sold_in_time_is_wasted(tmp_path: Path) -> None:
    plan = shop(tmp_path, 8, minimum=200)
    waste = plan.inventory.set_index("sku")["expected_waste_units"]
    ordered = plan.inventory.set_index("sku")["quantity"]
    # On hand 60, on the shelf until day 15 (lead time 7): about 75 are asked for by then.
    assert ordered["c"] == 0
    assert waste["c"] < 10
    told = summarize(plan, Steps())["expected_waste"]
    assert told["units"] == pytest.approx(plan.inventory["expected_waste_units"].sum(), abs=1e-3)
    assert told["value"] == pytest.approx(2 * told["units"], abs=1e-3)


def test_a_lot_that_would_grow_old_is_not_bought(tmp_path: Path) -> None:
    keeps = shop(tmp_path / "keeps", None, minimum=400)
    ages = shop(tmp_path / "ages", 10, minimum=400)
    assert keeps.decision.solution.quantity[0, 0] > 0
    assert "a" in set(keeps.orders["sku"])
    assert ages.decision.solution.quantity[0, 0] == 0
