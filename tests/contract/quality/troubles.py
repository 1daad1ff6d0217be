"""A shop without any doubt, and for each kind of doubt the trouble that raises it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from planning.dataset import Dataset
from planning.store.read import read_dataset

FIRST = np.datetime64("2024-01-01")
DAYS = 70
LAST = FIRST + DAYS - 1
SKUS = [f"s{i}" for i in range(8)]


@dataclass
class Shop:
    """Tables that a trouble may change before they are written and read."""

    tables: dict[str, pd.DataFrame]
    overrides: dict[str, object] = field(default_factory=dict)

    def read(self, folder: Path) -> Dataset:
        for name, frame in self.tables.items():
            frame.to_csv(folder / f"{name}.csv", index=False)
        return read_dataset(folder, overrides=self.overrides)


def quiet_shop() -> Shop:
    """Eight products that sell every day for ten weeks, with all that a planner wishes for."""
    days = FIRST + np.arange(DAYS)
    sales = pd.DataFrame(
        {
            "sku": np.repeat(SKUS, DAYS),
            "location": "main",
            "date": np.tile(days, len(SKUS)).astype(str),
            "units_sold": np.tile(5.0 + np.arange(DAYS) % 3, len(SKUS)),
            "unit_price": 10.0,
        }
    )
    items = pd.DataFrame(
        {
            "sku": SKUS,
            "supplier": "acme",
            "unit_cost": 6.0,
            "minimum_order_quantity": 12,
            "order_multiple": 6,
        }
    )
    stock = pd.DataFrame({"sku": SKUS, "location": "main", "date": str(LAST), "on_hand": 20.0})
    orders = pd.DataFrame(
        {
            "order_id": ["o1", "o2"],
            "sku": SKUS[:2],
            "quantity": 30.0,
            "due_on": str(LAST + 5),
            "ordered_on": str(LAST - 5),
        }
    )
    suppliers = pd.DataFrame({"supplier": ["acme"], "lead_time_days": [7]})
    return Shop(
        {
            "sales": sales,
            "items": items,
            "stock": stock,
            "open_orders": orders,
            "suppliers": suppliers,
        }
    )


def _keep(shop: Shop, rows: pd.Series) -> None:
    shop.tables["sales"] = shop.tables["sales"][rows]


def gaps(shop: Shop) -> None:
    sales = shop.tables["sales"]
    _keep(shop, ~((sales["sku"] == "s3") & sales["date"].isin(["2024-01-20", "2024-01-21"])))


def sudden_silence(shop: Shop) -> None:
    sales = shop.tables["sales"]
    _keep(shop, ~((sales["sku"] == "s3") & (sales["date"] > "2024-02-10")))


def quiet_dates(shop: Shop) -> None:
    sales = shop.tables["sales"]
    sales.loc[sales["date"] == "2024-01-20", "units_sold"] = 0


def weekdays_never_traded(shop: Shop) -> None:
    sales = shop.tables["sales"]
    _keep(shop, pd.to_datetime(sales["date"]).dt.day_of_week != 5)


def outlier_sales(shop: Shop) -> None:
    sales = shop.tables["sales"]
    sales.loc[(sales["sku"] == "s2") & (sales["date"] == "2024-02-02"), "units_sold"] = 500


def price_jumps(shop: Shop) -> None:
    sales = shop.tables["sales"]
    sales.loc[(sales["sku"] == "s2") & (sales["date"] == "2024-02-02"), "unit_price"] = 31


def sold_not_in_items(shop: Shop) -> None:
    shop.tables["items"] = shop.tables["items"].iloc[:-1]


def items_never_sold(shop: Shop) -> None:
    items = shop.tables["items"]
    shop.tables["items"] = pd.concat([items, items.head(1).assign(sku="new")])


def stock_without_sales(shop: Shop) -> None:
    stock = shop.tables["stock"]
    shop.tables["stock"] = pd.concat([stock, stock.head(1).assign(location="cellar")])


def stale_stock(shop: Shop) -> None:
    shop.tables["stock"].loc[0, "date"] = str(LAST - 10)


def negative_stock(shop: Shop) -> None:
    shop.tables["stock"].loc[0, "on_hand"] = -4
    shop.overrides["negative_stock"] = "zero"


def stockouts(shop: Shop) -> None:
    stock = shop.tables["stock"]
    before = stock.head(1).assign(date=str(LAST - 10), on_hand=0.0)
    shop.tables["stock"] = pd.concat([stock, before])


def overdue_orders(shop: Shop) -> None:
    shop.tables["open_orders"].loc[0, "due_on"] = str(LAST - 1)


def orders_of_unknown_skus(shop: Shop) -> None:
    shop.tables["open_orders"].loc[0, "sku"] = "stranger"


def orders_to_unknown_places(shop: Shop) -> None:
    shop.tables["open_orders"]["location"] = ["main", "mian"]


def cost_above_price(shop: Shop) -> None:
    shop.tables["items"].loc[0, "unit_cost"] = 11.0


def missing_cost(shop: Shop) -> None:
    shop.tables["items"].loc[0, "unit_cost"] = np.nan


def other_currency(shop: Shop) -> None:
    shop.overrides["currency"] = "EUR"
    shop.tables["suppliers"]["currency"] = "USD"


def order_minimums(shop: Shop) -> None:
    shop.tables["items"].loc[0, "minimum_order_quantity"] = 10


def similar_skus(shop: Shop) -> None:
    for name in ("sales", "items", "stock"):
        frame = shop.tables[name]
        shop.tables[name] = frame.replace({"sku": {"s6": "abc", "s7": "ABC"}})


def stray_dates(shop: Shop) -> None:
    weeks = shop.tables["sales"]
    monday = pd.to_datetime(weeks["date"]).dt.day_of_week == 0
    stray = (weeks["sku"] == "s0") & (weeks["date"] == "2024-01-09")
    _keep(shop, monday | stray)


def unfinished_bucket(shop: Shop) -> None:
    sales = shop.tables["sales"]
    _keep(shop, ~((sales["date"] == str(LAST)) & sales["sku"].isin(SKUS[:6])))


def _adjustments(shop: Shop, **columns: list[object]) -> None:
    count = len(columns["value"])
    days = {"starts_on": [str(LAST + 1)] * count, "ends_on": [str(LAST + 7)] * count}
    shop.tables["adjustments"] = pd.DataFrame({"how": ["replace"] * count, **days, **columns})


def adjustments_overruled(shop: Shop) -> None:
    _adjustments(
        shop,
        sku=["s0", "s0", "s1"],
        made_by=["Ann", "Bo", "Bo"],
        made_on=[str(LAST - 2), str(LAST - 1), str(LAST - 1)],
        value=[10, 20, 20],
    )


def adjustments_of_nothing(shop: Shop) -> None:
    stock = shop.tables["stock"]
    shop.tables["stock"] = pd.concat([stock, stock.tail(1).assign(location="cellar")])
    _adjustments(shop, sku=["s0", "s1"], location=["cellar", "main"], value=[10, 20])


def promotions_of_nothing(shop: Shop) -> None:
    adjustments_of_nothing(shop)
    said = shop.tables.pop("adjustments")
    shop.tables["promotions"] = said[["sku", "location", "starts_on", "ends_on"]]


TROUBLES: dict[str, Callable[[Shop], None]] = {
    trouble.__name__: trouble
    for trouble in (
        gaps,
        sudden_silence,
        quiet_dates,
        weekdays_never_traded,
        outlier_sales,
        price_jumps,
        sold_not_in_items,
        items_never_sold,
        stock_without_sales,
        stale_stock,
        negative_stock,
        stockouts,
        overdue_orders,
        orders_of_unknown_skus,
        orders_to_unknown_places,
        cost_above_price,
        missing_cost,
        order_minimums,
        other_currency,
        similar_skus,
        stray_dates,
        unfinished_bucket,
        adjustments_overruled,
        adjustments_of_nothing,
        promotions_of_nothing,
    )
}
