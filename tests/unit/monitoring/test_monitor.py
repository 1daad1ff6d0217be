"""A monitor holds what came against what was planned: known answers, and what it must not know."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.monitoring.unordered import never_ordered
from tests.e2e.shop import plan, restock, small_shop

PLANNED = "2024-05-05"
WATCH = '[[watch]]\nkpi = "{kpi}"\n{limit}\n'


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop counted every Sunday, planned four weeks before its last day: `data` and `work`."""
    return planned(tmp_path_factory.mktemp("monitor"), 50)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same shop with little on its shelves."""
    return planned(tmp_path_factory.mktemp("bare"), 3)


def planned(here: Path, on_hand: int) -> Path:
    made = small_shop(skus=4)
    days = np.arange(np.datetime64("2024-01-07"), np.datetime64("2024-06-03"), 7)
    made.tables["stock"] = pd.concat(
        [made.tables["stock"].assign(date=str(day), on_hand=on_hand) for day in days]
    )
    (here / "work").mkdir()
    data = made.write(here / "data")
    plan(data, here / "plan", "--as-of", PLANNED, "--workspace", here / "work")
    return here


def monitor(shop: Path, out: Path, *options: object, code: int = 0) -> dict[str, Any]:
    assert restock("monitor", shop / "data", "--out", out, *options) == code
    return dict(json.loads((out / "summary.json").read_text(encoding="utf-8")))


def came(shop: Path, last: str) -> pd.DataFrame:
    """Forecast of the plan beside what was sold until a day, of the last 28 days."""
    ahead = pd.read_parquet(shop / "plan" / "forecast.parquet").astype({"sku": str})
    kept = [path / "forecast.parquet" for path in (shop / "work" / "plans").iterdir()]
    rows = pd.read_parquet(kept[0])[["sku", "date"]].astype({"sku": str})
    sales = pd.read_csv(shop / "data" / "sales.csv", parse_dates=["date"])
    both = ahead.merge(rows, on=["sku", "date"])
    both = both.merge(sales, how="left", on=["sku", "date"]).fillna({"units_sold": 0.0})
    begin = pd.Timestamp(last) - pd.Timedelta(days=27)
    return both[(both["date"] >= begin) & (both["date"] <= last)]


def test_bias_and_error_are_those_of_the_plan_that_was_made(shop: Path, tmp_path: Path) -> None:
    made = monitor(shop, tmp_path / "out", "--workspace", shop / "work")
    both = came(shop, "2024-06-02")
    error = both["mean"] - both["units_sold"]
    figures = made["figures"]
    assert made["plans_compared"] == 1
    assert figures["bias"] == pytest.approx(error.sum() / both["units_sold"].sum(), rel=1e-5)
    assert figures["wape"] == pytest.approx(error.abs().sum() / both["units_sold"].sum(), rel=1e-5)
    within = (both["units_sold"] <= both["q0.95"]).mean()
    assert figures["coverage_0.95"] == pytest.approx(within)


def test_stock_that_never_changes_turns_as_often_as_it_is_sold(shop: Path, tmp_path: Path) -> None:
    figures = monitor(shop, tmp_path / "out")["figures"]
    items = pd.read_csv(shop / "data" / "items.csv").set_index("sku")["unit_cost"]
    sales = pd.read_csv(shop / "data" / "sales.csv", parse_dates=["date"])
    sales = sales[sales["date"] > "2024-03-04"]  # the last 90 days
    goods = (sales["units_sold"] * sales["sku"].map(items)).sum()
    held = 50 * items.sum()
    assert figures["stock_value"] == pytest.approx(held)
    assert figures["turnover"] == pytest.approx(goods / 90 * 365 / held)
    assert figures["stockout_rate"] == 0.0
    assert figures["gmroi"] is None  # no prices


def test_nothing_after_as_of_is_looked_at(shop: Path, tmp_path: Path) -> None:
    made = monitor(shop, tmp_path / "out", "--as-of", PLANNED, "--workspace", shop / "work")
    assert (made["kept_plans"], made["plans_compared"]) == (1, 0)
    assert made["figures"]["bias"] is None
    assert any("no demand has come yet" in one for one in made["not_known"])
    before = monitor(
        shop, tmp_path / "before", "--as-of", "2024-04-28", "--workspace", shop / "work"
    )
    assert before["kept_plans"] == 0


def test_without_kept_plans_sales_and_stock_are_monitored_alone(shop: Path, tmp_path: Path) -> None:
    made = monitor(shop, tmp_path / "out")
    assert any("monitored alone" in one for one in made["not_known"])
    page = (tmp_path / "out" / "monitor.html").read_text(encoding="utf-8")
    assert "monitored alone" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_a_figure_out_of_its_limits_is_said_and_gives_an_exit_code(
    shop: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "watch.toml"
    settings.write_text(WATCH.format(kpi="stock_value", limit="high = 1"))
    out = tmp_path / "out"
    made = monitor(shop, out, "--settings", settings, "--exit-code", code=13)
    assert made["out_of_limits"] == 1
    assert "out of its limits" in (out / "monitor.html").read_text(encoding="utf-8")
    settings.write_text(WATCH.format(kpi="stock_value", limit="low = 1"))
    assert monitor(shop, out, "--settings", settings, "--exit-code")["out_of_limits"] == 0


@pytest.mark.parametrize(
    ("watch", "said"),
    [
        (WATCH.format(kpi="turnovr", limit="low = 1"), "'watch[0].kpi' cannot be 'turnovr'"),
        (WATCH.format(kpi="turnover", limit=""), "low, high or both"),
        (WATCH.format(kpi="turnover", limit='low = 1\nlocation = "moon"'), "location 'moon'"),
    ],
)
def test_a_watch_list_that_cannot_be_kept_is_refused(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], watch: str, said: str
) -> None:
    settings = tmp_path / "watch.toml"
    settings.write_text(watch)
    out = tmp_path / "out"
    assert restock("monitor", shop / "data", "--out", out, "--settings", settings) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_what_a_planner_said_is_judged_by_what_came(shop: Path, tmp_path: Path) -> None:
    data = small_shop(skus=4)
    said = {"sku": "sku-001", "starts_on": "2024-05-06", "ends_on": "2024-05-26"}
    word = {"how": "multiply", "value": 9, "reason": "a fair that never came", "made_by": "Ann"}
    data.tables["adjustments"] = pd.DataFrame([{**said, **word, "made_on": "2024-04-28"}])
    out = tmp_path / "out"
    assert restock("monitor", data.write(tmp_path / "data"), "--out", out) == 0
    made = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert made["override_saving"] < 0
    assert "a fair that never came" in (out / "monitor.html").read_text(encoding="utf-8")
    assert monitor(shop, tmp_path / "plain")["override_saving"] is None


def test_an_order_of_another_quantity_is_worth_what_stock_and_demand_make_of_it(
    shop: Path, tmp_path: Path
) -> None:
    """Ten units more than planned of every item, the day after; of one all its days are over."""
    lines = pd.read_parquet(next((shop / "work" / "plans").iterdir()) / "lines.parquet")
    lines = lines.astype({"sku": str})
    line = lines[lines["protection_days"] == lines["protection_days"].min()].iloc[0]
    here = Path(shutil.copytree(shop, tmp_path / "shop"))
    ordered = lines["quantity"] + np.where(lines["sku"] == line["sku"], 10.0, 0.0)
    made = pd.DataFrame({"order_id": lines["sku"], "sku": lines["sku"], "quantity": ordered})
    made = made[made["quantity"] > 0].assign(ordered_on="2024-05-06", received_on="2024-05-10")
    made.to_csv(here / "data" / "receipts.csv", index=False)
    said = monitor(here, tmp_path / "out", "--workspace", here / "work")
    rows = pd.read_csv(tmp_path / "out" / "changed_orders.csv", dtype={"sku": str})
    (row,) = rows.to_dict("records")
    sales = pd.read_csv(shop / "data" / "sales.csv", dtype={"sku": str}, parse_dates=["date"])
    until = pd.Timestamp(PLANNED) + pd.Timedelta(days=int(line["protection_days"]))
    mine = sales[(sales["sku"] == row["sku"]) & sales["date"].between("2024-05-06", until)]
    assert row["demand"] == mine["units_sold"].sum()
    left = line["on_hand"] + line["on_order"] + line["quantity"] - row["demand"]
    dear = line["holding_cost_per_day"] * line["protection_days"]
    cost = [one * dear if one > 0 else -one * line["shortage_cost"] for one in (left, left + 10)]
    assert (row["sku"], row["ordered"] - row["planned"]) == (line["sku"], 10.0)
    assert row["saved"] == pytest.approx(cost[0] - cost[1], rel=1e-5)
    assert said["changed_orders_saving"] == pytest.approx(row["saved"], rel=1e-4)


def test_orders_as_planned_are_no_changes(shop: Path, tmp_path: Path) -> None:
    assert monitor(shop, tmp_path / "out", "--workspace", shop / "work")["changed_orders"] is None


def unordered(shop: Path, here: Path, on: str) -> tuple[pd.Series, list[dict[str, Any]]]:
    """A planned line that was ordered on a day, or on none, beside other things; what is judged."""
    lines = pd.read_parquet(next((shop / "work" / "plans").iterdir()) / "lines.parquet")
    lines = lines.astype({"sku": str})
    wanted = lines[lines["quantity"] > 0].sort_values("protection_days", kind="stable")
    line = wanted.iloc[0]
    other = lines.loc[lines["sku"] != line["sku"], "sku"].iloc[0]
    made = [("1", other, 1.0, "2024-05-06")]
    if on:
        made.append(("2", line["sku"], line["quantity"], on))
    receipts = pd.DataFrame(made, columns=["order_id", "sku", "quantity", "ordered_on"])
    copy = Path(shutil.copytree(shop, here / "shop"))
    receipts.assign(received_on=receipts["ordered_on"]).to_csv(
        copy / "data" / "receipts.csv", index=False
    )
    monitor(copy, here / "out", "--workspace", copy / "work")
    rows = pd.read_csv(here / "out" / "changed_orders.csv", dtype={"sku": str})
    return line, rows[rows["sku"] == line["sku"]].to_dict("records")


def test_a_line_that_was_never_ordered_is_an_order_of_nothing(bare: Path, tmp_path: Path) -> None:
    line, (row,) = unordered(bare, tmp_path, "")
    assert (row["planned"], row["ordered"]) == (pytest.approx(line["quantity"]), 0.0)
    there = line["on_hand"] + line["on_order"]
    dear = line["holding_cost_per_day"] * line["protection_days"]
    cost = [
        max(left, 0.0) * dear + max(-left, 0.0) * line["shortage_cost"]
        for left in (there + line["quantity"] - row["demand"], there - row["demand"])
    ]
    assert row["saved"] == pytest.approx(cost[0] - cost[1], rel=1e-5)


def test_a_line_that_is_ordered_late_is_held_against_its_plan(bare: Path, tmp_path: Path) -> None:
    line, rows = unordered(bare, tmp_path, "2024-05-08")
    assert line["protection_days"] > 3
    assert rows == []  # ordered as planned, if late


def test_nightly_plans_that_repeat_a_line_count_it_once() -> None:
    days = np.datetime64("2024-05-01") + np.arange(30)
    made = pd.DataFrame(
        {"sku": ["a", "b", "b", "b"], "location": "main",
         "ordered_on": pd.to_datetime(["2024-05-17", "2024-05-03", "2024-05-12", "2024-05-29"])}
    )  # fmt: skip
    terms = pd.DataFrame({"sku": ["a", "b"], "location": "main"})
    line = pd.DataFrame(
        {"sku": ["a", "b"], "location": "main", "quantity": [5.0, 0.0], "protection_days": 7}
    )
    plans = [SimpleNamespace(as_of=day, lines=lambda: line) for day in days]
    seen = SimpleNamespace(terms=SimpleNamespace(frame=terms))
    found = never_ordered(seen, plans, made)  # type: ignore[arg-type]
    judged = [str(plan.as_of) for plan, lines in found if len(lines)]
    # The order of the 17th is that of the lines since the 10th; what is said within seven days of
    # a line that lapsed is that line. After the 29th nothing is recorded any more.
    assert judged == ["2024-05-01", "2024-05-08", "2024-05-22"]
