"""Two products, two weeks of warm-up and five that count, every cost worked out by hand.

Lead time and review are 7 days: an order of a Sunday is on the shelf on the Monday of the week
after the next. Both products keep levels of their own, so that no forecast has a say.
"""

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.e2e.shop import restock

BEFORE = pd.date_range("2024-01-01", "2024-04-08", freq="7D")
WEEKS = pd.date_range("2024-04-15", periods=7, freq="7D")
TEA = (5, 12, 8, 0, 10, 15, 5)
CUPS = (3, 1, 7, 2, 0, 4, 6)
# tea: at 10 or below up to 20. cups: at 4 or below up to 10, in packs of 6.
ITEMS = (
    "sku,supplier,order_multiple,holding_cost_per_day,shortage_cost,reorder_point,"
    "order_up_to_level,minimum_stock,maximum_stock\n"
    "tea,near,1,0.01,3,10,20,,\ncups,near,6,0.02,2,,,4,10\n"
)
SUPPLIERS = "supplier,lead_time_days,review_period_days,line_cost\nnear,7,7,0.5\n"
STOCK = "sku,date,on_hand\ntea,2024-04-14,15\ncups,2024-04-14,6\n"


def dataset(folder: Path, unmet: str) -> Path:
    rows = [
        (sku, day.date(), units)
        for sku, came in (("tea", TEA), ("cups", CUPS))
        for day, units in [*((day, 6) for day in BEFORE), *zip(WEEKS, came, strict=True)]
    ]
    folder.mkdir()
    sales = pd.DataFrame(rows, columns=["sku", "date", "units_sold"])
    sales.to_csv(folder / "sales.csv", index=False)
    (folder / "items.csv").write_text(ITEMS)
    (folder / "suppliers.csv").write_text(SUPPLIERS)
    (folder / "stock.csv").write_text(STOCK)
    (folder / "settings.toml").write_text(f'bucket = "week"\nunmet_demand = "{unmet}"\n')
    return folder


def replayed(folder: Path, unmet: str) -> tuple[dict[str, dict[str, object]], pd.DataFrame]:
    out = folder / "out"
    data = dataset(folder / "data", unmet)
    code = restock("replay", data, "--from", "2024-04-14", "--policy", "min_max", "--out", out)
    assert code == 0
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return summary["policies"], pd.read_parquet(out / "series.parquet").set_index("sku")


def test_lost_sales(tmp_path: Path) -> None:
    # tea orders 10 after week 1, 10 after week 2 (2 lost before), 18 after week 5; 13 are lost
    # in week 6; stock at the ends of weeks 3 to 7: 2, 12, 2, 0, 13.
    # cups orders 12 (for 7) after week 1 and 12 (for 9) after week 6; 5 are lost in week 7;
    # stock 7, 5, 5, 1, 0. Orders of a week's close are charged to the week that follows.
    policies, series = replayed(tmp_path, "lost")
    tea = 29 * 7 * 0.01 + 13 * 3 + 2 * 0.5
    cups = 18 * 7 * 0.02 + 5 * 2 + 1 * 0.5
    assert series.loc["tea", "cost min_max"] == pytest.approx(tea)
    assert series.loc["cups", "cost min_max"] == pytest.approx(cups)
    ours = policies["min_max"]
    assert ours["holding"] == pytest.approx(29 * 0.07 + 18 * 0.14)
    assert ours["shortage"] == pytest.approx(13 * 3 + 5 * 2)
    assert ours["order"] == pytest.approx(1.5)
    assert ours["cost"] == pytest.approx(tea + cups)
    assert ours["fill_rate"] == pytest.approx(1 - 18 / 57)
    assert ours["stockout_rate"] == pytest.approx(2 / 10)
    assert ours["cost_per_unit_of_demand"] == pytest.approx((tea + cups) / 57)


def test_backorders(tmp_path: Path) -> None:
    # tea: the 2 of week 2 wait and are handed out in week 3; ordered 10, 12, 18, then 15; stock
    # 0, 12, 2, 0, 0; the 13 of week 6 wait at its end, when a cycle ends, and are charged once.
    policies, series = replayed(tmp_path, "backordered")
    tea = 14 * 7 * 0.01 + 13 * 3 + 3 * 0.5
    cups = 18 * 7 * 0.02 + 5 * 2 + 1 * 0.5
    assert series.loc["tea", "cost min_max"] == pytest.approx(tea)
    assert series.loc["cups", "cost min_max"] == pytest.approx(cups)
    assert policies["min_max"]["cost"] == pytest.approx(tea + cups)


def test_who_knew_it_all_pays_for_the_lines_alone(tmp_path: Path) -> None:
    # Stock can be used up in the weeks that do not count. Goods for weeks 3 and 4 or before are
    # ordered in weeks that do not count or in week 3; what pays is to order each week's demand
    # so that it arrives then: 0.5 a line against 7 cents a unit of tea and week, 14 of cups.
    policies, series = replayed(tmp_path, "lost")
    # tea: week 3 free (ordered after week 1), then 8 of week 3 come with it; 10 in week 5 held
    # from week 4 cost 0.7, a line of its own 0.5; 15 in week 6, 5 in week 7: lines, or 0.35.
    assert series.loc["tea", "cost perfect_foresight"] == pytest.approx(0.5 + 0.5 + 0.35)
    # cups: 2 of week 4 held from week 3 cost 0.28; 4 of week 6 a line; 6 of week 7 a line.
    assert series.loc["cups", "cost perfect_foresight"] == pytest.approx(0.28 + 0.5 + 0.5)
    assert policies["min_max"]["share_of_avoidable_removed"] == 0
