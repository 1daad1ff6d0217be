"""What each file format brings along: typed cells, encodings, sheets, notes."""

from __future__ import annotations

import datetime as dt
import gzip
from decimal import Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from domain.periods import Bucket
from planning.dataset import Dataset
from planning.store.formats import csv as csv_format
from planning.store.read import read_dataset

GOOD = "sku,date,units_sold\n茶,2024-01-01,1\n"
DAYS = [dt.date(2024, 1, 1), dt.date(2024, 1, 2)]


def skus(dataset: Dataset) -> list[str]:
    return dataset.tables["sales"]["sku"].astype("str").tolist()


def notes(dataset: Dataset) -> list[str]:
    return [f"{note.table}: {note.sentence} ({note.count})" for note in dataset.notes]


@pytest.mark.parametrize(
    ("name", "data", "settings"),
    [
        ("sales.csv", b"\xef\xbb\xbf" + GOOD.encode(), ""),
        ("sales.csv", b"\xef\xbb\xbf" + GOOD.encode(), 'encoding = "gb18030"'),
        ("sales.csv", GOOD.encode("gb18030"), 'encoding = "gb18030"'),
        ("sales.csv", GOOD.encode("utf-16"), 'encoding = "utf-16"'),
        ("sales.csv", GOOD.replace("\n", "\r\n").encode(), ""),
        ("sales.csv", GOOD.replace("\n", "\r").encode(), ""),
        ("SALES.CSV".lower(), GOOD.rstrip("\n").encode(), ""),
        ("sales.csv.gz", gzip.compress(GOOD.encode(), mtime=0), ""),
        ("sales.CSV", GOOD.encode(), ""),
        ("sales.csv", b"sku,date,units_sold,,,x,x\n\xe8\x8c\xb6,2024-01-01,1,,,a,b\n", ""),
    ],
)
def test_text_that_can_be_read_without_doubt(
    name: str, data: bytes, settings: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "settings.toml").write_text(settings)
    assert skus(read_dataset(tmp_path)) == ["茶"]


PARQUET_SKUS = [
    pa.array([7, 8]),
    pa.array([7.0, 8.0]),
    pa.array(["7", "8"], pa.large_string()),
    pa.array(["7", "8"], pa.string_view()),
    pa.array(["7", "8"]).dictionary_encode(),
    pa.array([7, 8]).dictionary_encode(),
    pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["7", "8", "unused"])),
    pa.DictionaryArray.from_arrays(pa.array([0, 2]), pa.array(["7", "7", "8"])),
]


@pytest.mark.parametrize("column", PARQUET_SKUS, ids=lambda column: str(column.type))
def test_parquet_skus_of_any_type_are_text(column: pa.Array, tmp_path: Path) -> None:
    table = pa.table({"sku": column, "date": DAYS, "units_sold": [1, 2]})
    pq.write_table(table, tmp_path / "sales.parquet")
    dataset = read_dataset(tmp_path)
    assert skus(dataset) == ["7", "8"]
    assert list(dataset.tables["sales"]["sku"].cat.categories) == ["7", "8"]


PARQUET_DAYS = [
    pa.array(DAYS, pa.date32()),
    pa.array(DAYS, pa.date64()),
    pa.array(DAYS).cast(pa.timestamp("ns")),
    pa.array(DAYS).cast(pa.timestamp("us", tz="UTC")),
    pa.array(["2024-01-01", "2024-01-02"]),
]


@pytest.mark.parametrize("column", PARQUET_DAYS, ids=lambda column: str(column.type))
def test_parquet_days_of_any_type_are_days(column: pa.Array, tmp_path: Path) -> None:
    table = pa.table({"sku": ["a", "a"], "date": column, "units_sold": [1.0, 2.0]})
    pq.write_table(table, tmp_path / "sales.parquet")
    found = read_dataset(tmp_path).tables["sales"]["date"]
    assert found.dtype == "datetime64[s]"
    assert [day.date() for day in found] == DAYS


PARQUET_UNITS = [
    pa.array([1, None], pa.int64()),
    pa.array([1.0, None], pa.float32()),
    pa.array([Decimal("1.00"), None]),
    pa.array(["1", None]),
    pa.array([1.0, float("nan")]),
    pa.array([1, None], pa.uint8()).dictionary_encode(),
]


@pytest.mark.parametrize("column", PARQUET_UNITS, ids=lambda column: str(column.type))
def test_parquet_numbers_of_any_type_are_numbers(column: pa.Array, tmp_path: Path) -> None:
    columns = {"sku": ["a", "a"], "date": DAYS, "units_sold": [1.0, 2.0], "units_returned": column}
    pq.write_table(pa.table(columns), tmp_path / "sales.parquet")
    assert read_dataset(tmp_path).tables["sales"]["units_returned"].tolist() == [1.0, 0.0]


