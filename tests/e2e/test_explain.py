"""Why a forecast expects what it does: in a plan's files, on its page, on the command line."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from domain.outputs_forecast import EXPLANATION
from tests.e2e.shop import plan, restock, small_shop
from tests.e2e.test_planners_word import shop_with

PARTS = EXPLANATION.names[EXPLANATION.names.index("mean") + 1 :]


def test_the_parts_of_a_plan_add_up_to_its_forecast(tmp_path: Path) -> None:
    plan(shop_with().write(tmp_path / "data"), tmp_path / "out")
    told = pd.read_parquet(tmp_path / "out" / "explanation.parquet")
    forecast = pd.read_parquet(tmp_path / "out" / "forecast.parquet")
    assert list(told) == list(EXPLANATION.names)
    np.testing.assert_allclose(told["mean"], forecast["mean"], rtol=1e-12)
    np.testing.assert_allclose(told[list(PARTS)].sum(axis=1), told["mean"], rtol=1e-9, atol=1e-12)
    doubled = told["sku"] == "sku-001"
    assert (told.loc[doubled, "adjustments"] > 0).all()
    assert (told.loc[~doubled, "adjustments"] == 0).all()
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "are what it sells in an ordinary day" in page
    assert "planners&#39; adjustments" in page or "planners' adjustments" in page


def test_a_series_is_explained_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = small_shop(skus=6)
    sales = made.tables["sales"].reset_index(drop=True)
    sales["stockout_share"] = 0.0
    hidden = sales.index[sales["sku"] == "sku-002"][[10, 40]]
    sales.loc[hidden, "stockout_share"] = 0.5
    made.tables["sales"] = sales
    data, out = made.write(tmp_path / "data"), tmp_path / "f.parquet"
    asked = ("forecast", data, "--horizon", "14", "--out", out, "--explain", "sku-002@main")
    assert restock(*asked, "--json") == 0
    (why,) = json.loads(capsys.readouterr().out)["explained"]
    assert sum(part["first"] for part in why["parts"]) == pytest.approx(why["first"])
    assert sum(part["total"] for part in why["parts"]) == pytest.approx(why["total"])
    frame = pd.read_parquet(out).query("sku == 'sku-002'")
    assert why["total"] == pytest.approx(frame["mean"].sum())
    assert sum(model["weight"] for model in why["models"]) == pytest.approx(1.0, abs=0.03)
    assert all(model["error"] > 0 for model in why["models"])
    assert why["corrected_count"] == 2
    assert all(corrected > recorded for _, recorded, corrected in why["corrected"])
    assert restock(*asked) == 0
    said = capsys.readouterr().out
    assert "sku-002 at main:" in said
    assert "Demand was hidden, by stock-outs or gaps, in 2 days" in said


def test_a_series_that_is_not_there_is_refused_by_its_nearest_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = small_shop(skus=3).write(tmp_path / "data"), tmp_path / "f.parquet"
    code = restock("forecast", data, "--horizon", "7", "--out", out, "--explain", "sku-01")
    assert code == 2
    assert "sku-001" in capsys.readouterr().err
    assert not out.exists()
