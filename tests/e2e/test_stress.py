"""The command `restock stress`: what it writes, and what it refuses."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from planning.stress.scenarios import SCENARIOS
from tests.e2e.shop import plan, restock, small_shop

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of ugly names and a plan of it, made with settings of its own."""
    folder = tmp_path_factory.mktemp("planned")
    shop = small_shop(skus=10, ugly=True)
    plan(
        shop.write(folder / "data"), folder / "plan",
        "--set", "cycle_service_level=0.9", "--set", "unmet_demand=backordered",
    )  # fmt: skip
    return folder


@pytest.fixture
def copied(planned: Path, tmp_path: Path) -> Path:
    """The same, to spoil."""
    shutil.copytree(planned, tmp_path / "copy")
    return tmp_path / "copy"


def test_everything_is_written_and_tells_the_same(planned: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert restock("stress", planned / "data", "--plan", planned / "plan", "--out", out) == 0
    summary = json.loads((out / "stress.json").read_text(encoding="utf-8"))
    assert sorted(entry.name for entry in out.iterdir()) == sorted(summary["files"])
    assert sorted(summary["scenarios"]) == list(SCENARIOS.names())
    text = {"sku": str, "location": str, "scenario": str}
    rows = pd.read_csv(out / "stress.csv", dtype=text, keep_default_na=False)
    parts = [f"extra_{part}" for part in ("holding", "shortage", "surplus", "orders", "purchase")]
    for name, each in summary["scenarios"].items():
        mine = rows[rows["scenario"] == name]
        if not each["struck"]:
            assert mine.empty
            continue
        # Items whose cost is the same to half a cent have no row.
        assert mine["extra_cost"].sum() == pytest.approx(each["extra_cost"], abs=0.005 * 10)
        assert sum(each[part] for part in parts) == pytest.approx(each["extra_cost"], abs=1e-3)
        changed = (mine["quantity"] - mine["quantity_under_scenario"]).abs() > 1e-4
        assert changed.sum() == each["changed_lines"]
    assert summary["left_out"] == [
        "Where demand falls or a place closes, the margin lost on what is not sold is not counted."
    ]
    page = (out / "stress.html").read_text(encoding="utf-8")
    assert summary["left_out"][0] in page
    assert "http" not in page
    assert "<script" not in page
    assert "&#34;q&#34;" in page


def test_late_suppliers_cost_and_larger_orders_would_help(planned: Path, capsys: Capture) -> None:
    code = restock(
        "stress", planned / "data", "--plan", planned / "plan",
        "--scenario", "supplier_late:days=21", "--scenario", "supplier_late", "--json",
    )  # fmt: skip
    assert code == 0
    said = json.loads(capsys.readouterr().out)["scenarios"]
    assert list(said) == ["supplier_late:days=21", "supplier_late"]  # the dearer one first
    assert said["supplier_late"]["extra_cost"] > 0
    assert said["supplier_late"]["more"] > 0
    assert said["supplier_late"]["saving"] > 0


def test_an_order_a_planner_changed_is_the_one_that_is_priced(
    copied: Path, capsys: Capture
) -> None:
    path = copied / "plan" / "orders.csv"
    lines = pd.read_csv(path, dtype=str, keep_default_na=False)
    lines.loc[0, "quantity"] = "0"
    lines.to_csv(path, index=False)
    asked = ("--plan", copied / "plan", "--scenario", "demand_up", "--json")
    assert restock("stress", copied / "data", *asked) == 0
    assert json.loads(capsys.readouterr().out)["order_lines"] == len(lines) - 1


def refusal(copied: Path, capsys: Capture) -> str:
    out = copied / "out"
    asked = ("--plan", copied / "plan", "--scenario", "demand_up", "--out", out)
    assert restock("stress", copied / "data", *asked) == 2
    assert not out.exists()
    return capsys.readouterr().err


def test_a_folder_without_a_plan_is_refused(copied: Path, capsys: Capture) -> None:
    (copied / "plan" / "orders.csv").unlink()
    assert "orders.csv is missing" in refusal(copied, capsys)
    shutil.rmtree(copied / "plan")
    assert "there is no plan" in refusal(copied, capsys)


def test_a_plan_of_other_data_is_refused(copied: Path, capsys: Capture) -> None:
    stock = copied / "data" / "stock.csv"
    lines = pd.read_csv(stock, dtype=str, keep_default_na=False)
    lines.loc[0, "on_hand"] = "12345"
    lines.to_csv(stock, index=False)
    assert "made from other data" in refusal(copied, capsys)


def test_so_is_one_of_data_that_does_not_reach_its_day(copied: Path, capsys: Capture) -> None:
    sales = copied / "data" / "sales.csv"
    lines = pd.read_csv(sales, dtype=str, keep_default_na=False)
    lines["date"] = lines["date"].str.replace("2024", "2028")
    lines.to_csv(sales, index=False)
    assert "made from other data" in refusal(copied, capsys)


def test_a_plan_of_other_settings_is_refused(copied: Path, capsys: Capture) -> None:
    path = copied / "plan" / "summary.json"
    summary = json.loads(path.read_text(encoding="utf-8"))
    summary["settings"]["cycle_service_level"] = 0.8
    path.write_text(json.dumps(summary), encoding="utf-8")
    assert "made from other data" in refusal(copied, capsys)


def test_a_summary_that_is_none_is_refused(copied: Path, capsys: Capture) -> None:
    for text in ("{", "[]", '{"plan_id": "x", "as_of": "soon", "settings": {}}'):
        (copied / "plan" / "summary.json").write_text(text, encoding="utf-8")
        assert "not the summary of a plan" in refusal(copied, capsys)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("quantity", "many", "line 2, column quantity"),
        ("quantity", "-3", "line 2, column quantity"),
        ("sku", "never-heard-of", "cannot be ordered"),
        ("plan_id", "0123456789abcdef", "lines of another plan"),
    ],
)
def test_order_lines_that_cannot_be_are_refused(
    copied: Path, capsys: Capture, column: str, value: str, said: str
) -> None:
    path = copied / "plan" / "orders.csv"
    lines = pd.read_csv(path, dtype=str, keep_default_na=False)
    lines.loc[0, column] = value
    lines.to_csv(path, index=False)
    assert said in refusal(copied, capsys)


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ("suplier_late", "supplier_late"),
        ("supplier_late:dais=3", "'days'"),
        ("supplier_late:days=1.5", "whole number"),
        ("demand_down:share=1", "leaves nothing"),
        ("demand_up:share=lots", "a share such as 0.3"),
    ],
)
def test_scenarios_that_cannot_be_meant_are_refused(
    planned: Path, capsys: Capture, scenario: str, said: str
) -> None:
    asked = ("--plan", planned / "plan", "--scenario", scenario)
    assert restock("stress", planned / "data", *asked) == 2
    assert said in capsys.readouterr().err


def test_the_folder_of_the_plan_is_left_alone(planned: Path) -> None:
    kept = sorted(entry.name for entry in (planned / "plan").iterdir())
    asked = ("--plan", planned / "plan", "--out", planned / "plan")
    assert restock("stress", planned / "data", *asked) == 2
    assert sorted(entry.name for entry in (planned / "plan").iterdir()) == kept
