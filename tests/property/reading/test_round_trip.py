"""What was written is read: any table, any format, any order of rows."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from domain.columns import Kind
from domain.headers import read_header
from domain.tables import TABLES
from domain.tables_demand import SALES
from planning.store.raw import format_of
from planning.store.read import read_dataset, read_table
from tests.strategies.files import WRITERS, write_csv
from tests.strategies.tables import TWO_YEARS, Drawn, drawn_tables

DRAWN = st.sampled_from(sorted(TABLES)).flatmap(lambda name: drawn_tables(TABLES[name]))


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Text as plain text: only sales keep their categories."""
    texts = {c.name: "str" for c in SALES.columns if c.kind in (Kind.TEXT, Kind.CHOICE)}
    return frame.astype({name: kind for name, kind in texts.items() if name in frame})


@pytest.mark.parametrize("suffix", sorted(WRITERS))
@settings(max_examples=25, deadline=None)
@given(drawn=DRAWN)
def test_a_table_is_read_as_it_was_written(suffix: str, drawn: Drawn) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{drawn.table.name}{suffix}"
        WRITERS[suffix](path, drawn.table, drawn.rows)
        known = format_of(path.name)
        assert known is not None
        raw = known[1].open(path, "utf-8")
        header = read_header(raw.header, drawn.table, raw.file)
        parsed = read_table(raw, drawn.table, header.used)
    assert not parsed.faults.first
    assert_frame_equal(plain(parsed.frame), drawn.expected)


@settings(max_examples=25, deadline=None)
@given(drawn=drawn_tables(SALES, 2, 12, TWO_YEARS), seed=st.integers(0, 1000))
def test_permuted_rows_give_the_same_dataset(drawn: Drawn, seed: int) -> None:
    shuffled = list(drawn.rows)
    random.Random(seed).shuffle(shuffled)
    one, other = (_sales(rows) for rows in (drawn.rows, shuffled))
    assert_frame_equal(one, other)
    for name in ("sku", "location", "channel"):
        assert list(one[name].cat.categories) == list(other[name].cat.categories)
        assert list(one[name].cat.codes) == list(other[name].cat.codes)
        assert list(one[name].cat.categories) == sorted(set(one[name]))


def _sales(rows: list[dict[str, Any]]) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        write_csv(Path(folder) / "sales.csv", SALES, rows)
        return read_dataset(Path(folder)).tables["sales"]
