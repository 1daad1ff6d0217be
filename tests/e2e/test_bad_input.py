"""Each bad input of DESIGN §3 ends with its message and code 2, and `--out` untouched."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.e2e.shop import Shop, restock, small_shop

Spoil = Callable[[Shop, Path], None]
"""Changes a shop's tables, or its files after they were written to the folder."""


def table(name: str, row: int, column: str, value: object) -> Spoil:
    """Put `value` into one cell."""

    def spoil(shop: Shop, _: Path) -> None:
        frame = shop.tables[name].astype({column: object}).reset_index(drop=True)
        frame.loc[row, column] = value
        shop.tables[name] = frame

    return spoil


def rewrite(name: str, change: Callable[[str], str], encoding: str = "utf-8") -> Spoil:
    """Change the text of a file."""

    def spoil(shop: Shop, folder: Path) -> None:
        shop.write(folder)
        path = folder / name
        path.write_bytes(change(path.read_text(encoding="utf-8")).encode(encoding))
        shop.tables.clear()
        shop.settings = ""

    return spoil


def settings(text: str) -> Spoil:
    def spoil(shop: Shop, _: Path) -> None:
        shop.settings = text

    return spoil


def unknown_supplier(shop: Shop, _: Path) -> None:
    shop.tables["items"].loc[0, "supplier"] = "nobody"


def repeated_row(shop: Shop, _: Path) -> None:
    sales = shop.tables["sales"]
    shop.tables["sales"] = pd.concat([sales, sales.iloc[[3]]])


def no_column(shop: Shop, _: Path) -> None:
    shop.tables["sales"] = shop.tables["sales"].drop(columns="units_sold")


def no_rows(shop: Shop, _: Path) -> None:
    shop.tables["sales"] = shop.tables["sales"].head(0)


def no_sales(shop: Shop, _: Path) -> None:
    del shop.tables["sales"]


