"""A planner's adjustment in a whole plan: forecast, orders, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tests.e2e.shop import Shop, plan, small_shop, summary

ADJUSTMENT = {
    "sku": "sku-001",
    "starts_on": "2024-06-03",
    "ends_on": "2024-12-31",
    "how": "multiply",
    "value": 2,
    "reason": "school fair",
    "made_by": "Ann",
}


def shop_with(**more: object) -> Shop:
    shop = small_shop(skus=4)
    shop.tables["adjustments"] = pd.DataFrame([{**ADJUSTMENT, **more}])
    return shop


def test_a_doubled_item_is_bought_and_shown_beside_what_it_was(tmp_path: Path) -> None:
    before = plan(small_shop(skus=4).write(tmp_path / "before"), tmp_path / "one")
    after = plan(shop_with().write(tmp_path / "after"), tmp_path / "two")
    told = pd.read_parquet(tmp_path / "two" / "forecast.parquet")
    factor = np.where(told["sku"] == "sku-001", 2.0, 1.0)
    np.testing.assert_allclose(told["mean"], factor * told["unadjusted_mean"])
    plain = pd.read_parquet(tmp_path / "one" / "forecast.parquet")
    np.testing.assert_allclose(told["unadjusted_mean"], plain["mean"])
    assert "unadjusted_mean" not in plain
    one, two = (frame.set_index("sku")["quantity"] for frame in (before, after))
    assert two["sku-001"] > one.get("sku-001", 0.0)
    assert two.drop("sku-001").equals(one.drop("sku-001", errors="ignore"))
    said = summary(tmp_path / "two")["adjustments"]
    assert [(row["made_by"], row["reason"], row["series"]) for row in said] == [
        ("Ann", "school fair", 1)
    ]
    page = (tmp_path / "two" / "report.html").read_text(encoding="utf-8")
    assert "Forecast adjusted by Ann: sku-001 everywhere, 2 times as many" in page


def test_a_word_of_tomorrow_is_not_heard_today(tmp_path: Path) -> None:
    plan(small_shop(skus=4).write(tmp_path / "before"), tmp_path / "one")
    late = shop_with(made_on="2024-06-03").write(tmp_path / "late")
    plan(late, tmp_path / "two", "--as-of", "2024-06-02")
    one, two = ((tmp_path / n / "forecast.parquet").read_bytes() for n in ("one", "two"))
    assert one == two
