"""The command `restock replay`: what it writes, and what it refuses."""

import json
from pathlib import Path

import pandas as pd
import pytest

from planning.calibration import KINDS, RULES, Calibration, write_calibration
from tests.e2e.shop import Shop, restock, small_shop

MEASURES = {
    "cost", "holding", "shortage", "order", "fill_rate", "stockout_rate", "turnover",
    "slow_moving_rate", "cost_per_unit_of_demand", "share_of_avoidable_removed", "difference",
    "interval",
}  # fmt: skip


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    made: Shop = small_shop(skus=8)
    del made.tables["stock"]
    return made.write(tmp_path / "data")


def test_everything_is_written_and_tells_the_same(dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = restock(
        "replay", dataset, "--from", "2024-03-10", "--until", "2024-05-26", "--out", out,
        "--policy", "min_max", "--policy", "days_of_cover:cover_days=24", "--json",
    )  # fmt: skip
    assert code == 0
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert sorted(entry.name for entry in out.iterdir()) == sorted(summary["files"])
    policies = summary["policies"]
    assert list(policies) == ["min_max", "days_of_cover:cover_days=24", "perfect_foresight"]
    trajectory = pd.read_parquet(out / "trajectory.parquet")
    series = pd.read_parquet(out / "series.parquet")
    for name, measures in policies.items():
        assert set(measures) >= MEASURES
        parts = trajectory[(trajectory["policy"] == name) & trajectory["scored"]]
        total = parts[["holding", "shortage", "order"]].to_numpy().sum()
        assert measures["cost"] == pytest.approx(total)
        assert measures["cost"] == pytest.approx(series[f"cost {name}"].sum())
        low, high = measures["interval"]
        assert low <= measures["difference"] <= high
    assert policies["perfect_foresight"]["share_of_avoidable_removed"] == 1
    page = (out / "replay.html").read_text(encoding="utf-8")
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("base_stok", "base_stock"),
        ("days_of_cover:cover_dais=3", "cover_days"),
        ("days_of_cover:cover_days=lots", "above 0"),
        ("optimizer:speed=3", "shortage_factor"),
        ("calibrated_optimizer:speed=3", "no settings"),
        ("calibrated_optimizer", "no calibration"),
        ("perfect_foresight", "no policy to follow"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], policy: str, said: str
) -> None:
    out = tmp_path / "out"
    code = restock("replay", dataset, "--from", "2024-03-10", "--policy", policy, "--out", out)
    assert code == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_a_replay_without_time_to_score_is_refused(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for begin in ("2024-06-02", "2024-05-19"):
        assert restock("replay", dataset, "--from", begin, "--out", tmp_path / "out") == 2
        assert "mend" in capsys.readouterr().err


def test_a_day_that_cannot_begin_it_is_named_as_it_was_asked_for(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--from", "2023-03-10", "--out", tmp_path / "out")
    assert restock("replay", dataset, *asked) == 2
    said = capsys.readouterr().err
    assert "--from" in said
    assert "as_of" not in said


def test_limits_that_are_left_out_are_said(dataset: Path, tmp_path: Path) -> None:
    code = restock(
        "replay", dataset, "--from", "2024-03-10", "--until", "2024-05-26", "--policy", "min_max",
        "--set", "order_lines_per_day=3", "--out", tmp_path / "out", "--json",
    )  # fmt: skip
    assert code == 0
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert "Limits that items share are left out: order lines a day." in summary["assumed"]


def test_the_page_is_about_the_calibrated_policy_and_says_what_it_goes_by(
    dataset: Path, tmp_path: Path
) -> None:
    made = Calibration(
        dataset="data", as_of="2024-03-03", unmet_demand="lost", split_by="",
        factors={kind: {"": 0.5} for kind in KINDS}, rules=RULES, evidence={},
    )  # fmt: skip
    write_calibration(made, tmp_path / "work")
    out = tmp_path / "out"
    code = restock(
        "replay", dataset, "--from", "2024-03-10", "--until", "2024-05-05", "--out", out,
        "--policy", "optimizer", "--policy", "calibrated_optimizer",
        "--workspace", tmp_path / "work",
    )  # fmt: skip
    assert code == 0
    assert "<h1>Calibrated optimizer would" in (out / "replay.html").read_text(encoding="utf-8")
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    said = [each for each in summary["assumed"] if each.startswith("calibrated_optimizer")]
    assert len(said) == 1
    assert "up to 2024-03-03, it weighs a shortage 0.5 times" in said[0]


def test_a_folder_of_something_else_is_left_alone(dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    assert restock("replay", dataset, "--from", "2024-03-10", "--out", out) != 0
    assert (out / "thesis.txt").read_text() == "years of work"
