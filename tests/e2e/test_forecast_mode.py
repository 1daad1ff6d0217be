"""Which mode a forecast was made in, and why: on the command line, in a plan's files and page."""

import json
from pathlib import Path

import pytest

from forecasting.models import boosted_trees
from tests.e2e.shop import plan, restock, small_shop

MISSING = "LightGBM is not installed, or libgomp is missing"


def forecast(data: Path, out: Path, *more: str) -> int:
    return restock("forecast", data, "--horizon", "7", "--out", out, *more)


def test_without_lightgbm_local_mode_is_used_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boosted_trees, "available", lambda: False)
    data, out = small_shop(skus=4).write(tmp_path / "data"), tmp_path / "f.parquet"
    full = ("--set", "forecast_mode=full")
    assert forecast(data, out, *full) == 0
    assert f"in local mode, by local models alone: {MISSING}." in capsys.readouterr().out
    assert forecast(data, out, *full, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["forecast_mode"] == {"used": "local", "why_local": MISSING}
    plan(data, tmp_path / "plan", *full)
    assert MISSING in (tmp_path / "plan" / "report.html").read_text(encoding="utf-8")


def test_the_mode_that_was_asked_for_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = small_shop(skus=4).write(tmp_path / "data"), tmp_path / "f.parquet"
    assert forecast(data, out, "--set", "forecast_mode=local") == 0
    said = capsys.readouterr().out
    assert "by local models alone: forecast_mode is local." in said
    assert "events table" not in said
    assert forecast(data, out, "--set", "country=CN") == 0
    assert "Local models do not hear of country and shopping_events" in capsys.readouterr().out
    assert forecast(data, out) == 0
    assert "there is too little history to learn from" in capsys.readouterr().out


def test_a_country_nobody_knows_is_refused_in_local_mode_as_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = small_shop(skus=4).write(tmp_path / "data"), tmp_path / "f.parquet"
    assert forecast(data, out, "--set", "country=XX") == 2
    assert "no public holidays are known for 'XX'" in capsys.readouterr().err
    assert not out.exists()


def test_a_series_whose_named_model_cannot_be_fitted_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = small_shop(skus=4)
    sales = made.tables["sales"]
    sales.loc[sales["sku"] == sales["sku"].iloc[0], "units_sold"] = 0
    made.settings = f'[[forecaster]]\nmodel = "imapa"\nskus = ["{sales["sku"].iloc[0]}"]\n'
    data, out = made.write(tmp_path / "data"), tmp_path / "f.parquet"
    assert forecast(data, out) == 0
    assert "1 series: nothing was ever sold: the default stands in" in capsys.readouterr().out
    assert forecast(data, out, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["fallbacks"] == {"nothing was ever sold: the default stands in": 1}
