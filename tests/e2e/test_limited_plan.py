"""Plans with limits, by the command: kept, explained, and refused where they cannot hold."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.e2e.shop import Shop, plan, read_orders, restock, small_shop, summary

LAST_DAY, WEEK_END = "2024-06-02", "2024-06-08"


def shop() -> Shop:
    made = small_shop(skus=12)
    made.tables["items"]["volume_m3"] = 0.1
    return made


def limits(out: Path) -> pd.DataFrame:
    return pd.read_csv(out / "limits.csv", keep_default_na=False)


def test_a_budget_is_kept_and_said(tmp_path: Path) -> None:
    free = plan(shop().write(tmp_path / "free"), tmp_path / "free_plan")
    wanted = float(free["order_value"].sum())
    assert not (tmp_path / "free_plan" / "limits.csv").exists()
    tight = shop()
    tight.settings += f"[[budget]]\namount = {0.6 * wanted:.2f}\nperiod_days = 7\n"
    out = tmp_path / "plan"
    orders = plan(tight.write(tmp_path / "tight"), out)
    assert orders["order_value"].sum() <= 0.6 * wanted + 0.01
    table = limits(out)
    first = table.iloc[0]
    assert (first["limit"], first["period"]) == ("budget", f"{LAST_DAY} to {WEEK_END}")
    assert first["used"] == pytest.approx(orders["order_value"].sum(), abs=0.01)
    assert 0 < first["marginal_value_more"] <= first["marginal_value"] * 1.001
    assert first["marginal_value"] <= first["marginal_value_less"] * 1.001
    assert f"more of budget ({LAST_DAY} to {WEEK_END}) would save about" in first["sentence"]
    assert (orders["binding"] == "budget").any()
    assert orders["reason"].str.contains("budget leaves").any()
    told = summary(out)
    assert told["limits"][0]["limit"] == "budget"  # type: ignore[index]
    assert "limits.csv" in told["files"]  # type: ignore[operator]
    assert "What is shared" in (out / "report.html").read_text(encoding="utf-8")
    again = tmp_path / "again"
    assert restock("plan", tmp_path / "tight", "--out", again) == 0
    assert (again / "orders.csv").read_bytes() == (out / "orders.csv").read_bytes()
    assert (again / "limits.csv").read_bytes() == (out / "limits.csv").read_bytes()


def test_a_limit_that_leaves_room_changes_no_order(tmp_path: Path) -> None:
    plan(shop().write(tmp_path / "free"), tmp_path / "free_plan")
    wide = shop()
    wide.settings += "order_lines_per_day = 500\n[[budget]]\namount = 1e9\nperiod_days = 30\n"
    plan(wide.write(tmp_path / "wide"), tmp_path / "wide_plan")
    one, other = (read_orders(tmp_path / name) for name in ("free_plan", "wide_plan"))
    pd.testing.assert_frame_equal(
        one.drop(columns="plan_id"), other.drop(columns="plan_id"), check_exact=True
    )
    assert (limits(tmp_path / "wide_plan")["marginal_value"] == 0).all()


def test_every_limit_at_once(tmp_path: Path) -> None:
    made = shop()
    made.settings += "order_lines_per_day = 7\n[[budget]]\namount = 700\nends_on = 2024-06-08\n"
    made.settings += '[[container]]\nsupplier = "far"\nvolume_m3 = 1.5\nleast_fill = 0.7\n'
    made.settings += '[[group_service]]\nfill_rate = 0.5\nsupplier = "far"\n'
    made.tables["locations"] = pd.DataFrame({"location": ["main"], "capacity_m3": [40.0]})
    made.tables["suppliers"]["capacity_units"] = [200, 300]
    made.tables["suppliers"]["minimum_order_value"] = [60.0, 0.0]
    made.tables["linear_limits"] = pd.DataFrame(
        {"limit": ["crates", "promise"], "bound": [90.0, 10.0], "sense": ["at_most", "at_least"]}
    )
    made.tables["linear_limit_weights"] = pd.DataFrame(
        {"limit": ["crates", "crates", "promise"], "sku": ["sku-001", "sku-002", "sku-003"],
         "weight": [0.5, 2.0, 1.0]}
    )  # fmt: skip
    plan(made.write(tmp_path / "data"), tmp_path / "plan")
    table = limits(tmp_path / "plan").set_index("limit")
    assert set(table["kind"]) == {
        "budget", "storage", "supplier_capacity", "supplier_minimum", "order_lines", "linear_limit",
        "container_fill", "group_service",
    }  # fmt: skip
    near = table.loc["smallest order of near at main", "used"]
    assert ((near == 0) | (near >= 60.0 - 1e-4)).all()
    held = table.loc["containers of far", "used"] / 1.5
    assert ((held == 0) | (held - np.ceil(held - 1e-6) + 1 >= 0.7 - 1e-4)).all()
    least = ["promise", "smallest order of near at main", "containers of far"]
    capped = table[~table.index.isin(least)]
    assert (capped["used"] <= capped["bound"] * (1 + 1e-6) + 1e-6).all()
    assert table.loc["promise", "used"] >= 10.0


def test_a_cycle_service_level_of_a_group_is_kept(tmp_path: Path) -> None:
    made = shop()
    made.settings += '[[group_service]]\ncycle_service_level = 0.98\ncategory = "tea"\n'
    plan(made.write(tmp_path / "data"), tmp_path / "plan")
    table = limits(tmp_path / "plan")
    assert set(table["kind"]) == {"group_cycle_service"}
    assert (table["limit"] == "cycle service level").all()
    assert (table["used"] <= table["bound"] * (1 + 1e-6)).all()
    assert table["marginal_value"].max() > 0


def test_money_committed_today_counts(tmp_path: Path) -> None:
    made = shop()
    made.settings += "[[budget]]\namount = 700\nperiod_days = 7\n"
    made.tables["open_orders"] = pd.DataFrame(
        {"order_id": ["a", "b"], "sku": ["sku-000"] * 2, "quantity": [10, 10],
         "unit_cost": [20.0, 20.0], "due_on": ["2024-06-05"] * 2,
         "ordered_on": [LAST_DAY, "2024-05-30"]}
    )  # fmt: skip
    orders = plan(made.write(tmp_path / "data"), tmp_path / "plan")
    first = limits(tmp_path / "plan").iloc[0]
    assert orders["order_value"].sum() <= 500
    assert first["bound"] == 700
    assert first["used"] == pytest.approx(200 + orders["order_value"].sum(), abs=0.01)


def test_limits_that_cannot_hold_are_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = shop()
    made.tables["locations"] = pd.DataFrame({"location": ["main"], "capacity_m3": [1.0]})
    code = restock("plan", made.write(tmp_path / "data"), "--out", tmp_path / "plan", "--json")
    assert code == 3
    refusal = json.loads(capsys.readouterr().out)
    assert refusal["error"] == "InfeasibleError"
    assert all(name.startswith("space at main (2024-06-") for name in refusal["limits"])
    assert "Relax space at main" in refusal["mend"]
    assert not (tmp_path / "plan").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("[[budget]]\namount = 5\n", "ends_on or period_days"),
        ("[[budget]]\namount = -5\nperiod_days = 7\n", "budget"),
    ],
)
def test_a_budget_that_says_too_little_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str, words: str
) -> None:
    made = shop()
    made.settings += change
    assert restock("plan", made.write(tmp_path / "data"), "--out", tmp_path / "plan") == 2
    assert words in capsys.readouterr().err


def test_a_limit_in_money_needs_a_cost_and_one_in_space_a_volume(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for column in ("unit_cost", "volume_m3"):
        made = shop()
        made.settings += "[[budget]]\namount = 500\nperiod_days = 7\n"
        made.tables["locations"] = pd.DataFrame({"location": ["main"], "capacity_m3": [1e6]})
        made.tables["items"] = made.tables["items"].drop(columns=column)
        data = made.write(tmp_path / column)
        assert restock("plan", data, "--out", tmp_path / "plan") == 2
        assert column in capsys.readouterr().err


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ('[[container]]\nsupplier = "moon"\nvolume_m3 = 30.0\n', "moon"),
        ('[[group_service]]\nfill_rate = 0.9\ncategory = "moon"\n', "moon"),
        ("[[group_service]]\nfill_rate = 1.5\n", "fill_rate"),
        ('[[container]]\nsupplier = "far"\nvolume_m3 = 30.0\n', "volume"),
    ],
)
def test_a_group_that_cannot_be_measured_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], setting: str, words: str
) -> None:
    made = small_shop(skus=6)
    made.settings += setting
    assert restock("plan", made.write(tmp_path / "data"), "--out", tmp_path / "plan") in (2, 3)
    assert words in capsys.readouterr().err
