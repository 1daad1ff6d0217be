"""What is known ahead reaches the plan, and what was not known at `as_of` leaves no trace."""

from pathlib import Path

import pandas as pd

from tests.e2e.shop import plan, small_shop

ORDERED = {
    "order_id": ["p1"],
    "sku": ["sku-003"],
    "ordered_on": ["2024-06-01"],
    "ship_on": ["2024-06-25"],
    "quantity": [5000],
    "kind": ["presale"],
    "conversion": [0.5],
}


def ordered(lines: pd.DataFrame, sku: str) -> float:
    return float(lines.loc[lines["sku"] == sku, "quantity"].sum())


def test_a_presale_is_bought_for_and_one_of_tomorrow_is_not_known(tmp_path: Path) -> None:
    shop = small_shop()
    shop.tables["items"]["supplier"] = "far"  # today's order answers for the next 30 days
    plain = plan(shop.write(tmp_path / "plain"), tmp_path / "plain-out")
    shop.tables["customer_orders"] = pd.DataFrame(ORDERED)
    presold = plan(shop.write(tmp_path / "presold"), tmp_path / "presold-out")
    assert ordered(presold, "sku-003") - ordered(plain, "sku-003") > 2400
    others = presold["sku"] != "sku-003"
    same = plain["sku"] != "sku-003"
    columns = ["sku", "location", "quantity", "saving"]
    pd.testing.assert_frame_equal(
        presold.loc[others, columns].sort_values("sku", ignore_index=True),
        plain.loc[same, columns].sort_values("sku", ignore_index=True),
    )
    shop.tables["customer_orders"]["ordered_on"] = "2024-06-03"
    unknown = plan(shop.write(tmp_path / "unknown"), tmp_path / "unknown-out")
    assert ordered(unknown, "sku-003") == ordered(plain, "sku-003")
