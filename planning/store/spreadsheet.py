"""Tables written as a workbook: every text a text, no formula whatever it begins with."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell


def as_workbook(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """One sheet called `title` with a header and the rows (text, numbers, booleans or None)."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.append(list(columns))
    for row in rows:
        sheet.append([_text(sheet, cell) if isinstance(cell, str) else cell for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _text(sheet: Any, value: str) -> Any:
    """A cell of text, even where it begins with an equals sign."""
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell
