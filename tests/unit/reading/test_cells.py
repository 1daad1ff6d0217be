"""Each rule of reading a cell, on one cell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from domain.cells.read import read_cells
from domain.columns import Column, Kind, choice, date, flag, integer, number, text

UNITS = number("units", "", "units", required=True)
OPTIONAL = number("units", "", "units", default=3.0)
SHARE = number("share", "", "share", exclusive=True, maximum=1.0)
WHOLE = integer("rank", "", "rank", default=1, minimum=1, maximum=9)
LOOSE_WHOLE = integer("days", "", "days")
DAY = date("day", "", required=True)
FLAG = flag("flag", "")
KIND = choice("kind", "", ("purchase", "transfer"))
SKU = text("sku", "", required=True)


def raw(*cells: str | None) -> pd.Series:
    return pd.Series(pd.Categorical(pd.Series(list(cells), dtype="str")))


@pytest.mark.parametrize(
    "sku", ["NA", "007", "1e5", "a,b", '"q"', "茶", "null", "nan", "a  b", "a\nb", "'x'", "TRUE"]
)
def test_text_stays_what_it_is(sku: str) -> None:
    assert list(read_cells(raw(sku), SKU).values) == [sku]


@pytest.mark.parametrize("padded", [" a1", "a1 ", "\ta1", "a1\u00a0", "\u3000a1"])
def test_blanks_around_text_are_taken_off_and_counted(padded: str) -> None:
    cells = read_cells(raw(padded, "a1"), SKU)
    assert list(cells.values) == ["a1", "a1"]
    assert cells.trimmed == 1


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (pd.Series([7, 10]), ["7", "10"]),
        (pd.Series([7.0, np.nan, 1.5]), ["7", None, "1.5"]),
        (pd.Series(np.array(["2024-01-05"], dtype="datetime64[s]")), ["2024-01-05"]),
        (pd.Series([True, False]), ["true", "false"]),
    ],
)
def test_typed_cells_become_the_text_a_person_sees(typed: pd.Series, expected: list[str]) -> None:
    values = read_cells(typed, text("note", "")).values
    assert [None if pd.isna(value) else value for value in values] == expected


GOOD = [
    (UNITS, "1", 1.0),
    (UNITS, " 1.50 ", 1.5),
    (UNITS, "+2", 2.0),
    (UNITS, ".5", 0.5),
    (UNITS, "5.", 5.0),
    (UNITS, "1e2", 100.0),
    (UNITS, "-0", 0.0),
    (OPTIONAL, None, 3.0),
    (OPTIONAL, "  ", 3.0),
    (WHOLE, "2.0", 2),
    (WHOLE, None, 1),
    (LOOSE_WHOLE, None, np.nan),
    (SHARE, "1", 1.0),
    (SHARE, None, np.nan),
    (FLAG, "YES", True),
    (FLAG, "no", False),
    (FLAG, "1", True),
    (FLAG, "0", False),
    (FLAG, "True", True),
    (FLAG, None, False),
    (KIND, "transfer", "transfer"),
    (KIND, None, "purchase"),
    (DAY, "2024-02-29", np.datetime64("2024-02-29", "s")),
    (DAY, "2024-01-05 00:00:00", np.datetime64("2024-01-05", "s")),
    (DAY, "2024-01-05T00:00:00.000", np.datetime64("2024-01-05", "s")),
    (DAY, "9999-12-31", np.datetime64("9999-12-31", "s")),
]


@pytest.mark.parametrize(("column", "cell", "expected"), GOOD)
def test_a_cell_that_is_read(column: Column, cell: str | None, expected: object) -> None:
    cells = read_cells(raw(cell), column)
    assert not cells.faults.count
    np.testing.assert_equal(cells.values[0], expected)


BAD = [
    (UNITS, "", "is blank"),
    (UNITS, "  ", "is blank"),
    (UNITS, "-1", "is below 0"),
    (UNITS, "1,5", "has a comma"),
    (UNITS, "1,234", "has a comma"),
    (UNITS, "1.234,50", "has a comma"),
    (UNITS, "1 234", "is no number"),
    (UNITS, "nan", "is no finite number"),
    (UNITS, "-inf", "is no finite number"),
    (UNITS, "1e999", "is no finite number"),
    (UNITS, "1e13", "more than can be meant"),
    (UNITS, "0x10", "is no number"),
    (UNITS, "1_000", "is no number"),
    (UNITS, "١", "is no number"),
    (UNITS, "true", "is no number"),
    (SHARE, "0", "is not above 0"),
    (SHARE, "1.01", "is above 1"),
    (WHOLE, "1.5", "is no whole number"),
    (WHOLE, "0", "is below 1"),
    (FLAG, "maybe", "is none of true"),
    (KIND, "Purchase", "is none of purchase, transfer"),
    (DAY, "2024-02-30", "is no day of the calendar"),
    (DAY, "2024-13-01", "is no day of the calendar"),
    (DAY, "2024-01-05 13:00:00", "has a time of day"),
    (DAY, "05/01/2024", "YYYY-MM-DD"),
    (DAY, "20240105", "YYYY-MM-DD"),
    (DAY, "2024-1-5", "YYYY-MM-DD"),
    (DAY, "45321", "YYYY-MM-DD"),
    (DAY, "1899-12-30", "lies before 1900-01-01"),
    (SKU, "", "is blank"),
    (SKU, "#N/A", "an error of the spreadsheet"),
    (SKU, "x" * 1001, "quotation mark left open"),
]


@pytest.mark.parametrize(("column", "cell", "why"), BAD)
def test_a_cell_that_is_refused(column: Column, cell: str, why: str) -> None:
    cells = read_cells(raw("good", cell) if column is SKU else raw(cell), column, first_row=10)
    assert cells.faults.count == 1
    fault = cells.faults.first[0]
    assert fault.row == (11 if column is SKU else 10)
    assert why in fault.why


def test_typed_columns_obey_the_same_rules() -> None:
    numbers = read_cells(pd.Series([1.0, -1.0, np.inf, np.nan]), UNITS)
    assert [fault.why.split(":")[0] for fault in numbers.faults.first] == [
        "is below 0",
        "is no finite number",
        "is blank, and a value is needed",
    ]
    moments = np.array(["2024-01-05T00:00", "2024-01-05T13:00", "NaT"], dtype="datetime64[us]")
    days = read_cells(pd.Series(moments), DAY)
    assert [fault.row for fault in days.faults.first] == [1, 2]
    assert read_cells(pd.Series([20240105]), DAY).faults.count == 1
    assert read_cells(pd.Series(moments[:1]), UNITS).faults.count == 1


def test_the_first_twenty_faults_are_named_and_all_are_counted() -> None:
    faults = read_cells(raw(*["x"] * 50), UNITS).faults
    assert faults.count == 50
    assert [fault.row for fault in faults.first] == list(range(20))


def test_every_kind_of_column_can_be_read() -> None:
    for kind in Kind:
        column = Column("c", kind, "", choices=("a",))
        assert not read_cells(raw(None), column).faults.count
