"""Telling a file that is not separated by commas from its header."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from domain.errors import DataError

SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def check_separator(header: Sequence[str], path: Path) -> None:
    """Raise DataError where a header is one cell that another separator would split."""
    if len(header) != 1:
        return
    for sign, name in SEPARATORS.items():
        if sign in header[0]:
            raise DataError(
                f"{path.name} is separated by {name}, not by commas",
                f"{path}, line 1: {header[0][:80]!r}",
                "Save it with commas between the columns and points in the numbers, "
                "or as .xlsx or .parquet.",
            )
