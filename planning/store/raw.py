"""What a file format must offer so that its tables can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from domain.columns import Table
from domain.registry import Registry


class RawTable(Protocol):
    """A table in a file, opened but not read.

    `file` is its name in messages, `header` its column names as they stand there.
    """

    file: str
    header: tuple[str, ...]

    def blocks(self, table: Table, names: Sequence[str]) -> Iterator[pd.DataFrame]:
        """The rows, some at a time, with the columns `names` in raw form.

        Raw: `category` of text as written (missing: code -1), or a typed NumPy column; see
        `domain.cells.read`. Raises DataError for a file that is broken.
        """

    def lines(self, rows: Sequence[int]) -> list[int]:
        """The line each row (from 0) begins on, the header being line 1."""


@dataclass(frozen=True)
class Format:
    """A file format: its suffixes, how a table is opened, and its sheets where it has some."""

    suffixes: tuple[str, ...]
    open: Callable[[Path, str], RawTable]  # path, encoding
    open_sheet: Callable[[Path, str], RawTable] | None = None  # path, sheet
    sheets: Callable[[Path], tuple[str, ...]] | None = None
    settings: Callable[[Path, str], dict[str, Any]] | None = None  # path, sheet


FORMATS: Registry[Format] = Registry("file format", "planning.store.formats")


def format_of(name: str) -> tuple[str, Format] | None:
    """The stem of a file name and its format, None where no format knows the suffix."""
    for _, known in FORMATS.items():
        for suffix in known.suffixes:
            if name.lower().endswith(suffix):
                return name[: -len(suffix)], known
    return None


def all_suffixes() -> tuple[str, ...]:
    """Every suffix that can be read."""
    return tuple(suffix for _, known in FORMATS.items() for suffix in known.suffixes)
