"""A raw table made into a typed one: blocks of cells in, one sorted frame or its faults out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import union_categoricals

from domain.cells.faults import Cells, Fault, Faults
from domain.cells.numbers import whole_dtype
from domain.cells.read import read_cells
from domain.columns import Column, Kind, Table
from domain.errors import SHOWN_PROBLEMS


def _none() -> NDArray[np.int64]:
    """No rows."""
    return np.zeros(0, dtype=np.int64)


def _past(rows: NDArray[np.int64], skipped: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows of the file, from rows counted without the `skipped` ones."""
    return rows + np.searchsorted(skipped - np.arange(skipped.size), rows, side="right")


@dataclass
class Parsed:
    """A table as read.

    Invariants: without faults, `frame` has every declared column, its rows are sorted by key
    and no key stands twice. `order` is the row of the file each row of the frame came from,
    None where the file was sorted already.
    """

    table: Table
    frame: pd.DataFrame
    faults: Faults
    order: NDArray[np.int64] | None = None
    skipped: NDArray[np.int64] = field(default_factory=_none)  # empty rows of the file
    filled: dict[str, int] = field(default_factory=dict)  # column: blanks that took the default
    trimmed: dict[str, int] = field(default_factory=dict)  # column: cells that lost blanks

    def file_rows(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of the file, counted from 0, that these rows of the frame came from."""
        return _past(rows if self.order is None else self.order[rows], self.skipped)


class TableParser:
    """Reads a table block by block, so that the text of a large file is never held whole."""

    def __init__(self, table: Table, names: Sequence[str]) -> None:
        self.table = table
        self.names = tuple(names)
        self.rows = 0
        self.faults = Faults()
        self._blocks: dict[str, list[Any]] = {name: [] for name in names}
        self._filled: dict[str, int] = {}
        self._trimmed: dict[str, int] = {}
        self._skipped = _none()  # rows of the file without any value, ascending

    def add(self, block: pd.DataFrame) -> None:
        """Take in the next rows; `block` has raw columns (see `domain.cells.read`).

        A row without any value is skipped: spreadsheets leave such rows below a table.
        """
        block = self._without_empty_rows(block)
        for name in self.names:
            cells: Cells = read_cells(block[name], self.table.column(name), self.rows)
            self._blocks[name].append(cells.values)
            self.faults.add(cells.faults.first, cells.faults.count)
            if cells.filled:
                self._filled[name] = self._filled.get(name, 0) + cells.filled
            if cells.trimmed:
                self._trimmed[name] = self._trimmed.get(name, 0) + cells.trimmed
        self.rows += len(block)

    def _without_empty_rows(self, block: pd.DataFrame) -> pd.DataFrame:
        """The rows of a block in which anything stands."""
        empty = block[self.names[0]].isna()
        if not empty.any():
            return block
        empty = block.isna().all(axis=1)
        begins = self.rows + self._skipped.size
        self._skipped = np.append(self._skipped, begins + np.flatnonzero(empty))
        return block[~empty]

    def finish(self, text_as_category: bool = False) -> Parsed:
        """The whole table; with faults its frame is empty."""
        if self.faults.count:
            return self._refused(self.faults)
        columns = {column.name: self._joined(column) for column in self.table.columns}
        frame = pd.DataFrame(columns, copy=False)
        order, faults = _sorting(frame, self.table)
        if faults.count:
            return self._refused(faults)
        if order is not None:
            # One column at a time: the unsorted one is let go before the next is sorted.
            del frame
            columns = {name: columns.pop(name)[order] for name in self.table.names}
            frame = pd.DataFrame(columns, copy=False)
        if not text_as_category:
            frame = _without_categories(frame, self.table)
        return Parsed(
            self.table, frame, Faults(), order, self._skipped, self._filled, self._trimmed
        )

    def _refused(self, faults: Faults) -> Parsed:
        """The table without its rows: faults, by the rows of the file."""

        def moved(row: int) -> int:
            return int(_past(np.array([row]), self._skipped)[0])

        first = [
            replace(
                fault,
                row=moved(fault.row),
                other=None if fault.other is None else moved(fault.other),
            )
            for fault in faults.first
        ]
        return Parsed(self.table, pd.DataFrame(), Faults(first, faults.count))

    def _joined(self, column: Column) -> Any:
        """One column over all blocks; an absent one is its default throughout."""
        blocks = self._blocks.pop(column.name, [])
        if not blocks:
            return absent(column, self.rows)
        if isinstance(blocks[0], pd.Categorical):
            return union_categoricals(blocks, sort_categories=True)
        return blocks[0] if len(blocks) == 1 else np.concatenate(blocks)


def absent(column: Column, rows: int) -> Any:
    """A column that is not in the file: its default, or missing, in every row."""
    if column.kind in (Kind.TEXT, Kind.CHOICE):
        names = [] if column.default is None or not rows else [str(column.default)]
        codes = np.full(rows, 0 if names else -1, dtype=np.int8)
        return pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype="str"))
    if column.kind is Kind.DATE:
        return np.full(rows, np.datetime64("NaT", "s"))
    if column.kind is Kind.BOOLEAN:
        return np.full(rows, bool(column.default))
    dtype = whole_dtype(column) if column.kind is Kind.INTEGER else np.float64
    if column.default == 0:
        return np.zeros(rows, dtype=dtype)  # no memory is touched until it is written
    return np.full(rows, np.nan if column.default is None else column.default, dtype=dtype)


def _without_categories(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Text columns as plain `str`."""
    texts = [c.name for c in table.columns if c.kind in (Kind.TEXT, Kind.CHOICE)]
    return frame.astype(dict.fromkeys(texts, "str"))


def key_codes(frame: pd.DataFrame, names: Sequence[str]) -> NDArray[np.int64]:
    """One whole number a row, equal where the named columns are equal, in their order.

    Missing values come first and are equal to each other. No Python object is made a row.
    """
    total = np.zeros(len(frame), dtype=np.int64)
    size = 1
    for name in names:
        codes, count = _codes(frame[name])
        if size * count >= 2**62:
            _, total = np.unique(total, return_inverse=True)
            size = int(total.max()) + 1 if total.size else 1
        if count > 1:
            total = total * count + codes
        size *= count
    return total


def _codes(values: pd.Series) -> tuple[NDArray[np.int64], int]:
    """Codes from 0 in the order of the values, and how many there may be; missing is 0."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.codes.to_numpy().astype(np.int64) + 1, len(values.cat.categories) + 1
    if pd.api.types.is_datetime64_dtype(values.dtype):
        days = values.to_numpy().astype("datetime64[D]")
        known = days[~np.isnat(days)]
        if not known.size:
            return np.zeros(len(days), dtype=np.int64), 1
        first, last = known.min(), known.max()
        codes = np.where(np.isnat(days), 0, (days - first).astype(np.int64) + 1)
        return codes, int((last - first).astype(np.int64)) + 2
    codes, distinct = pd.factorize(values, sort=True)
    return codes.astype(np.int64) + 1, len(distinct) + 1


def _sorting(frame: pd.DataFrame, table: Table) -> tuple[NDArray[np.int64] | None, Faults]:
    """The order of rows by key (None: as they are), and the keys that stand twice."""
    keys = key_codes(frame, table.key)
    if np.all(keys[1:] > keys[:-1]):
        return None, Faults()
    order = np.argsort(keys)
    ordered = keys[order]
    again = np.flatnonzero(ordered[1:] == ordered[:-1]) + 1
    faults = Faults()
    if again.size:
        shown = [_doubled(frame, table, keys, ordered[i]) for i in again[:SHOWN_PROBLEMS]]
        faults.add(shown, again.size)
    return order, faults


def _doubled(frame: pd.DataFrame, table: Table, keys: NDArray[np.int64], key: np.int64) -> Fault:
    """The fault of a key that stands twice, on its second row."""
    rows = np.flatnonzero(keys == key)
    named = [name for name in table.key if frame[name].notna().iloc[rows[1]]]
    value = ", ".join(_shown(frame[name].iloc[rows[1]]) for name in named)
    words = "stands twice, first on line"
    return Fault(int(rows[1]), ", ".join(named), value, words, int(rows[0]))


def _shown(value: object) -> str:
    """A key's part in words."""
    return str(value.date()) if isinstance(value, pd.Timestamp) else str(value)
