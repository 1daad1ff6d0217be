"""What planning returns: sums that add up, and a page of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.settings_monitoring import RoiSetting
from experiments.investment.cash import Saved, curve, monthly, payback, sensitivity, table
from tests.e2e.shop import restock, small_shop

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


def test_every_assumption_is_moved_alone_and_the_gravest_stands_first() -> None:
    moved = sensitivity(SAVED, COSTS, (200.0, 420.0))
    assert [one.swing for one in moved] == sorted((one.swing for one in moved), reverse=True)
    first = next(one for one in moved if "95 %" in one.name)
    assert first.year_high - first.year_low == pytest.approx(12 * 220.0)
    software = next(one for one in moved if one.name == "software")
    assert (software.low, software.high) == (45.0, 75.0)
    assert software.year_low - software.year_high == pytest.approx(12 * 30.0)
    assert not [one for one in moved if one.name == "integration"]  # nothing is paid for it
    order = next(one for one in moved if one.name == "order cost saved")
    assert order.low < order.high


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
