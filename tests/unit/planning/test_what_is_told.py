"""What `inventory` and `exceptions` say agrees with what is ordered."""

from pathlib import Path

import numpy as np
import pandas as pd

from planning.pipeline import plan_dataset
from planning.plan import Plan
from planning.steps import Steps
from tests.e2e.shop import DAYS, FIRST_DAY, Shop, small_shop

LAST_DAY = FIRST_DAY + DAYS - 1


def plan_of(shop: Shop, folder: Path) -> Plan:
    return plan_dataset(shop.write(folder), None, None, {}, Steps())


def told(plan: Plan, kind: str) -> set[str]:
    frame = plan.exceptions
    return set(frame["sku"][frame["kind"] == kind])


def test_inventory_counts_only_what_is_ordered_today(tmp_path: Path) -> None:
    shop = small_shop()
    suppliers = shop.tables["suppliers"]
    tomorrow = (LAST_DAY + 1).astype("datetime64[D]").item().isoweekday()
    suppliers["order_weekdays"] = [str(tomorrow)] * len(suppliers)
    plan = plan_of(shop, tmp_path)
    assert plan.orders.empty
    assert (plan.inventory["quantity"] == 0).all()
    assert len(plan.schedule)


def test_what_the_user_said_not_to_plan_is_never_in_excess(tmp_path: Path) -> None:
    shop = small_shop()
    items, stock = shop.tables["items"], shop.tables["stock"]
    items["planned"] = np.where(np.arange(len(items)) % 2, "no", "stock")
    stock["on_hand"] = 50_000
    plan = plan_of(shop, tmp_path)
    assert told(plan, "excess") == set(items["sku"][items["planned"] == "stock"])
    left_alone = plan.inventory["planned"] == "no"
    assert (plan.inventory.loc[left_alone, "excess_units"] == 0).all()


def test_what_customers_wait_for_is_bought_however_sales_are_dated(tmp_path: Path) -> None:
    bought = []
    for dated_by in ("order", "shipment"):
        shop = small_shop()
        shop.tables["items"]["planned"] = "on_order"
        shop.tables["items"][["minimum_order_quantity", "order_multiple"]] = [0, 1]
        shop.tables["stock"] = shop.tables["stock"][["sku"]].assign(
            date=str(LAST_DAY), on_hand=6, reserved=2, backordered=7
        )
        shop.tables.pop("open_orders", None)
        shop.settings += f'\nsales_dated_by = "{dated_by}"\n'
        plan = plan_of(shop, tmp_path / dated_by)
        bought.append(plan.orders.set_index("sku")["quantity"].sort_index())
    assert (bought[0] == 3).all()  # 2 + 7 are promised, 6 are there
    pd.testing.assert_series_equal(bought[0], bought[1])


def test_a_whole_pack_ordered_today_is_not_in_excess_tomorrow(tmp_path: Path) -> None:
    shop = small_shop()
    shop.tables["items"][["minimum_order_quantity", "order_multiple"]] = [0, 60]
    shop.tables["stock"]["on_hand"] = 0
    first = plan_of(shop, tmp_path / "first").orders
    assert len(first)
    shop.tables["open_orders"] = first[["sku", "quantity"]].assign(
        order_id=first["line_id"].astype("str"),
        due_on=first["due_on"].astype("str"),
        ordered_on=first["order_on"].astype("str"),
    )
    again = plan_of(shop, tmp_path / "again")
    assert again.orders.empty
    assert not told(again, "excess") & set(first["sku"])
