"""XLSX: a workbook of one table, or one with a sheet a table and a sheet of settings."""

from __future__ import annotations

import datetime as dt
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from domain.cells.texts import written
from domain.columns import Table
from domain.errors import DataError
from planning.store.raw import FORMATS, Format

BLOCK_ROWS = 50_000
LARGEST_UNPACKED = 512 * 1024**2
"""Bytes a workbook may unpack to, by its own word: a small file can claim gigabytes."""
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


class Sheet:
    """A table on a sheet; cells are read as a person sees them: the number 7 is the text "7"."""

    def __init__(self, path: Path, sheet: str | None = None) -> None:
        self.path = path
        self.sheet = sheet
        self.file = path.name if sheet is None else f"{path.name}, sheet {sheet}"
        self._begins = 1  # line of the header
        self.header: tuple[str, ...] = self._read_header()

    def _read_header(self) -> tuple[str, ...]:
        """The names in the first row that is not empty, as far as there are any."""
        for line, cells in self._rows():
            self._begins = line
            while cells and cells[-1] is None:
                cells.pop()
            return tuple("" if cell is None else cell for cell in cells)
        raise DataError(
            f"{self.file} is empty", str(self.path), "Put the column names into its first row."
        )

    def _rows(self) -> Iterator[tuple[int, list[str | None]]]:
        """Line number and text of every row that is not empty."""
        with _workbook(self.path) as book:
            page = book[self._chosen(book.sheetnames)]
            # A sheet may claim to be smaller than it is; reading on finds its true size.
            page.reset_dimensions()
            for line, row in enumerate(page.iter_rows(values_only=True), start=1):
                cells = [cell_text(value) for value in row]
                if any(cell is not None for cell in cells):
                    yield line, cells

    def _chosen(self, names: Sequence[str]) -> str:
        """The sheet to read: the one asked for, the one called like the file, or the only one."""
        wanted = self.path.stem if self.sheet is None else self.sheet
        if wanted in names:
            return wanted
        if len(names) == 1:
            return names[0]
        raise DataError(
            f"{self.path.name} has {len(names)} sheets and none is called {wanted!r}",
            f"{self.path}: {', '.join(names)}",
            f"Call the sheet with the table {wanted!r}.",
        )

    def blocks(self, table: Table, names: Sequence[str]) -> Iterator[pd.DataFrame]:
        """See `RawTable.blocks`."""
        places = {name: self.header.index(name) for name in names}
        columns: dict[str, list[str | None]] = {name: [] for name in names}
        waiting = 0
        for line, cells in self._rows():
            if line <= self._begins:
                continue
            for name, place in places.items():
                columns[name].append(cells[place] if place < len(cells) else None)
            waiting += 1
            if waiting == BLOCK_ROWS:
                yield _block(columns)
                columns = {name: [] for name in names}
                waiting = 0
        yield _block(columns)

    def lines(self, rows: Sequence[int]) -> list[int]:
        """See `RawTable.lines`: the row number Excel shows."""
        lines = [line for line, _ in self._rows() if line > self._begins]
        return [lines[row] if row < len(lines) else row + 2 for row in rows]


def _block(columns: dict[str, list[str | None]]) -> pd.DataFrame:
    """Lists of text as raw columns."""
    raw = {name: pd.Categorical(pd.Series(cells, dtype="str")) for name, cells in columns.items()}
    return pd.DataFrame(raw, copy=False)


def cell_text(value: Any) -> str | None:
    """A cell's value as text; an empty one is None."""
    if isinstance(value, str):
        return value or None
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return written(value)


def sheet_names(path: Path) -> tuple[str, ...]:
    """The sheets of a workbook, in order."""
    with _workbook(path) as book:
        return tuple(book.sheetnames)


def read_settings_sheet(path: Path, sheet: str) -> dict[str, Any]:
    """The settings on a sheet of two columns, key and value; a dot in a key opens a section."""
    found: dict[str, Any] = {}
    with _workbook(path) as book:
        for row in book[sheet].iter_rows(values_only=True):
            key, value = (*row, None, None)[:2]
            if key is None or value is None or (str(key), str(value)) == ("key", "value"):
                continue
            place = found
            *sections, name = str(key).strip().split(".")
            for section in sections:
                place = place.setdefault(section, {})
            if isinstance(value, dt.datetime):
                value = value.date()
            # Excel knows no whole numbers.
            whole = isinstance(value, float) and value.is_integer()
            place[name] = int(value) if whole else value
    return found


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    """An open workbook, whose declared size was looked at first; raises DataError."""
    _check_size(path)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of drop-down lists and styles, which a table does not need.
            warnings.simplefilter("ignore")
            try:
                book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            except (AttributeError, TypeError) as error:  # of parts that are named and not there
                raise _broken(path, str(error)) from error
            try:
                yield book
            finally:
                book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, EOFError, OSError) as error:
        # SyntaxError is what broken XML raises.
        raise _broken(path, str(error)) from error


def _check_size(path: Path) -> None:
    """Raise DataError for what is no workbook, or would unpack to more than memory should hold."""
    try:
        with path.open("rb") as file:
            old = file.read(4) == OLD_EXCEL
        if old:
            raise DataError(
                f"{path.name} is an old .xls workbook or has a password",
                str(path),
                "Save it as .xlsx without a password.",
            )
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise _broken(path, str(error)) from error
    if unpacked > LARGEST_UNPACKED:
        raise DataError(
            f"{path.name} would unpack to {unpacked / 1024**2:,.0f} MB, "
            f"more than the {LARGEST_UNPACKED / 1024**2:,.0f} MB that are read",
            str(path),
            "Save the table as .parquet or .csv.",
        )


def _broken(path: Path, said: str) -> DataError:
    """The refusal of a workbook that cannot be read."""
    words = said.strip("'\"").splitlines()[0].rstrip(".") if said else "it is damaged"
    return DataError(
        f"{path.name} cannot be read as XLSX: {words}",
        str(path),
        "Open it in the spreadsheet program and save it again as .xlsx.",
    )


def _open(path: Path, encoding: str) -> Sheet:
    """A workbook that holds one table."""
    del encoding  # a workbook says itself how its text is written
    return Sheet(path)


FORMATS.register("xlsx")(
    Format((".xlsx",), _open, open_sheet=Sheet, sheets=sheet_names, settings=read_settings_sheet)
)