def two_files(shop: Shop, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    shop.tables["sales"].to_parquet(folder / "sales.parquet")


def corrupt(name: str) -> Spoil:
    def spoil(shop: Shop, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        del shop.tables["sales"]
        (folder / name).write_bytes(b"these bytes are of no such file")

    return spoil


def cut_gzip(shop: Shop, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    text = shop.tables.pop("sales").to_csv(index=False)
    (folder / "sales.csv.gz").write_bytes(gzip.compress(text.encode())[:-40])


def zero_byte(shop: Shop, folder: Path) -> None:
    rewrite("sales.csv", lambda text: text.replace("sku-001", "sku\0001", 1))(shop, folder)


def gzip_called_csv(shop: Shop, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    text = shop.tables.pop("sales").to_csv(index=False)
    (folder / "sales.csv").write_bytes(gzip.compress(text.encode()))


def closed_for_good(shop: Shop, _: Path) -> None:
    closure = {"supplier": ["near"], "starts_on": ["2024-01-01"], "ends_on": ["9999-12-31"]}
    shop.tables["closures"] = pd.DataFrame(closure)


BAD: dict[str, tuple[Spoil, list[str]]] = {
    "a semicolon file": (
        rewrite("sales.csv", lambda text: text.replace(",", ";")), ["sales.csv", "semicolon"],
    ),
    "a decimal comma": (table("sales", 4, "units_sold", "3,5"), ["line 6", "units_sold", "3,5"]),
    "a wrong encoding": (
        rewrite("items.csv", lambda text: text.replace("tea", "té"), "latin-1"),
        ["items.csv", "encoding"],
    ),
    "a duplicate key": (repeated_row, ["sales", "sku-000", "twice"]),
    "a negative number": (table("sales", 2, "units_sold", -4), ["line 4", "units_sold", "-4"]),
    "a number that is none": (table("sales", 2, "units_sold", "many"), ["line 4", "many"]),
    "an infinite number": (table("sales", 2, "units_sold", "inf"), ["line 4", "inf"]),
    "a blank where none may be": (table("sales", 2, "units_sold", ""), ["line 4", "units_sold"]),
    "a date that is none": (table("sales", 5, "date", "2024-02-30"), ["line 7", "2024-02-30"]),
    "a date written otherwise": (table("sales", 5, "date", "03/05/2024"), ["line 7", "date"]),
    "an unknown sku in stock": (table("stock", 0, "sku", "stranger"), ["stock", "stranger"]),
    "an unknown supplier": (unknown_supplier, ["nobody", "supplier"]),
    "negative stock": (table("stock", 1, "on_hand", -5), ["stock", "line 3", "negative_stock"]),
    "a missing column": (no_column, ["units_sold", "sales"]),
    "no rows": (no_rows, ["sales"]),
    "no sales table": (no_sales, ["sales"]),
    "two files for one table": (two_files, ["sales.csv", "sales.parquet"]),
    "a broken Parquet file": (corrupt("sales.parquet"), ["sales.parquet"]),
    "a broken gzip file": (cut_gzip, ["sales.csv.gz"]),
    "a broken settings file": (settings("bucket = day"), ["settings.toml", "TOML"]),
    "an unknown setting": (settings("lead_time_day = 3"), ["lead_time_day", "lead_time_days"]),
    "a setting that cannot be held": (
        settings("cycle_service_level = 7"), ["settings.toml", "cycle_service_level", "7"],
    ),
    "an encoding that is none of text": (settings('encoding = "base64"'), ["encoding", "base64"]),
    "UTF-16 that is not": (settings('encoding = "utf-16"'), ["not written in utf-16"]),
    "a zero byte": (zero_byte, ["sales.csv", "zero byte", "line "]),
    "a gzip file without its name": (gzip_called_csv, ["sales.csv.gz"]),
    "a setting without end": (settings("order_multiple = inf"), ["order_multiple", "finite"]),
    "stock that is never too old": (
        settings("stock_max_age_days = 99999999999"), ["stock_max_age_days"],
    ),
    "history that begins after the plan": (
        settings("history_from = 2030-01-01"), ["history_from", "2024-06-02"],
    ),
    "history that begins long before": (
        settings("history_from = 1900-01-01"), ["history_from", "ten years"],
    ),
    "a closure without end": (closed_for_good, ["closures", "9999-12-31", "planned = no"]),
    "weeks that are none": (settings('bucket = "week"'), ["week", "date"]),
    "a weekday that is none": (
        table("suppliers", 0, "review_period_days", 0), ["suppliers", "review_period_days"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_input_is_refused_with_its_message(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil, words = BAD[name]
    shop, folder, out = small_shop(skus=4), tmp_path / "data", tmp_path / "out"
    spoil(shop, folder)
    shop.write(folder)
    assert restock("plan", folder, "--out", out) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    for word in [*words, "mend:", "where:"]:
        assert word in said, f"{word!r} is not in:\n{said}"
    assert not out.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


def test_an_earlier_plan_stays_as_it_was(tmp_path: Path) -> None:
    shop, out = small_shop(skus=3), tmp_path / "out"
    assert restock("plan", shop.write(tmp_path / "data"), "--out", out) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    shop.tables["sales"]["units_sold"] = -1
    assert restock("plan", shop.write(tmp_path / "data"), "--out", out) == 2
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_folder_of_other_files_is_never_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = small_shop(skus=3).write(tmp_path / "data")
    assert restock("plan", data, "--out", data) == 2
    assert "not a plan's" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--as-of", "2023-01-01", "no sales on or before"),
        ("--as-of", "2029-01-01", "after the last sale"),
        ("--set", "cycle_service_levl=0.9", "cycle_service_level"),
    ],
)
def test_a_bad_option_is_refused(
    option: str, value: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = small_shop(skus=3).write(tmp_path / "data")
    assert restock("plan", data, "--out", tmp_path / "out", option, value) == 2
    assert words in capsys.readouterr().err


def test_an_as_of_inside_a_bucket_names_the_nearest_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = Shop({"sales": weekly_sales()}, 'bucket = "week"\n')
    data = shop.write(tmp_path / "data")
    assert restock("plan", data, "--out", tmp_path / "out", "--as-of", "2024-04-16") == 2
    assert "2024-04-14" in capsys.readouterr().err


def weekly_sales() -> pd.DataFrame:
    mondays = np.datetime64("2024-01-01") + 7 * np.arange(20)
    return pd.DataFrame({"sku": "tea", "date": mondays.astype(str), "units_sold": 5})


@pytest.mark.parametrize("name", ["sales.csv", "sales.parquet", "notes.txt", "."])
def test_a_forecast_never_takes_the_place_of_another_file(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = small_shop(skus=3).write(tmp_path / "data")
    (data / "notes.txt").write_text("mine", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    assert restock("forecast", data, "--horizon", 3, "--out", data / name) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before


@pytest.mark.parametrize("out", ["file/below", "x" * 300])
def test_a_place_that_cannot_be_written_is_refused(
    out: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = small_shop(skus=3).write(tmp_path / "data")
    (tmp_path / "file").write_text("")
    assert restock("plan", data, "--out", tmp_path / out) == 2
    assert "nothing can be written there" in capsys.readouterr().err
    assert restock("forecast", data, "--horizon", 3, "--out", tmp_path / out) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "file"]


@pytest.mark.parametrize("options", [[], ["--out", "x", "--as-of", "soon"], ["--bogus"]])
def test_a_wrong_call_is_told_to_machines_as_one_object(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = small_shop(skus=3).write(tmp_path / "data")
    assert restock("plan", data, "--json", *options) == 2
    said = capsys.readouterr()
    assert set(json.loads(said.out)) == {"error", "what", "where", "mend"}
    assert said.err == ""
