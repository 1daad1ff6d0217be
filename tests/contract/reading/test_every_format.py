"""What every file format promises the reader."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from domain.errors import DataError
from domain.tables_stock import STOCK
from planning.store.raw import FORMATS, RawTable, all_suffixes, format_of
from tests.strategies.files import WRITERS

NAMES = ("sku", "location", "date", "on_hand")
ROWS = [
    {name: None for name in STOCK.names}
    | {"sku": sku, "date": dt.date(2024, 1, day), "on_hand": float(day)}
    for day, sku in enumerate(["NA", "007", "a,b", "茶"], start=1)
]


def opened(suffix: str, folder: Path, rows: int = 4) -> RawTable:
    path = folder / f"stock{suffix}"
    WRITERS[suffix](path, STOCK, ROWS[:rows])
    known = format_of(path.name)
    assert known is not None
    return known[1].open(path, "utf-8")


def test_every_suffix_has_a_writer_in_these_tests() -> None:
    assert set(all_suffixes()) == set(WRITERS)
    assert [name for name, _ in FORMATS.items()] == list(FORMATS.names())


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_the_header_is_what_stands_in_the_file(suffix: str, tmp_path: Path) -> None:
    raw = opened(suffix, tmp_path)
    assert raw.header == STOCK.names
    assert raw.file == f"stock{suffix}"


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_blocks_hold_the_columns_asked_for_in_raw_form(suffix: str, tmp_path: Path) -> None:
    block = pd.concat(list(opened(suffix, tmp_path).blocks(STOCK, NAMES)))
    assert tuple(block.columns) == NAMES
    assert len(block) == len(ROWS)
    assert block["location"].isna().all()
    assert list(block["sku"].astype("str")) == ["NA", "007", "a,b", "茶"]
    for name in NAMES:
        kind = block[name].dtype
        assert isinstance(kind, pd.CategoricalDtype) or kind.kind in "fM"


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_a_table_can_be_read_twice(suffix: str, tmp_path: Path) -> None:
    raw = opened(suffix, tmp_path)
    first, second = (pd.concat(list(raw.blocks(STOCK, NAMES))) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_lines_count_from_the_header(suffix: str, tmp_path: Path) -> None:
    assert opened(suffix, tmp_path).lines([0, 3]) == [2, 5]


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_a_table_without_rows_has_a_header_still(suffix: str, tmp_path: Path) -> None:
    raw = opened(suffix, tmp_path, rows=0)
    assert raw.header == STOCK.names
    assert sum(len(block) for block in raw.blocks(STOCK, NAMES)) == 0


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_rubbish_is_refused_and_the_file_named(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"stock{suffix}"
    path.write_bytes(b"\x00\x01\xfe rubbish")
    known = format_of(path.name)
    assert known is not None
    with pytest.raises(DataError) as caught:
        list(known[1].open(path, "utf-8").blocks(STOCK, NAMES))
    assert path.name in caught.value.what
