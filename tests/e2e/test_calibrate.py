"""The command `restock calibrate`, and plans that use what it found."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.shop import plan, restock, small_shop, summary

pytestmark = pytest.mark.thorough

AS_OF = "2024-05-26"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half of the items have a price for a shortage, the others a level of service."""
    made = small_shop(skus=12)
    del made.tables["stock"]
    made.tables["suppliers"]["review_period_days"] = 14
    costs = np.where(np.arange(12) % 2, made.tables["items"]["unit_cost"], np.nan)
    made.tables["items"]["shortage_cost"] = costs
    return made.write(tmp_path_factory.mktemp("shop") / "data")


@pytest.fixture(scope="module")
def workspace(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calibrated") / "workspace"
    assert restock("calibrate", shop, "--workspace", folder, "--as-of", AS_OF) == 0
    return folder


def test_what_was_tried_is_kept_with_what_was_chosen(workspace: Path) -> None:
    found = json.loads((workspace / "calibration.json").read_text(encoding="utf-8"))
    assert set(found["factors"]) == {"price", "cycle_service_level"}
    evidence = found["evidence"]
    roles = [window["role"] for window in evidence["windows"]]
    assert roles == ["chooses", "chooses", "judges"]
    assert evidence["windows"][-1]["until"] == AS_OF
    price = evidence["price"]
    assert price["cost"] <= price["cost_as_typed"]
    curves = np.array(price["curves"])
    assert curves.shape == (3, len(evidence["factors_tried"]))
    best = evidence["factors_tried"][int(curves[:2].sum(axis=0).argmin())]
    assert price["chosen"] == best
    reached = np.array(evidence["promises"]["cycle_service_level"]["curves"])
    assert ((reached >= 0) & (reached <= 1)).all()


def test_a_calibration_made_again_is_the_same(shop: Path, workspace: Path, tmp_path: Path) -> None:
    assert restock("calibrate", shop, "--workspace", tmp_path, "--as-of", AS_OF) == 0
    one, other = (folder / "calibration.json" for folder in (workspace, tmp_path))
    assert one.read_bytes() == other.read_bytes()


def test_a_plan_uses_it_and_says_so(shop: Path, workspace: Path, tmp_path: Path) -> None:
    with_it, without = tmp_path / "with", tmp_path / "without"
    plan(shop, with_it, "--workspace", workspace)
    plan(shop, without)
    told, silent = summary(with_it), summary(without)
    assert told["plan_id"] != silent["plan_id"]
    assert silent["calibration"] is None
    assert told["calibration"]["factors"]
    assert any("Calibrated on the past" in line for line in told["headline"])
    assert "Calibrated on the past" in (with_it / "report.html").read_text(encoding="utf-8")


def test_a_plan_of_an_earlier_day_does_not(shop: Path, workspace: Path, tmp_path: Path) -> None:
    early, plain = tmp_path / "early", tmp_path / "plain"
    day = ("--as-of", "2024-05-19")
    one = plan(shop, early, "--workspace", workspace, *day)
    other = plan(shop, plain, *day)
    assert one.drop(columns="plan_id").equals(other.drop(columns="plan_id"))
    assert any("not used" in line for line in summary(early)["headline"])


def test_a_calibrated_plan_can_be_stressed(shop: Path, workspace: Path, tmp_path: Path) -> None:
    plan(shop, tmp_path / "plan", "--workspace", workspace)
    stressed = restock(
        "stress", shop, "--plan", tmp_path / "plan", "--scenario", "demand_up", "--json"
    )
    assert stressed == 0


def test_too_little_history_is_refused_and_nothing_written(shop: Path, tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    code = restock("calibrate", shop, "--workspace", folder, "--as-of", "2024-02-11")
    assert code == 2
    assert not folder.exists()
