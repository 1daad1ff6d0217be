"""Levels for an ERP: what the file holds, and what is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.e2e.shop import plan, restock, small_shop


def levels(data: Path, out: Path, policy: str) -> pd.DataFrame:
    assert restock("levels", data, "--policy", policy, "--out", out) == 0
    return pd.read_csv(out, dtype={"sku": str}).set_index("sku")


def test_levels_of_a_service_level_are_those_of_the_plan_where_demand_waits(tmp_path: Path) -> None:
    shop = small_shop()
    shop.settings += 'unmet_demand = "backordered"\ncycle_service_level = 0.9\n'
    data, out = shop.write(tmp_path / "data"), tmp_path / "levels.csv"
    found = levels(data, out, "safety_stock_cycle_service_level:cycle_service_level=0.9")
    plan(data, tmp_path / "plan")
    inventory = pd.read_csv(tmp_path / "plan" / "inventory.csv", dtype={"sku": str})
    inventory = inventory.set_index("sku").loc[found.index]
    for name in ("order_up_to_level", "safety_stock", "lead_time_demand"):
        np.testing.assert_allclose(found[name], inventory[name], atol=2e-3)
    more = levels(data, out, "safety_stock_cycle_service_level:cycle_service_level=0.97")
    assert (more["safety_stock"] > found["safety_stock"]).any()
    assert (more["safety_stock"] >= found["safety_stock"]).all()


def test_lots_grow_with_the_cost_of_an_order(tmp_path: Path) -> None:
    shop = small_shop()
    free = levels(shop.write(tmp_path / "free"), tmp_path / "a.csv", "reorder_point_quantity")
    shop.tables["suppliers"]["line_cost"] = [30.0, 30.0]
    paid = levels(shop.write(tmp_path / "paid"), tmp_path / "b.csv", "reorder_point_quantity")
    assert (paid["order_quantity"] >= free["order_quantity"]).all()
    assert (paid["order_quantity"] > free["order_quantity"]).any()
    assert (paid["reorder_point"] <= free["reorder_point"]).all()  # fewer cycles to be short in


@pytest.mark.parametrize(
    "policy", ["optimizer", "safety_stock_fill_rate:fill_rate=98", "reorder_pint"]
)
def test_what_has_no_levels_is_refused(
    policy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = small_shop().write(tmp_path / "data"), tmp_path / "levels.csv"
    assert restock("levels", data, "--policy", policy, "--out", out) == 2
    assert policy.split(":")[0] in capsys.readouterr().err
    assert not out.exists()


def test_another_file_is_not_written_over(tmp_path: Path) -> None:
    data, out = small_shop().write(tmp_path / "data"), tmp_path / "mine.csv"
    out.write_text("mine\n", encoding="utf-8")
    assert restock("levels", data, "--out", out) == 2
    assert out.read_text(encoding="utf-8") == "mine\n"