def test_long_codes_keep_their_digits_beside_a_missing_one(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("sku,date,units_sold\na,2024-01-01,1\n")
    columns = {"sku": ["a", "b"], "supplier": pa.array([1234567890123456789, None])}
    pq.write_table(pa.table(columns), tmp_path / "items.parquet")
    assert read_dataset(tmp_path).tables["items"]["supplier"].iloc[0] == "1234567890123456789"


def test_missing_truth_is_the_default(tmp_path: Path) -> None:
    columns = {
        "sku": ["a", "a"],
        "date": DAYS,
        "units_sold": [1, 2],
        "on_promotion": pa.array([True, None]),
    }
    pq.write_table(pa.table(columns), tmp_path / "sales.parquet")
    assert read_dataset(tmp_path).tables["sales"]["on_promotion"].tolist() == [True, False]


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(path)
    book.close()
    return path


SALES_SHEET: list[list[object]] = [
    ["sku", "date", "units_sold", None],
    [7, dt.datetime(2024, 1, 1), 1.5, None],
    [None, None, None, None],
    ["007", "2024-01-01", "2", None],
    [8.5, dt.date(2024, 1, 8), 3, None],
]


def test_a_workbook_is_a_dataset_with_settings(tmp_path: Path) -> None:
    settings: list[list[object]] = [
        ["key", "value"],
        ["lead_time_days", 14],
        ["solver.threads", 2.0],
        ["bucket", "week"],
    ]
    path = workbook(
        tmp_path / "shop.xlsx",
        {"sales": SALES_SHEET, "settings": settings, "stock": [["sku", "on_hand"], [7, 4]]},
    )
    (tmp_path / "settings.toml").write_text("lead_time_days = 3\nreview_period_days = 5\n")
    dataset = read_dataset(path, overrides={"currency": "EUR"})
    assert skus(dataset) == ["007", "7", "8.5"]
    assert dataset.tables["stock"]["sku"].tolist() == ["7"]
    chosen = dataset.settings
    assert (chosen.lead_time_days, chosen.review_period_days, chosen.solver.threads) == (14, 5, 2)
    assert (chosen.bucket, chosen.currency) == (Bucket.WEEK, "EUR")


def test_a_table_may_be_a_workbook_in_a_folder(tmp_path: Path) -> None:
    workbook(tmp_path / "sales.xlsx", {"Tabelle1": SALES_SHEET})
    (tmp_path / "~$sales.xlsx").write_bytes(b"lock")
    assert skus(read_dataset(tmp_path)) == ["007", "7", "8.5"]


def test_later_settings_lie_over_earlier_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sales.csv").write_text(GOOD, encoding="utf-8")
    (tmp_path / "settings.toml").write_text('currency = "A"\nlead_time_days = 1\n')
    (tmp_path / "over.toml").write_text('currency = "B"\nlead_time_days = 2\n')
    monkeypatch.setenv("RESTOCK_LEAD_TIME_DAYS", "3")
    dataset = read_dataset(tmp_path, tmp_path / "over.toml", {"review_period_days": 4})
    chosen = dataset.settings
    assert (chosen.currency, chosen.lead_time_days, chosen.review_period_days) == ("B", 3, 4)


def test_what_was_noted_on_the_way(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text(
        "sku,date,units_sold,location,colour,shade\n"
        " a,2024-01-01,1,,x,y\n"
        ",,,,,\n"
        "b,2024-01-08,1,m,,\n"
    )
    (tmp_path / "itmes.csv").write_text("sku\na\n")
    (tmp_path / "README.md").write_text("words")
    assert notes(read_dataset(tmp_path)) == [
        "itmes.csv: itmes.csv is no table that is used, and was not read; "
        "is it meant to be items? (1)",
        "sales: columns that are not used: 'colour', 'shade' (2)",
        "sales: empty rows skipped (1)",
        "sales: blanks around sku taken off (1)",
        "sales: blank location read as main (1)",
        "sales: the dates say that a bucket is a week (1)",
    ]


@pytest.mark.parametrize(
    ("meaning", "backordered", "sentence"),
    [("zero", 1.0, "nothing on hand"), ("backorder", 5.0, "units that customers wait for")],
)
def test_negative_stock_means_what_the_settings_say(
    meaning: str, backordered: float, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "sales.csv").write_text("sku,date,units_sold\na,2024-01-01,1\n")
    (tmp_path / "stock.csv").write_text("sku,on_hand,backordered\na,-4,1\n")
    dataset = read_dataset(tmp_path, overrides={"negative_stock": meaning})
    stock = dataset.tables["stock"]
    assert stock["on_hand"].tolist() == [0.0]
    assert stock["backordered"].tolist() == [backordered]
    assert any(sentence in note for note in notes(dataset))


def test_a_file_of_many_blocks_is_read_like_one_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"s{i % 7},2024-01-{1 + i // 7:02d},{i}.5\n" for i in range(140)]
    (tmp_path / "sales.csv").write_text("sku,date,units_sold\n" + "".join(rows))
    whole = read_dataset(tmp_path).tables["sales"]
    monkeypatch.setattr(csv_format, "BLOCK_BYTES", 200)
    pd.testing.assert_frame_equal(read_dataset(tmp_path).tables["sales"], whole)
    assert whole["units_sold"].sum() == np.sum(np.arange(140) + 0.5)
