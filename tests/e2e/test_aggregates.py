"""`aggregate_forecasts`: total, categories and locations told apart into parts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from domain.outputs_forecast import AGGREGATES
from tests.e2e.shop import Shop, restock, small_shop

ASKED = "aggregate_forecasts = 'holt_winters'\ncountry = 'GB'\n"


def plan_of(shop: Shop, folder: Path, code: int = 0) -> Path:
    dataset, out = shop.write(folder / "data"), folder / "plan"
    assert restock("plan", dataset, "--out", out) == code
    return out


def test_parts_add_up_and_detail_adds_up_to_the_total(tmp_path: Path) -> None:
    shop = small_shop()
    shop.settings += ASKED
    out = plan_of(shop, tmp_path)
    frame = pd.read_parquet(out / "aggregates.parquet")
    assert list(frame.columns) == list(AGGREGATES.names)
    assert set(frame["level"]) == {"total", "category"}
    fitted = frame[frame["mean"].notna()]
    parts = fitted[["trend", "season", "events"]].sum(axis=1)
    np.testing.assert_allclose(parts, fitted["mean"], rtol=1e-9, atol=1e-9)
    ahead = frame[frame["horizon"] > 0]
    by_level = ahead.groupby(["level", "horizon"])["bottom_up"].sum().unstack(0)
    np.testing.assert_allclose(by_level["category"], by_level["total"])
    detail = pd.read_parquet(out / "forecast.parquet").groupby("horizon")["mean"].sum()
    np.testing.assert_allclose(by_level["total"], detail)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "What the forecast is made of" in page


def test_nothing_is_said_of_it_unless_it_is_asked_for(tmp_path: Path) -> None:
    out = plan_of(small_shop(), tmp_path)
    assert not (out / "aggregates.parquet").exists()
    assert "What the forecast is made of" not in (out / "report.html").read_text(encoding="utf-8")


def test_an_unknown_model_or_series_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for place, (settings, said) in enumerate(
        {
            "aggregate_forecasts = 'profet'": "Did you mean 'prophet'",
            "[[forecaster]]\nmodel = 'prophet'\nskus = ['sku-0001']": "no series has the sku",
        }.items()
    ):
        shop = small_shop()
        shop.settings += settings
        plan_of(shop, tmp_path / str(place), code=2)
        assert said in " ".join(capsys.readouterr().err.split())
