"""Finding the tables of a dataset: files in a folder, or sheets in a workbook."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from domain.errors import DataError, NotFoundError
from domain.settings_layers import read_settings_file
from domain.tables import TABLES
from planning.dataset import Note
from planning.store.raw import RawTable, all_suffixes, format_of

SETTINGS = "settings"
SETTINGS_FILE = "settings.toml"
# Tables the design knows and no part uses yet: a folder may hold them, nothing is lost.
DOCUMENT_SUFFIXES = (".md", ".txt", ".toml", ".html", ".pdf", ".json", ".lock", ".py")

Opener = Callable[[str], RawTable]  # takes the encoding


@dataclass
class Found:
    """What lies in a dataset: how each table is opened, settings by file, notes."""

    openers: dict[str, Opener] = field(default_factory=dict)
    settings: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    other: list[str] = field(default_factory=list)  # names that are no table


def locate(path: Path) -> Found:
    """The tables and settings at `path`; raises NotFoundError or DataError.

    Two files for one table, and names that are a table's but for case or blanks, are refused.
    """
    if not path.exists():
        raise NotFoundError(
            "there is no dataset", str(path), "Give a folder with a sales table, or one .xlsx."
        )
    found = _in_folder(path) if path.is_dir() else _in_workbook(path)
    if "sales" not in found.openers:
        names = [*found.openers, *found.other]
        raise DataError(
            "the dataset has no sales table",
            f"{path}: found {', '.join(names[:12]) if names else 'no tables'}",
            _where_sales_may_be(path, found),
        )
    for name in found.other:
        near = difflib.get_close_matches(name.split(".")[0].lower(), TABLES, n=1)
        hint = f"; is it meant to be {near[0]}?" if near else ""
        found.notes.append(Note(name, f"{name} is no table that is used, and was not read{hint}"))
    return found


def _in_folder(folder: Path) -> Found:
    """The tables among the files of a folder."""
    found = Found()
    places: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        # Spreadsheet programs leave lock files that begin with ~$ beside an open workbook.
        if not file.is_file() or file.name.startswith((".", "~$")):
            continue
        if file.name == SETTINGS_FILE:
            found.settings.append((str(file), read_settings_file(file)))
            continue
        known = format_of(file.name)
        stem = known[0] if known else file.stem
        _refuse_nearly(stem, file.name, str(folder))
        if known is None or stem not in TABLES:
            if not file.name.lower().endswith(DOCUMENT_SUFFIXES):
                found.other.append(file.name)
            continue
        if stem in places:
            raise DataError(
                f"there are two files for the table {stem}",
                f"{folder}: {places[stem]} and {file.name}",
                "Keep one of them.",
            )
        places[stem] = file.name
        found.openers[stem] = partial(known[1].open, file)
    return found


def _in_workbook(path: Path) -> Found:
    """The tables among the sheets of a workbook, with its settings.toml and settings sheet."""
    known = format_of(path.name)
    if known is None or known[1].sheets is None or known[1].open_sheet is None:
        raise DataError(
            f"{path.name} is one file, and a dataset is a folder or one .xlsx workbook",
            str(path),
            f"Give the folder it lies in: {path.parent}.",
        )
    found = Found()
    beside = path.parent / SETTINGS_FILE
    if beside.is_file():
        found.settings.append((str(beside), read_settings_file(beside)))
    for sheet in known[1].sheets(path):
        _refuse_nearly(sheet, f"sheet {sheet}", str(path))
        if sheet in TABLES:
            found.openers[sheet] = partial(_open_sheet, known[1].open_sheet, path, sheet)
        elif sheet == SETTINGS and known[1].settings is not None:
            found.settings.append((f"{path}, sheet {sheet}", known[1].settings(path, sheet)))
        else:
            found.other.append(sheet)
    return found


def _open_sheet(
    opener: Callable[[Path, str], RawTable], path: Path, sheet: str, encoding: str
) -> RawTable:
    """A sheet, opened like a file: a workbook says itself how its text is written."""
    del encoding
    return opener(path, sheet)


def _refuse_nearly(stem: str, shown: str, where: str) -> None:
    """Raise for a name that is a table's but for case, blanks or hyphens."""
    meant = stem.strip().lower().replace(" ", "_").replace("-", "_")
    if meant in TABLES and stem != meant:
        raise DataError(
            f"{shown!r} is not called {meant!r}", where, f"Rename it: a table is called {meant!r}."
        )


def _where_sales_may_be(path: Path, found: Found) -> str:
    """What to do about a missing sales table, by what is there instead."""
    expected = " or ".join(f"sales{suffix}" for suffix in all_suffixes())
    if not path.is_dir():
        return "Call the sheet with the sales 'sales'."
    books = [name for name in found.other if name.lower().endswith(".xlsx")]
    if books:
        return f"Put {expected} there; if {books[0]} holds a sheet a table, give {path / books[0]}."
    below = sorted(file.parent.name for file in path.glob("*/sales.*"))
    if below:
        return f"Give one of the folders in it: {', '.join(below[:12])}."
    return f"Put {expected} there, with the columns sku, date and units_sold."
