"""Buckets that were sold out are listed by a plan and by a forecast, with the same numbers."""

from pathlib import Path

import pandas as pd
import pytest

from tests.e2e.shop import plan, restock, small_shop, summary

HIDDEN_FROM, HIDDEN_UNTIL = "2024-04-01", "2024-04-07"


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A shop that had one item half a day long for a week."""
    shop = small_shop(skus=6)
    sales = shop.tables["sales"]
    week = sales["date"].between(HIDDEN_FROM, HIDDEN_UNTIL) & (sales["sku"] == "sku-001")
    shop.tables["sales"] = sales.assign(stockout_share=week * 0.5)
    return shop.write(tmp_path / "data")


def test_hidden_demand_is_listed(dataset: Path, tmp_path: Path) -> None:
    plan(dataset, tmp_path / "plan")
    assert "corrected.parquet" in summary(tmp_path / "plan")["files"]  # type: ignore[operator]
    told = pd.read_parquet(tmp_path / "plan/corrected.parquet")
    assert set(told["sku"]) == {"sku-001"}
    assert told["date"].between(HIDDEN_FROM, HIDDEN_UNTIL).all()
    assert (told["how"] == "sold_out_in_part").all()
    assert (told["corrected"] > told["recorded"]).all()
    out, hidden = tmp_path / "forecast.parquet", tmp_path / "hidden.parquet"
    asked = ("--horizon", 7, "--out", out, "--corrected", hidden)
    assert restock("forecast", dataset, *asked) == 0
    pd.testing.assert_frame_equal(pd.read_parquet(hidden), told)
