"""What every kind of doubt promises: silent on a good dataset, plain words on a troubled one."""

from __future__ import annotations

import json
import math
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import RestockError
from domain.tables import TABLES
from domain.tables_demand import SALES
from planning.as_of import settle
from planning.cut import cut
from planning.quality.check import check_dataset
from planning.quality.doubt import DOUBTS, SHOWN_EXAMPLES
from planning.quality.evidence import Evidence
from planning.store.read import read_dataset
from tests.contract.quality.troubles import TROUBLES, quiet_shop
from tests.strategies.files import write_csv
from tests.strategies.tables import TWO_YEARS, drawn_tables


def test_every_kind_has_its_trouble() -> None:
    assert set(DOUBTS.names()) == set(TROUBLES)


def test_a_good_dataset_raises_no_doubt(tmp_path: Path) -> None:
    report = check_dataset(quiet_shop().read(tmp_path))
    assert report.doubts == ()
    assert {table.score for table in report.tables} == {100.0}


def test_a_minimum_without_packs_raises_no_doubt(tmp_path: Path) -> None:
    shop = quiet_shop()
    shop.tables["items"]["order_multiple"] = 0
    assert check_dataset(shop.read(tmp_path)).doubts == ()


@pytest.mark.parametrize("kind", sorted(TROUBLES))
def test_a_trouble_raises_its_doubt_in_plain_words(kind: str, tmp_path: Path) -> None:
    shop = quiet_shop()
    TROUBLES[kind](shop)
    dataset = shop.read(tmp_path)
    bucket, as_of = settle(dataset)
    found = DOUBTS.get(kind)(Evidence(cut(dataset, as_of), as_of, bucket))
    assert len(found) == 1
    doubt = found[0]
    assert doubt.kind == kind
    assert doubt.table in dataset.tables
    assert doubt.count > 0
    assert 0 <= doubt.rows <= len(dataset.tables[doubt.table])
    assert math.isfinite(doubt.amount.value)
    assert doubt.amount.value >= 0
    assert doubt.sentence == doubt.sentence.strip(" .")
    assert doubt.mend.endswith(".")
    assert len(doubt.examples) <= SHOWN_EXAMPLES
    json.dumps(doubt.to_dict(), allow_nan=False)


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_no_doubt_breaks_on_any_dataset_that_is_read(data: st.DataObject) -> None:
    """Whatever the declared tables allow: a single row, blanks, years between two sales."""
    sales = data.draw(drawn_tables(SALES, max_rows=6, days=TWO_YEARS))
    others = data.draw(st.sets(st.sampled_from(sorted(set(TABLES) - {"sales"})), max_size=3))
    with tempfile.TemporaryDirectory() as folder:
        write_csv(Path(folder) / "sales.csv", SALES, sales.rows)
        for name in others:
            drawn = data.draw(drawn_tables(TABLES[name], max_rows=4))
            write_csv(Path(folder) / f"{name}.csv", TABLES[name], drawn.rows)
        try:
            dataset = read_dataset(Path(folder))
        except RestockError:
            return  # rows drawn apart need not agree
    json.dumps(check_dataset(dataset).to_dict(), allow_nan=False)
