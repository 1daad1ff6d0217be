"""Parquet: read in blocks of rows, text columns as dictionaries, only the columns needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from domain.columns import Table
from domain.errors import DataError
from planning.store.arrow import is_text, raw_column
from planning.store.raw import FORMATS, Format

BLOCK_ROWS = 1_000_000


class ParquetTable:
    """A table in a Parquet file; a "line" is the row's number plus the header's line."""

    def __init__(self, path: Path, encoding: str) -> None:
        del encoding  # Parquet says itself how its text is written
        self.path = path
        self.file = path.name
        self.schema: pa.Schema = self._opened().schema_arrow
        self.header: tuple[str, ...] = tuple(self.schema.names)

    def _opened(self, dictionaries: Sequence[str] = ()) -> pq.ParquetFile:
        """The file; raises DataError where it is none."""
        try:
            return pq.ParquetFile(self.path, read_dictionary=list(dictionaries))
        except (pa.ArrowException, OSError) as error:
            raise _broken(self.path, error) from error

    def blocks(self, table: Table, names: Sequence[str]) -> Iterator[pd.DataFrame]:
        """See `RawTable.blocks`."""
        # Text is read as codes and distinct values, never as a string a row.
        opened = self._opened([name for name in names if is_text(self.schema.field(name).type)])
        try:
            for batch in opened.iter_batches(batch_size=BLOCK_ROWS, columns=list(names)):
                raw = {
                    name: raw_column(
                        pa.chunked_array([batch.column(name)]), table.column(name), self.file
                    )
                    for name in names
                }
                yield pd.DataFrame(raw, copy=False)
        except (pa.ArrowException, OSError) as error:
            raise _broken(self.path, error) from error

    def lines(self, rows: Sequence[int]) -> list[int]:
        """See `RawTable.lines`."""
        return [row + 2 for row in rows]


def _broken(path: Path, error: Exception) -> DataError:
    """The refusal of a file that Arrow cannot read."""
    said = str(error).splitlines()[0].rstrip(".")
    return DataError(
        f"{path.name} cannot be read as Parquet: {said}",
        str(path),
        "The file is damaged or no Parquet file: write it again.",
    )


FORMATS.register("parquet")(Format((".parquet",), ParquetTable))
