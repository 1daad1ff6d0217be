"""Small situations with a story: a dataset as a user would write it, and what the plan must say.

Weekly sales of one product from Monday 2024-01-01; the plan is made at the close of Sunday
2024-04-14, the example of DESIGN §4.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

from tests.e2e.shop import read_orders, restock

WEEKS = pd.date_range("2024-01-01", "2024-04-08", freq="7D").strftime("%Y-%m-%d")
TEN_A_WEEK = "sku,date,units_sold\n" + "".join(f"tea,{week},10\n" for week in WEEKS)
SETTINGS = 'bucket = "week"\nlead_time_days = 14\nreview_period_days = 7\n'
EMPTY_SHELF = "sku,date,on_hand\ntea,2024-04-14,0\n"


@dataclass(frozen=True)
class Situation:
    """A story, its tables, and what must be true of the order lines and the inventory."""

    story: str
    tables: dict[str, str]
    orders: dict[str, object]  # of the only order line; empty: nothing is ordered
    inventory: dict[str, object] = field(default_factory=dict)
    settings: str = SETTINGS


SITUATIONS = {
    "ordered_on_sunday_on_the_shelf_on_monday_two_weeks_later": Situation(
        "An order of Sunday 14 April with 14 days of lead time is there on Monday 29 April.",
        {"stock": EMPTY_SHELF},
        {"order_on": "2024-04-14", "due_on": "2024-04-29", "binding": ""},
        {"protection_days": 21},
    ),
    "a_month_of_31_days_ends_in_another_bucket": Situation(
        "Lead time is days: 31 of them from 14 April reach 16 May.",
        {"stock": EMPTY_SHELF},
        {"due_on": "2024-05-16"},
        {"protection_days": 38},
        SETTINGS.replace("14", "31"),
    ),
    "the_supplier_takes_orders_on_tuesdays": Situation(
        "On a Sunday nothing can be ordered; the first order is planned for Tuesday.",
        {
            "stock": EMPTY_SHELF,
            "items": "sku,supplier\ntea,garden\n",
            "suppliers": "supplier,lead_time_days,order_weekdays\ngarden,14,2\n",
        },
        {},
        {
            "reason_not_ordered": "The supplier takes no orders today;"
            " the next chance is 2024-04-16."
        },
    ),
    "the_port_is_closed_for_twenty_days": Situation(
        "While shipping stands still the lead time does too: 20 days later on the shelf.",
        {
            "stock": EMPTY_SHELF,
            "items": "sku,supplier\ntea,garden\n",
            "suppliers": "supplier,lead_time_days\ngarden,14\n",
            "closures": "supplier,starts_on,ends_on,stops\ngarden,2024-04-20,2024-05-09,shipping\n",
        },
        {"due_on": "2024-05-19"},
    ),
    "stock_taking_on_the_day_it_would_arrive": Situation(
        "Goods that come while the shop takes no deliveries are on the shelf the day after.",
        {
            "stock": EMPTY_SHELF,
            "closures": "location,starts_on,ends_on,stops\nmain,2024-04-28,2024-04-30,receiving\n",
        },
        {"due_on": "2024-05-01"},
    ),
    "enough_is_on_its_way": Situation(
        "Sixty on the shelf last six weeks: nothing is ordered, and the reason says so.",
        {"stock": "sku,date,on_hand\ntea,2024-04-14,60\n"},
        {},
        {"days_of_cover": 42},
    ),
    "the_pack_is_larger_than_the_need": Situation(
        "Cases of 40: one case, and the line says that the pack made it so.",
        {
            "stock": "sku,date,on_hand\ntea,2024-04-14,12\n",
            "items": "sku,order_multiple\ntea,40\n",
        },
        {"quantity": 40, "binding": "order multiple"},
    ),
    "the_minimum_is_no_multiple_of_the_pack": Situation(
        "At least 45 in packs of 20 is 60.",
        {
            "stock": "sku,date,on_hand\ntea,2024-04-14,12\n",
            "items": "sku,order_multiple,minimum_order_quantity\ntea,20,45\n",
        },
        {"quantity": 60, "binding": "minimum order quantity"},
    ),
    "bought_only_when_a_customer_waits": Situation(
        "Seven are owed to customers, packs of five: ten are bought, whatever the forecast.",
        {
            "stock": "sku,date,on_hand,backordered\ntea,2024-04-14,0,7\n",
            "items": "sku,planned,order_multiple\ntea,on_order,5\n",
        },
        {"quantity": 10},
    ),
    "left_alone": Situation(
        "The items table says not to plan it.",
        {"stock": EMPTY_SHELF, "items": "sku,planned\ntea,no\n"},
        {},
        {"reason_not_ordered": "The items table says not to plan it."},
    ),
    "sold_for_the_last_time": Situation(
        "It ends two weeks from now, before an order can arrive: nothing is ordered.",
        {"stock": EMPTY_SHELF, "items": "sku,discontinued_on\ntea,2024-04-28\n"},
        {},
        {"reason_not_ordered": "No demand is expected after an order could be here."},
    ),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_situation_is_planned_as_its_story_says(name: str, tmp_path: Path) -> None:
    situation = SITUATIONS[name]
    for table, text in {"sales": TEN_A_WEEK, **situation.tables}.items():
        (tmp_path / f"{table}.csv").write_text(text, encoding="utf-8")
    (tmp_path / "settings.toml").write_text(situation.settings, encoding="utf-8")
    out = tmp_path / "plan"
    assert restock("plan", tmp_path, "--out", out) == 0
    orders = read_orders(out)
    assert len(orders) == (1 if situation.orders else 0), situation.story
    for column, value in situation.orders.items():
        assert orders[column][0] == value, f"{column}: {situation.story}"
    inventory = pd.read_csv(out / "inventory.csv", keep_default_na=False)
    for column, value in situation.inventory.items():
        assert inventory[column][0] == value, f"{column}: {situation.story}"
