"""How one column's cells are read, by the kind its declaration names.

A raw column is either `category` (text as it stood in the file, a missing cell is code -1) or a
typed NumPy column (numbers, booleans, datetime64). Text is judged once per distinct value, so
that ten million rows cost little more than their distinct values.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from domain.cells.booleans import read_booleans
from domain.cells.days import read_days
from domain.cells.faults import Cells
from domain.cells.numbers import read_numbers
from domain.cells.texts import read_text
from domain.columns import Column, Kind

READERS: dict[Kind, Callable[[pd.Series, Column, int], Cells]] = {
    Kind.TEXT: read_text,
    Kind.CHOICE: read_text,
    Kind.NUMBER: read_numbers,
    Kind.INTEGER: read_numbers,
    Kind.BOOLEAN: read_booleans,
    Kind.DATE: read_days,
}


def read_cells(raw: pd.Series, column: Column, first_row: int = 0) -> Cells:
    """The cells of `raw` as `column` declares them; `first_row` is the row of the first cell."""
    return READERS[column.kind](raw, column, first_row)
