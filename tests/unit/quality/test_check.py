"""The report of `restock check`: what was understood, scores, order of doubts, exit codes."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from domain.periods import Bucket
from planning.quality.check import check_dataset
from planning.quality.doubt import Gravity
from tests.contract.quality.troubles import LAST, TROUBLES, Shop, quiet_shop


def troubled(*kinds: str) -> Shop:
    shop = quiet_shop()
    for kind in kinds:
        TROUBLES[kind](shop)
    return shop


def test_what_was_understood(tmp_path: Path) -> None:
    report = check_dataset(quiet_shop().read(tmp_path))
    assert (report.series, report.skus, report.locations, report.buckets) == (8, 8, 1, 70)
    assert (report.bucket, str(report.as_of)) == (Bucket.DAY, str(LAST))
    sales = next(table for table in report.tables if table.name == "sales")
    assert (sales.rows, sales.skus) == (560, 8)
    assert (sales.first_day, sales.last_day) == ("2024-01-01", "2024-03-10")


def test_a_score_is_the_weighted_share_of_rows_without_doubt(tmp_path: Path) -> None:
    report = check_dataset(troubled("order_minimums", "cost_above_price").read(tmp_path))
    scores = {table.name: table.score for table in report.tables}
    # One of eight items in a slight doubt, one in a plain one.
    assert scores["items"] == round(100 * (1 - 0.1 / 8) * (1 - 0.5 / 8), 1)
    assert scores["stock"] == 100.0


def test_the_gravest_comes_first_then_the_most_money(tmp_path: Path) -> None:
    kinds = ("order_minimums", "outlier_sales", "cost_above_price", "unfinished_bucket")
    found = check_dataset(troubled(*kinds).read(tmp_path)).doubts
    assert [doubt.kind for doubt in found[:1]] == ["unfinished_bucket"]
    assert found[0].gravity is Gravity.GRAVE
    order = [(-d.gravity.value, -d.amount.value) for d in found if d.amount.is_money]
    assert order == sorted(order)


def test_money_is_units_times_price(tmp_path: Path) -> None:
    (doubt,) = check_dataset(troubled("overdue_orders").read(tmp_path)).doubts
    assert doubt.amount.is_money
    assert doubt.amount.value == 30 * 6
    (doubt,) = check_dataset(troubled("outlier_sales").read(tmp_path)).doubts
    assert doubt.amount.value == (500 - 6) * 10


def test_without_any_price_amounts_are_units(tmp_path: Path) -> None:
    shop = troubled("overdue_orders")
    shop.tables["sales"] = shop.tables["sales"].drop(columns="unit_price")
    shop.tables["items"] = shop.tables["items"].drop(columns="unit_cost")
    found = {d.kind: d for d in check_dataset(shop.read(tmp_path)).doubts}
    assert found["overdue_orders"].amount.unit == "units"
    assert found["overdue_orders"].amount.value == 30


def test_rows_later_than_as_of_are_said(tmp_path: Path) -> None:
    shop = quiet_shop()
    shop.tables["stock"]["date"] = str(LAST + 1)
    report = check_dataset(shop.read(tmp_path))
    later = next(doubt for doubt in report.doubts if doubt.kind == "later_rows")
    assert (later.table, later.count, later.gravity) == ("stock", 8, Gravity.GRAVE)
    asked = check_dataset(quiet_shop().read(tmp_path), dt.date(2024, 3, 1))
    later = next(doubt for doubt in asked.doubts if doubt.table == "sales")
    assert later.gravity is Gravity.SLIGHT


def run(*arguments: object) -> int:
    from api.cli.main import main

    with pytest.raises(SystemExit) as stop:
        main(["check", *(str(argument) for argument in arguments)])
    return int(stop.value.code or 0)


def test_the_command_says_it_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    troubled("overdue_orders", "unfinished_bucket").read(tmp_path)
    assert run(tmp_path) == 0
    said = " ".join(capsys.readouterr().out.split())
    for words in (
        "8 series (8 skus, 1 location), 70 days up to 2024-03-10",
        "2 doubts, 1 of them grave",
        "1 open order line due on or before 2024-03-10. Touches 180 in money.",
        "it may not be over",
    ):
        assert words in said


def test_a_grave_doubt_ends_with_4_when_strict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = troubled("unfinished_bucket")
    del shop.tables["stock"]
    shop.read(tmp_path)
    assert run(tmp_path) == 0
    assert run(tmp_path, "--strict") == 4
    assert run(tmp_path, "--strict", "--as-of", "2024-03-09") == 0
    capsys.readouterr()


def test_machines_get_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    troubled("overdue_orders").read(tmp_path)
    assert run(tmp_path, "--json", "--set", "currency=EUR") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["as_of"], said["currency"], said["series"]) == ("2024-03-10", "EUR", 8)
    assert [doubt["kind"] for doubt in said["doubts"]] == ["overdue_orders"]


def test_a_refused_dataset_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = quiet_shop()
    shop.tables["sales"].loc[3, "units_sold"] = -1
    shop.tables["sales"].to_csv(tmp_path / "sales.csv", index=False)
    assert run(tmp_path) == 2
    assert "line 5, column units_sold: '-1.0' is below 0" in capsys.readouterr().err
