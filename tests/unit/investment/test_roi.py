"""What planning returns: sums that add up, and a page of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from domain.settings_monitoring import RoiSetting
from experiments.investment.cash import Saved, curve, monthly, payback, sensitivity, table
from experiments.investment.page import came_back, for_service
from tests.e2e.shop import DAYS, Shop, restock, small_shop

SAVED = Saved(holding=100.0, shortage=250.0, order=-50.0, slow_stock=600.0, released=4000.0)
COSTS = RoiSetting(software_per_month=60, people_per_month=100, one_off=1000)


def test_a_month_adds_up() -> None:
    assert monthly(SAVED, COSTS) == pytest.approx(300 + 600 * 0.2 / 12 - 160)
    half = COSTS.model_copy(update={"followed_share": 0.5})
    for costs in (COSTS, half):
        assert sum(table(SAVED, costs).values()) == pytest.approx(monthly(SAVED, costs))
    assert monthly(SAVED, half) == pytest.approx(155 - 160)
    assert payback(SAVED, half) is None


def test_cash_is_back_when_the_curve_crosses_nothing() -> None:
    months = payback(SAVED, COSTS)
    assert months is not None
    cash = curve(SAVED, COSTS)
    assert cash[0] == -1000
    assert cash[int(months)] < 0 <= cash[int(months) + 1]


def test_what_goes_into_stock_first_is_said_to_come_back_later() -> None:
    dear = replace(SAVED, released=-2000.0)
    assert payback(dear, COSTS) == payback(SAVED, COSTS) == pytest.approx(1000 / 150)
    assert payback(dear, COSTS, with_stock=True) == pytest.approx(3000 / 150)
    assert payback(SAVED, COSTS, with_stock=True) == payback(SAVED, COSTS)


def test_months_of_the_table_are_of_what_the_sentence_above_it_says() -> None:
    dear, interval = replace(SAVED, released=-2000.0), (200.0, 420.0)
    said = payback(dear, COSTS, with_stock=True)
    heading, months = came_back(dear, COSTS, sensitivity(dear, COSTS, interval))
    assert "stock" in heading
    assert said is not None
    for both in months:
        low, high = sorted(float("inf") if one is None else one for one in both)
        assert low <= said <= high
    _, months = came_back(SAVED, COSTS, sensitivity(SAVED, COSTS, interval))
    assert (750 / 150, 1250 / 150) in months
    free = COSTS.model_copy(update={"one_off": 0.0})
    assert came_back(SAVED, free, sensitivity(SAVED, free, interval)) == ("", [])


def test_more_stock_is_said_to_be_for_service_only_where_it_serves_more() -> None:
    assert "89% of demand" in for_service(-10.0, 0.74, 0.89)
    assert "meets 74%" in for_service(-10.0, 0.74, 0.89)
    assert for_service(10.0, 0.74, 0.89) == ""
    assert for_service(-10.0, 0.89, 0.89) == ""
    assert for_service(-10.0, None, 0.89) == ""


def test_every_assumption_is_moved_alone_and_the_gravest_stands_first() -> None:
    moved = sensitivity(SAVED, COSTS, (200.0, 420.0))
    assert [one.swing for one in moved] == sorted((one.swing for one in moved), reverse=True)
    first = next(one for one in moved if "95%" in one.name)
    assert first.year_high - first.year_low == pytest.approx(12 * 220.0)
    software = next(one for one in moved if one.name == "software")
    assert (software.low, software.high) == (45.0, 75.0)
    assert software.year_low - software.year_high == pytest.approx(12 * 30.0)
    assert not [one for one in moved if one.name == "integration"]  # nothing is paid for it
    order = next(one for one in moved if one.name == "order cost saved")
    assert order.low < order.high
    still = sensitivity(replace(SAVED, order=0.0, slow_stock=0.0), COSTS, (200.0, 420.0))
    assert {one.name for one in moved} - {one.name for one in still} == {
        "order cost saved",
        "slow-moving stock written off in a year",
    }


def test_the_command_writes_a_page_whose_figures_are_those_of_the_replay(tmp_path: Path) -> None:
    shop = small_shop(skus=6)
    items = shop.tables["items"]
    shop.tables["items"] = items.assign(minimum_stock=60, maximum_stock=200)
    shop.settings += "[roi]\nsoftware_per_month = 1\none_off = 10\n"
    data = shop.write(tmp_path / "data")
    out = tmp_path / "out"
    assert restock("roi", data, "--out", out) == 0
    made = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    rule, plan = made["rule"], made["planned"]
    a_month = (rule["cost"] - plan["cost"]) / made["months_scored"]
    assert made["saved_a_month"] == pytest.approx(a_month)
    assert made["saved_a_month_interval"][0] <= a_month <= made["saved_a_month_interval"][1]
    assert made["cash_a_month"] == pytest.approx(sum(made["a_month"].values()))
    page = (out / "roi.html").read_text(encoding="utf-8")
    assert "What it rests on" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


START = "2024-03-31"


def bought(shop: Shop, times: float) -> pd.DataFrame:
    """Orders of every other Monday, `times` what sells in two weeks, in a week on the shelf."""
    days = pd.date_range("2024-03-18", "2024-05-27", freq="14D")
    units = shop.tables["sales"].groupby("sku")["units_sold"].sum() / DAYS * 14 * times
    rows = [(sku, day, float(round(each))) for day in days for sku, each in units.items()]
    made = pd.DataFrame(rows, columns=["sku", "ordered_on", "quantity"])
    made["received_on"] = made["ordered_on"] + pd.Timedelta(days=6)
    return made.assign(order_id=made["ordered_on"].astype(str), line_id=made["sku"])


def counted(shop: Shop, times: float) -> Shop:
    """The same with stock as of the start and the orders that were made since."""
    rate = shop.tables["sales"].groupby("sku")["units_sold"].sum() / DAYS
    stock = pd.DataFrame({"sku": rate.index, "on_hand": (rate * 21).round().to_numpy()})
    shop.tables["stock"] = stock.assign(date=START)
    shop.tables["receipts"] = bought(shop, times)
    return shop


def returned(shop: Shop, folder: Path, *options: str) -> dict[str, Any]:
    data, out = shop.write(folder / "data"), folder / "out"
    assert restock("roi", data, "--from", START, "--out", out, *options) == 0
    return dict(json.loads((out / "summary.json").read_text(encoding="utf-8")))


def test_orders_that_were_made_are_what_the_plan_is_held_against(tmp_path: Path) -> None:
    twice = returned(counted(small_shop(skus=6), 2.0), tmp_path / "twice")
    once = returned(counted(small_shop(skus=6), 1.0), tmp_path / "once")
    assert twice["todays_rule"] == once["todays_rule"] == "orders_made"
    assert twice["planned"]["cost"] == pytest.approx(once["planned"]["cost"])
    # Twice what sells piles up: the plan frees it.
    assert twice["saved"]["holding"] > once["saved"]["holding"]
    assert twice["saved"]["released"] > once["saved"]["released"] + 1.0
    page = (tmp_path / "twice" / "out" / "roi.html").read_text(encoding="utf-8")
    assert "a month on the orders you made" in page
    assert "minimum and maximum" not in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda shop: shop.tables.pop("receipts"), "no orders are recorded after 2024-03-31"),
        (
            lambda shop: shop.tables.update(stock=shop.tables["stock"].assign(date="2024-06-02")),
            "of items with 0% of sales only",
        ),
        (
            lambda shop: shop.tables.update(receipts=shop.tables["receipts"].iloc[:18]),
            "receipts or counts are missing",
        ),
    ],
)  # fmt: skip
def test_where_too_little_is_recorded_it_is_said_and_levels_stand_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Callable[[Shop], object], said: str
) -> None:
    shop = counted(small_shop(skus=6), 1.0)
    change(shop)
    made = returned(shop, tmp_path)
    assert made["todays_rule"] == "min_max"
    assert said in made["todays_rule_because"]
    assert made["todays_rule_because"] in capsys.readouterr().out
    assert said in (tmp_path / "out" / "roi.html").read_text(encoding="utf-8")
