"""The five weeks again, with the orders that were really made; every cost worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.e2e.shop import restock
from tests.golden.replay.test_five_weeks import dataset

# Goods that come in on a Sunday are on the shelf on Monday, as lead times have it.
RECEIPTS = """order_id,line_id,sku,ordered_on,received_on,quantity
0,1,tea,2024-04-10,2024-04-21,4
1,1,tea,2024-04-15,2024-04-28,10
2,1,tea,2024-05-08,2024-05-12,12
2,1,tea,2024-05-08,2024-05-22,8
3,1,cups,2024-04-22,2024-04-28,6
4,1,cups,2024-05-13,2024-05-19,12
9,1,tea,2024-06-03,2024-06-04,100
"""
OPEN_ORDERS = """order_id,sku,quantity,quantity_received,ordered_on,due_on,status
2,tea,20,20,2024-05-08,2024-05-16,closed
5,tea,30,0,2024-05-29,2024-06-12,confirmed
6,tea,50,0,2024-05-01,2024-05-10,cancelled
8,cups,50,0,2024-06-03,2024-06-10,confirmed
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = dataset(tmp_path / "data", "lost")
    (made / "receipts.csv").write_text(RECEIPTS)
    (made / "open_orders.csv").write_text(OPEN_ORDERS)
    return made


def replayed(data: Path, out: Path) -> tuple[dict[str, object], pd.DataFrame]:
    asked = ("--policy", "orders_made", "--policy", "min_max")
    assert restock("replay", data, "--from", "2024-04-14", *asked, "--out", out) == 0
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return summary, pd.read_parquet(out / "series.parquet").set_index("sku")


def test_every_order_counts_on_its_own_days(folder: Path, tmp_path: Path) -> None:
    # tea begins with 15, and 4 under way; stock at the ends of weeks 1 to 7: 10, 2, 4, 4, 6, 0, 0.
    # 12 of the order of week 4 are there in week 5, the other 8 on Thursday of week 6: of its 15,
    # 6 are sold by Wednesday, and of the 9 wanted then 8; the 5 of week 7 find nothing.
    # Lines are paid for in weeks 4 and 7, that of week 1 before costs count.
    summary, series = replayed(folder, tmp_path / "out")
    tea = 14 * 7 * 0.01 + (1 + 5) * 3 + 2 * 0.5
    assert series.loc["tea", "cost orders_made"] == pytest.approx(tea)
    # cups begin with 6: 3, 2, 1, 0 (1 of 2 lost), 0, 8, 2; a line is paid for in week 5.
    cups = 11 * 7 * 0.02 + 1 * 2 + 0.5
    assert series.loc["cups", "cost orders_made"] == pytest.approx(cups)
    ours = summary["policies"]["orders_made"]
    assert ours["cost"] == pytest.approx(tea + cups)
    assert ours["fill_rate"] == pytest.approx(1 - 7 / 57)
    assert ours["stockout_rate"] == pytest.approx(4 / 10)


def test_what_is_under_way_at_the_start_comes_to_every_policy(folder: Path, tmp_path: Path) -> None:
    # With 4 more to come, tea has a position of 14 after week 1 and orders nothing; after week 2
    # 18 for a position of 2, after week 5 12 for one of 8. Stock 0 (6 lost), 18, 8, 0 (7 lost), 7.
    _, series = replayed(folder, tmp_path / "out")
    tea = (0 + 18 + 8 + 0 + 7) * 7 * 0.01 + (6 + 7) * 3 + 2 * 0.5
    assert series.loc["tea", "cost min_max"] == pytest.approx(tea)


def test_without_orders_it_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = dataset(tmp_path / "data", "lost")
    lines = RECEIPTS.splitlines()
    out = tmp_path / "out"
    for rows in ([], lines[:2], [lines[0], lines[-1]]):
        if rows:
            (data / "receipts.csv").write_text("\n".join(rows))
        command = ("replay", data, "--from", "2024-04-14", "--policy", "orders_made", "--out", out)
        assert restock(*command) == 2
        assert "no orders are recorded after 2024-04-14 until 2024-06-02" in capsys.readouterr().err
        assert not out.exists()
