"""The command `restock backtest`: what it writes, and what it refuses."""

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.e2e.shop import restock, small_shop


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return small_shop(skus=8).write(tmp_path / "data")


def test_everything_is_written_and_tells_the_same(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    code = restock(
        "backtest", dataset, "--origins", "2", "--horizon", "7", "--levels", "0.5,0.95",
        "--out", out, "--json",
    )  # fmt: skip
    assert code == 0
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert json.loads(capsys.readouterr().out) == summary
    assert sorted(entry.name for entry in out.iterdir()) == sorted(summary["files"])
    table = pd.read_parquet(out / "backtest.parquet")
    text = pd.read_csv(out / "backtest.csv", dtype={"horizon": str})
    pd.testing.assert_frame_equal(text, table, check_dtype=False, atol=1e-6)
    assert set(table["horizon"]) == {*"1234567", "all"}
    assert [name for name in table if name.startswith("coverage")] == [
        "coverage_0.5",
        "coverage_0.95",
    ]
    assert list(summary["models"]) == list(dict.fromkeys(table["model"]))
    assert summary["origins"] == ["2024-05-19", "2024-05-26"]
    assert sum("sold out" in sentence for sentence in summary["notes"]) == 1


def test_a_terminal_is_told_the_rule_for_sold_out_buckets_once(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        restock("backtest", dataset, "--origins", "1", "--horizon", "7", "--out", tmp_path / "o")
        == 0
    )
    said = capsys.readouterr().out
    assert said.count("sold out") == 1
    assert "seasonal_naive" in said
    assert "…" not in said


def test_too_many_origins_are_refused(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert restock("backtest", dataset, "--origins", "30", "--horizon", "7", "--out", out) == 2
    said = capsys.readouterr().err
    assert "218 days of history" in said
    assert not out.exists()


def test_one_series_has_no_interval(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Drawn anew it is always itself: an interval of no width would promise certainty.
    data, out = small_shop(skus=1).write(tmp_path / "data"), tmp_path / "out"
    asked = ("backtest", data, "--origins", "2", "--horizon", "7", "--out", out)
    assert restock(*asked) == 0
    assert "% (one series)" in capsys.readouterr().out
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert all(row["low"] is None and row["high"] is None for row in summary["differences"])
    assert all(row["difference"] is not None for row in summary["differences"])
    page = (out / "backtest.html").read_text(encoding="utf-8")
    assert "of one series, which may be chance" in page
    assert "in 95 of 100 cases" not in page
