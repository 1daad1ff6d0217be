"""CSV, plain or gzipped: read by Arrow in blocks, every column first as text."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv

from domain.columns import Table
from domain.errors import SHOWN_PROBLEMS, BadCell, DataError
from planning.store.arrow import raw_column
from planning.store.encodings import (
    check_encoding,
    damaged,
    open_bytes,
    open_text,
    wrong_encoding,
)
from planning.store.raw import FORMATS, Format
from planning.store.separators import check_separator

BLOCK_BYTES = 1 << 24
LONGEST_CELL = 1 << 20
"""A cell longer than this is a quotation mark left open."""


class CsvTable:
    """A table in a .csv or .csv.gz file with commas and decimal points."""

    def __init__(self, path: Path, encoding: str) -> None:
        self.path = path
        self.file = path.name
        self.encoding = check_encoding(path, encoding)
        self.header: tuple[str, ...] = self._read_header()

    def _read_header(self) -> tuple[str, ...]:
        """The first line's names."""
        for _, cells in self._records():
            check_separator(cells, self.path)
            return tuple(cells)
        raise DataError(
            f"{self.file} is empty", str(self.path), "Put the column names into its first line."
        )

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Line number and cells of every line that is not empty: slow, for messages only."""
        try:
            with open_text(self.path, self.encoding) as text:
                csv.field_size_limit(LONGEST_CELL)
                reader = csv.reader(text)
                begins = 1
                for cells in reader:
                    if cells:
                        yield begins, cells
                    begins = reader.line_num + 1
        except UnicodeError as error:
            raise wrong_encoding(self.path, self.encoding) from error
        except csv.Error as error:
            raise self._unreadable(str(error)) from error
        except (OSError, EOFError) as error:
            raise damaged(self.path, error) from error

    def blocks(self, table: Table, names: Sequence[str]) -> Iterator[pd.DataFrame]:
        """See `RawTable.blocks`."""
        try:
            with open_bytes(self.path) as source, self._reader(source, names) as reader:
                for batch in reader:
                    raw = {
                        name: raw_column(
                            pa.chunked_array([batch.column(name)]), table.column(name), self.file
                        )
                        for name in names
                    }
                    yield pd.DataFrame(raw, copy=False)
        except UnicodeError as error:
            raise wrong_encoding(self.path, self.encoding) from error
        except pa.ArrowInvalid as error:
            raise self._explained(str(error)) from error
        except (pa.ArrowException, OSError, EOFError) as error:
            raise damaged(self.path, error) from error

    def _reader(self, source: Any, names: Sequence[str]) -> Any:
        """Arrow's reader: only an empty cell is missing; quoted line breaks belong to a cell."""
        text = pa.dictionary(pa.int32(), pa.string())
        return pacsv.open_csv(
            source,
            read_options=pacsv.ReadOptions(block_size=BLOCK_BYTES, encoding=self.encoding),
            parse_options=pacsv.ParseOptions(newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, text),
                include_columns=list(names),
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )

    def _explained(self, said: str) -> DataError:
        """What Arrow refused, in our words: encoding, damage, or rows of another length."""
        if "UTF8" in said or "UTF-8" in said:
            return wrong_encoding(self.path, self.encoding)
        if "zlib" in said or "ompressed" in said:
            return damaged(self.path, OSError(said))
        bad: list[BadCell] = []
        count = 0
        width = len(self.header)
        for line, cells in self._records():
            if len(cells) != width:
                count += 1
                if len(bad) < SHOWN_PROBLEMS:
                    why = f"has {len(cells)} cells, and the header {width}"
                    if "\n" in cells[-1]:
                        why += ": is a quotation mark left open?"
                    bad.append(BadCell(self.file, line, "(all)", ",".join(cells)[:80], why))
        if not bad:
            return self._unreadable(said)
        return DataError(
            f"{self.file} has lines of another length than its header ({count} of them)",
            bad[0].sentence(),
            "Put text with a comma into double quotation marks, and write decimal points.",
            bad,
            count,
        )

    def _unreadable(self, said: str) -> DataError:
        """A file whose quotation marks cannot be followed."""
        return DataError(
            f"{self.file} cannot be read as CSV: {said.splitlines()[0].rstrip('.')}",
            str(self.path),
            "Look for a double quotation mark that is never closed.",
        )

    def lines(self, rows: Sequence[int]) -> list[int]:
        """See `RawTable.lines`: by reading again, for a quoted cell may hold line breaks."""
        wanted = set(rows)
        found: dict[int, int] = {}
        for row, (line, _) in enumerate(self._records(), start=-1):
            if row in wanted:
                found[row] = line
                if len(found) == len(wanted):
                    break
        return [found.get(row, row + 2) for row in rows]


FORMATS.register("csv")(Format((".csv", ".csv.gz"), CsvTable))
