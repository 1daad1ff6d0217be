"""The results file only grows, says with what it was measured, and names no machine."""

import json
import math
import platform
from pathlib import Path

import pytest

from domain.errors import DataError
from experiments.benchmarks.options import ROOT
from experiments.benchmarks.results import Row, read, record

ROW = Row("replay", "shop, 3 series", "cost", 1234.56789, "money", {"rule": 2.0}, {"rule": (0.1,)})


def test_rows_are_appended_and_earlier_ones_stay_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "new" / "results.jsonl"
    record([ROW], file)
    before = file.read_bytes()
    record([ROW, ROW], file, {"prophet": "1.5.0"})
    assert file.read_bytes().startswith(before)
    lines = read(file)
    assert len(lines) == 3
    assert lines[2]["value"] == 1234.57
    assert lines[2]["peers"] == {"rule": 2.0}
    assert lines[2]["against"] == {"rule": [0.1]}
    assert lines[2]["peer_versions"] == {"prophet": "1.5.0"}


def test_a_line_says_when_on_what_and_with_what(tmp_path: Path) -> None:
    record([ROW], tmp_path / "results.jsonl")
    (line,) = read(tmp_path / "results.jsonl")
    assert set(line["machine"]) == {"cpu", "cores", "memory_gb"}
    assert line["versions"]["python"] == platform.python_version()
    assert {"restock", "numpy", "numba", "highspy"} <= set(line["versions"])
    assert len(line["date"]) == 25
    text = json.dumps(line)
    assert str(ROOT) not in text
    assert platform.node() not in text


def test_a_number_that_is_none_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    record([ROW], file)
    before = file.read_bytes()
    with pytest.raises(ValueError, match="not JSON compliant"):
        record([ROW, Row("a", "b, 1 series", "c", math.nan, "s")], file)
    assert file.read_bytes() == before


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    record([ROW], file)
    file.write_text(file.read_text() + "{half\n")
    with pytest.raises(DataError, match="line 2"):
        read(file)
