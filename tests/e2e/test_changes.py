"""A plan against the one before, and what suppliers are told of it."""

from pathlib import Path

import numpy as np
import pandas as pd

from tests.e2e.shop import DAYS, FIRST_DAY, plan, restock, small_shop

TEXT = {"sku": str, "location": str}


def read(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, dtype=TEXT, keep_default_na=False)


def test_nothing_changed_in_the_data_changes_nothing_in_the_plan(tmp_path: Path) -> None:
    data = small_shop().write(tmp_path / "data")
    plan(data, tmp_path / "one")
    plan(data, tmp_path / "two", "--previous", tmp_path / "one")
    assert read(tmp_path / "two" / "changes.csv").empty
    for name in ("orders.csv", "schedule.parquet", "waterfall.parquet", "supplier_forecast.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_less_stock_than_before_is_why_more_is_ordered(tmp_path: Path) -> None:
    shop = small_shop()
    shop.settings += 'unmet_demand = "backordered"\n'
    before = plan(shop.write(tmp_path / "before"), tmp_path / "one").set_index("sku")["quantity"]
    shop.tables["stock"].loc[0, "on_hand"] -= 12
    changed = plan(
        shop.write(tmp_path / "after"), tmp_path / "two", "--previous", tmp_path / "one"
    ).set_index("sku")["quantity"]
    [line] = read(tmp_path / "two" / "changes.csv").to_dict("records")
    assert line["sku"] == "sku-000"
    assert line["change"] == changed["sku-000"] - before["sku-000"] > 0
    assert line["position_change"] == 12
    assert line["demand_change"] == line["safety_change"] == 0
    assert line["rule_change"] == line["change"] - 12
    assert "less is in stock and on order (+12)" in line["sentence"]


def test_what_was_planned_for_the_days_since_is_what_counts(tmp_path: Path) -> None:
    data = small_shop().write(tmp_path / "data")
    earlier = FIRST_DAY + DAYS - 8
    plan(data, tmp_path / "one", "--as-of", earlier)
    plan(data, tmp_path / "two", "--previous", tmp_path / "one")
    changes = read(tmp_path / "two" / "changes.csv")
    parts = ["demand_change", "safety_change", "position_change", "rule_change"]
    np.testing.assert_allclose(changes[parts].sum(axis=1), changes["change"], atol=1e-5)
    schedule = pd.read_parquet(tmp_path / "one" / "schedule.parquet")
    due = schedule[schedule["order_on"] <= str(FIRST_DAY + DAYS - 1)]
    planned = due.groupby("sku")["quantity"].sum().reindex(changes["sku"], fill_value=0.0)
    np.testing.assert_allclose(changes["previous_quantity"], planned)
    assert (planned > 0).any()


def test_a_later_plan_is_no_earlier_one(tmp_path: Path) -> None:
    data = small_shop().write(tmp_path / "data")
    plan(data, tmp_path / "one")
    command = ("plan", data, "--out", tmp_path / "two", "--as-of", FIRST_DAY + DAYS - 8)
    assert restock(*command, "--previous", tmp_path / "one") == 2
    assert not (tmp_path / "two").exists()


def test_suppliers_are_told_all_that_is_to_be_ordered_of_them(tmp_path: Path) -> None:
    orders = plan(small_shop().write(tmp_path / "data"), tmp_path / "plan")
    told = read(tmp_path / "plan" / "supplier_forecast.csv")
    schedule = pd.read_parquet(tmp_path / "plan" / "schedule.parquet")
    for supplier in ("near", "far"):
        own = told[told["supplier"] == supplier]
        now, later = (t[t["supplier"] == supplier]["quantity"].sum() for t in (orders, schedule))
        np.testing.assert_allclose(own["quantity"].sum(), now + later)
        assert later > 0
    starts = pd.to_datetime(told["period_starts_on"])
    assert (starts.dt.day_of_week == 0).all()


def test_a_change_that_saves_little_is_not_made(tmp_path: Path) -> None:
    shop = small_shop()
    plan(shop.write(tmp_path / "before"), tmp_path / "one")
    shop.tables["stock"]["on_hand"] += 1  # nearly every order would be a little smaller
    data = shop.write(tmp_path / "after")
    plan(data, tmp_path / "two", "--previous", tmp_path / "one")
    made = len(read(tmp_path / "two" / "changes.csv"))
    kept = plan(
        data, tmp_path / "three", "--previous", tmp_path / "one", "--set", "change_cost=5.0"
    )
    left = len(read(tmp_path / "three" / "changes.csv"))
    assert left < made
    assert (kept["binding"] == "change cost").sum() > 0
    waterfall = pd.read_parquet(tmp_path / "three" / "waterfall.parquet")
    parts = waterfall.select_dtypes("number").drop(columns=["quantity"], errors="ignore")
    assert {"order_costs"} <= set(parts)
    free = plan(data, tmp_path / "four", "--set", "change_cost=5.0")
    assert not (free["binding"] == "change cost").any()


def test_a_change_that_saves_little_is_not_made_under_a_budget(tmp_path: Path) -> None:
    shop = small_shop()
    free = plan(shop.write(tmp_path / "free"), tmp_path / "zero")
    amount = float((free["quantity"] * free["unit_cost"]).sum())
    shop.settings += (
        f"change_cost = 5.0\n[[budget]]\namount = {0.9 * amount:.2f}\nperiod_days = 7\n"
    )
    plan(shop.write(tmp_path / "before"), tmp_path / "one")
    shop.tables["stock"]["on_hand"] += 1
    data = shop.write(tmp_path / "after")
    plan(data, tmp_path / "two", "--previous", tmp_path / "one", "--set", "change_cost=0.0")
    made = len(read(tmp_path / "two" / "changes.csv"))
    kept = plan(data, tmp_path / "three", "--previous", tmp_path / "one")
    assert len(read(tmp_path / "three" / "changes.csv")) < made
    assert (kept["binding"] == "change cost").sum() > 0
    assert (kept["quantity"] * kept["unit_cost"]).sum() <= 0.9 * amount + 0.01
