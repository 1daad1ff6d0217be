"""Each bad input of DESIGN §3 ends with its message: what, where and the mend."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from domain.errors import SHOWN_PROBLEMS, DataError, RestockError
from planning.store.formats import xlsx
from planning.store.read import read_dataset
from tests.unit.reading.bad_inputs import CASES, GOOD, HEADER, Files


def write(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        data = content.encode("utf-8") if isinstance(content, str) else content
        (folder / name).write_bytes(data)
    return folder


def said(error: RestockError) -> str:
    cells = error.cells if isinstance(error, DataError) else ()
    return "\n".join([error.what, error.where, error.mend, *(c.sentence() for c in cells)])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_bad_input_ends_with_its_message(case: str, tmp_path: Path) -> None:
    files, words = CASES[case]
    with pytest.raises(RestockError) as caught:
        read_dataset(write(tmp_path, files))
    error = caught.value
    for word in words:
        assert word in said(error)
    assert error.what
    assert error.where
    assert error.mend.endswith(".")
    assert not error.what.endswith(".")


def test_every_bad_cell_is_counted_and_twenty_are_shown(tmp_path: Path) -> None:
    bad = HEADER + "".join(f"a{i},x,2024-01-01,-1\n" for i in range(300))
    write(tmp_path, {"sales.csv": bad, "items.csv": "sku,unit_cost\na,1\nb,-1\n"})
    with pytest.raises(DataError) as caught:
        read_dataset(tmp_path)
    assert caught.value.count == 301
    assert len(caught.value.cells) == SHOWN_PROBLEMS
    assert [cell.line for cell in caught.value.cells] == list(range(2, 22))


def test_a_dataset_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RestockError, match="there is no dataset"):
        read_dataset(tmp_path / "nowhere")


def test_a_folder_of_datasets_names_them(tmp_path: Path) -> None:
    for name in ("north", "south"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, {"sales.csv": GOOD})
    with pytest.raises(DataError) as caught:
        read_dataset(tmp_path)
    assert caught.value.mend == "Give one of the folders in it: north, south."


def test_one_csv_is_no_dataset(tmp_path: Path) -> None:
    write(tmp_path, {"sales.csv": GOOD})
    with pytest.raises(DataError, match="a dataset is a folder") as caught:
        read_dataset(tmp_path / "sales.csv")
    assert str(tmp_path) in caught.value.mend


def test_a_workbook_that_would_unpack_to_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "LARGEST_UNPACKED", 1_000_000)
    with zipfile.ZipFile(tmp_path / "sales.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 5_000_000)
    assert (tmp_path / "sales.xlsx").stat().st_size < 10_000
    with pytest.raises(DataError, match="would unpack to 5 MB"):
        read_dataset(tmp_path)


def test_a_parquet_column_of_a_type_that_holds_no_cells(tmp_path: Path) -> None:
    table = pa.table({"sku": [["a"]], "date": ["2024-01-01"], "units_sold": [1.0]})
    pq.write_table(table, tmp_path / "sales.parquet")
    with pytest.raises(DataError, match="holds values of type list"):
        read_dataset(tmp_path)
