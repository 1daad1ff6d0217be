"""Laws of the dataset that the project carries."""

from __future__ import annotations

import tomllib
from functools import cache

import pandas as pd

from domain.settings import Settings
from planning.sample import dataset_path
from planning.sample.cleaning import PRODUCT_CODE, SERVICES

AS_OF = pd.Timestamp("2011-12-08")
TABLES = ("items", "suppliers", "stock", "open_orders", "events", "closures")


@cache
def table(name: str) -> pd.DataFrame:
    """A table as text would be read by hand: codes stay text, days become days."""
    if name == "sales":
        return pd.read_parquet(dataset_path() / "sales.parquet")
    read = pd.read_csv(
        dataset_path() / f"{name}.csv",
        dtype={"sku": str, "order_weekdays": str},
        keep_default_na=False,
        na_values=[""],
    )
    days = [c for c in read.columns if c.endswith("_on") or c == "date"]
    return read.assign(**{day: pd.to_datetime(read[day]) for day in days})


def test_it_is_at_most_three_megabytes() -> None:
    assert sum(path.stat().st_size for path in dataset_path().iterdir()) <= 3_000_000


def test_it_carries_nobody_s_number() -> None:
    for name in ("sales", *TABLES):
        columns = " ".join(table(name).columns).lower()
        assert "customer" not in columns
        assert "invoice" not in columns


def test_it_names_its_source_and_licence() -> None:
    words = (dataset_path() / "ATTRIBUTION.md").read_text(encoding="utf-8")
    for part in ("Chen, D.", "10.24432/C5BW33", "CC BY 4.0", "assumed", "2011-12-08"):
        assert part in words


def test_its_settings_are_known_ones() -> None:
    text = (dataset_path() / "settings.toml").read_text(encoding="utf-8")
    settings = Settings(**tomllib.loads(text))
    assert settings.currency == "GBP"
    assert settings.cycle_service_level == 0.95
    assert pd.Timestamp(settings.history_from) == table("sales")["date"].min()


def test_sales_are_complete_and_not_negative() -> None:
    sales = table("sales")
    assert not sales.duplicated(["sku", "date", "channel"]).any()
    assert not sales.drop(columns="unit_price").isna().any(axis=None)
    assert set(sales["channel"]) == {"uk", "abroad"}
    assert (sales[["units_sold", "units_returned"]] >= 0).all(axis=None)
    assert (sales["units_sold"] + sales["units_returned"] > 0).all()
    sold = sales["units_sold"] > 0
    assert (sales.loc[sold, "unit_price"] > 0).all()
    assert sales.loc[~sold, "unit_price"].isna().all()


def test_only_products_are_sold_under_one_spelling_each() -> None:
    skus = pd.Series(table("sales")["sku"].unique())
    assert skus.str.fullmatch(PRODUCT_CODE).all()
    assert not skus.isin(SERVICES).any()
    assert skus.str.upper().is_unique


def test_the_two_great_cancelled_orders_are_gone() -> None:
    sales = table("sales").set_index("sku")["units_sold"]
    assert sales.loc["23166"].max() < 5_000
    assert "23843" not in sales.index


def test_nothing_is_sold_on_saturdays_closed_days_or_after_as_of() -> None:
    traded = pd.DatetimeIndex(table("sales")["date"].unique())
    assert 5 not in traded.day_of_week
    assert traded.max() == AS_OF
    for event in table("events").itertuples():
        assert not ((traded >= event.starts_on) & (traded <= event.ends_on)).any()


def test_items_are_those_sold_each_once_with_a_known_supplier() -> None:
    items = table("items")
    assert items["sku"].is_unique
    assert set(items["sku"]) == set(table("sales")["sku"])
    assert set(items["supplier"]) <= set(table("suppliers")["supplier"])
    required = ["description", "category", "unit_cost", "unit_price", "volume_m3"]
    assert not items[required].isna().any(axis=None)
    assert (items["description"] == items["description"].str.split().str.join(" ")).all()


def test_money_is_in_whole_pence_and_costs_leave_a_margin() -> None:
    items = table("items")
    for column in ("unit_cost", "unit_price"):
        assert ((items[column] * 100).round() / 100 == items[column]).all()
    assert (items["unit_cost"] > 0).all()
    assert (items["unit_cost"] < items["unit_price"]).all()


def test_minimums_are_whole_packs() -> None:
    items = table("items")
    assert (items["order_multiple"] >= 1).all()
    assert (items["minimum_order_quantity"] % items["order_multiple"] == 0).all()


def test_the_life_of_an_item_holds_all_its_rows() -> None:
    days = table("sales").groupby("sku")["date"]
    life = table("items").set_index("sku")
    assert not (days.min() < life["launched_on"]).any()
    assert not (days.max() > life["discontinued_on"]).any()


def test_stock_is_counted_once_for_every_item_on_as_of() -> None:
    stock = table("stock")
    assert stock["sku"].is_unique
    assert set(stock["sku"]) == set(table("items")["sku"])
    assert (stock["date"] == AS_OF).all()
    assert (stock["blocked"] >= 0).all()
    assert (stock["blocked"] <= stock["on_hand"]).all()


def test_the_stock_has_something_for_every_list() -> None:
    sales, stock = table("sales"), table("stock").set_index("sku")["on_hand"]
    recent = sales[sales["date"] > AS_OF - pd.Timedelta(days=84)]
    sold = recent.groupby("sku")["units_sold"].sum().reindex(stock.index, fill_value=0)
    days_of_cover = 84 * stock / sold
    assert (stock[sold > 0] == 0).mean() > 0.02
    assert (days_of_cover[sold > 0] > 90).mean() > 0.05
    assert (stock[sold == 0] > 0).sum() > 100


def test_open_orders_fit_items_suppliers_and_dates() -> None:
    orders = table("open_orders")
    assert not orders.duplicated(["order_id", "line_id"]).any()
    known = orders.merge(table("items"), on="sku", suffixes=("", "_item"), validate="m:1")
    known = known.merge(table("suppliers"), on="supplier", validate="m:1")
    assert len(known) == len(orders)
    assert (known["supplier"] == known["supplier_item"]).all()
    assert (known["ordered_on"] < AS_OF).all()
    taken = pd.to_timedelta(known["lead_time_days"] + 1, unit="D")
    assert (known["due_on"] == known["ordered_on"] + taken).all()
    assert (known["quantity"] > 0).all()
    assert (known["quantity"] >= known["minimum_order_quantity"]).all()
    assert (known["quantity"] % known["order_multiple"] == 0).all()
    assert (known["quantity_received"] < known["quantity"]).all()
    assert known["discontinued_on"].isna().all()


def test_some_open_orders_are_late_and_some_came_in_part() -> None:
    orders = table("open_orders")
    late = orders["due_on"] <= AS_OF
    assert 0.02 < late.mean() < 0.15
    assert (orders["quantity_received"] > 0).sum() >= 10
    assert (orders["due_on"] > AS_OF).sum() > 500


def test_closures_name_known_suppliers_and_end_after_they_start() -> None:
    for name in ("events", "closures"):
        assert (table(name)["ends_on"] >= table(name)["starts_on"]).all()
    assert set(table("closures")["supplier"].dropna()) <= set(table("suppliers")["supplier"])
