"""What is known ahead reaches the plan, and what was not known at `as_of` leaves no trace."""

from pathlib import Path

import pandas as pd

from tests.e2e.shop import plan, restock, small_shop, summary

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


def test_an_item_that_is_sold_first_after_as_of_is_not_called_sold_out(tmp_path: Path) -> None:
    shop = small_shop(skus=3)
    coming = {"sku": "coming", "supplier": "near", "unit_cost": 2.0, "like": "sku-001"}
    items = shop.tables["items"]
    for first_day, called in (("2024-06-04", False), ("2024-06-01", True)):
        row = pd.DataFrame([coming | {"launched_on": first_day}])
        shop.tables["items"] = pd.concat([items, row])
        out = tmp_path / f"out-{first_day}"
        assert ordered(plan(shop.write(tmp_path / first_day), out), "coming") > 0
        listed = pd.read_csv(out / "exceptions.csv")
        kinds = set(listed.loc[listed["sku"] == "coming", "kind"])
        assert ("stockout_now" in kinds) is called


def test_readiness_for_an_event_is_written_whole_and_again_the_same(tmp_path: Path) -> None:
    shop = small_shop(ugly=True)
    shop.tables["events"] = pd.DataFrame(
        {
            "event": ["fair <b>"] * 2,
            "starts_on": ["2024-03-04", "2024-06-10"],
            "ends_on": ["2024-03-08", "2024-06-12"],
        }
    )
    folder = shop.write(tmp_path / "shop")
    files = ("readiness.csv", "effects.csv", "event.html")
    for out in ("one", "two"):
        assert restock("event", "fair <b>", folder, "--out", tmp_path / out) == 0
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    page = (tmp_path / "one" / "event.html").read_text(encoding="utf-8")
    assert "fair &lt;b&gt;" in page
    assert "<b>" not in page
    assert summary(tmp_path / "one")["series"] == 24
    assert restock("event", "no such", folder, "--out", tmp_path / "none") == 2
    assert not (tmp_path / "none").exists()


def test_an_event_of_the_table_that_comes_again_raises_the_plans_forecast(tmp_path: Path) -> None:
    shop = small_shop(skus=8)
    shop.settings += 'forecast_mode = "local"\n'
    sales, days = shop.tables["sales"], pd.Series(pd.to_datetime(shop.tables["sales"]["date"]))
    spans = [("2024-02-05", "2024-02-09"), ("2024-04-08", "2024-04-12")]
    for first, last in spans:
        sales.loc[days.between(first, last), "units_sold"] *= 4
    shop.tables["events"] = pd.DataFrame(spans, columns=["starts_on", "ends_on"]).assign(
        event="fair"
    )
    plain = plan(shop.write(tmp_path / "plain"), tmp_path / "plain-out")
    shop.tables["events"].loc[2] = ["2024-06-10", "2024-06-14", "fair"]
    lifted = plan(shop.write(tmp_path / "lifted"), tmp_path / "lifted-out")
    before, after = (
        pd.read_parquet(tmp_path / f"{name}-out" / "forecast.parquet").set_index(["sku", "date"])
        for name in ("plain", "lifted")
    )
    ratio = (after["mean"] / before["mean"]).unstack("sku")
    fair = (ratio.index >= "2024-06-10") & (ratio.index <= "2024-06-14")
    assert (ratio[fair] > 1.8).all(axis=None)
    assert (ratio[~fair] == 1.0).all(axis=None)
    assert lifted["quantity"].sum() > plain["quantity"].sum()
