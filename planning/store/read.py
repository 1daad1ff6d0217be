"""Reading a dataset: files found, cells checked, tables agreed, or one refusal for all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from domain.cells.faults import Fault
from domain.cells.texts import written
from domain.columns import Table
from domain.errors import SHOWN_PROBLEMS, BadCell, DataError
from domain.headers import read_header
from domain.parsing import Parsed, TableParser
from domain.periods import infer_bucket
from domain.settings import Settings
from domain.settings_layers import load_settings, read_settings_file
from domain.tables import TABLES
from planning.dataset import NEGATIVE_STOCK, Dataset, Note
from planning.store.agreement import Disagreement, disagreements
from planning.store.agreement_items import item_disagreements
from planning.store.agreement_places import place_disagreements
from planning.store.agreement_planners import planners_disagreements
from planning.store.locate import Found, locate
from planning.store.raw import RawTable

Progress = Callable[[str, int, int], None]
"""Called as a table is read: its name, rows so far, tables still to come."""


@dataclass
class Reading:
    """A table that was read, and where it came from."""

    raw: RawTable
    parsed: Parsed


def read_dataset(
    path: Path,
    settings_file: Path | None = None,
    overrides: Mapping[str, object] | None = None,
    progress: Progress | None = None,
) -> Dataset:
    """The dataset at `path` (a folder, or one .xlsx), typed and checked, or refused as a whole.

    Settings come from the dataset's own file or sheet, then `settings_file`, then the
    environment, then `overrides`. Raises NotFoundError, DataError with the first bad cells of
    all tables, or SettingsError.
    """
    found = locate(path)
    settings = _settings(found, settings_file, overrides)
    readings: dict[str, Reading] = {}
    for left, name in enumerate(n for n in TABLES if n in found.openers):
        raw = found.openers[name](settings.encoding)
        table = _as_settings_say(TABLES[name], settings)
        report = progress and _reporter(progress, name, len(found.openers) - left - 1)
        readings[name] = read_raw(raw, table, found.notes, report)
    return agreed(path, readings, settings, found.notes)


def agreed(
    path: Path | str, readings: Mapping[str, Reading], settings: Settings, notes: list[Note]
) -> Dataset:
    """The dataset of tables that were read, each without faults and none against another."""
    refuse_bad_cells(path, readings)
    frames = {name: reading.parsed.frame for name, reading in readings.items()}
    found_wrong = [
        *disagreements(frames, settings),
        *item_disagreements(frames),
        *place_disagreements(frames),
        *planners_disagreements(frames),
    ]
    _refuse_disagreements(path, readings, found_wrong)
    if "stock" in frames:
        frames["stock"] = _stock_without_negatives(frames["stock"], settings, notes)
    told = (*notes, *_notes(readings), *_bucket_note(frames["sales"], settings))
    return Dataset(frames, settings, told)


def _settings(
    found: Found, settings_file: Path | None, overrides: Mapping[str, object] | None
) -> Settings:
    """The settings, the dataset's own first, later ones over them."""
    layers = list(found.settings)
    if settings_file is not None:
        layers.append((str(settings_file), read_settings_file(settings_file)))
    return load_settings(layers, overrides)


def _reporter(progress: Progress, name: str, left: int) -> Callable[[int], None]:
    """Progress of one table."""
    return lambda rows: progress(name, rows, left)


def _as_settings_say(table: Table, settings: Settings) -> Table:
    """The table, with negative stock let through where the settings say what it means."""
    if table.name != "stock" or settings.negative_stock == "refuse":
        return table.as_read()
    columns = tuple(
        replace(column, minimum=None) if column.name == "on_hand" else column
        for column in table.columns
    )
    return replace(table, columns=columns)


def read_raw(
    raw: RawTable, table: Table, notes: list[Note], report: Callable[[int], None] | None = None
) -> Reading:
    """One table, block by block."""
    header = read_header(raw.header, table, raw.file)
    if header.ignored:
        named = ", ".join(repr(name) for name in header.ignored if name.strip())
        words = f"columns that are not used: {named}" if named else "columns without a name"
        notes.append(Note(table.name, words, len(header.ignored)))
    parsed = read_table(raw, table, header.used, report)
    if table.name == "sales" and parsed.frame.empty and not parsed.faults.count:
        raise DataError("the sales table has no rows", raw.file, "Put at least one sale into it.")
    return Reading(raw, parsed)


def read_table(
    raw: RawTable,
    table: Table,
    names: Sequence[str],
    report: Callable[[int], None] | None = None,
) -> Parsed:
    """The columns `names` of one table, block by block; `report` is told the rows so far."""
    parser = TableParser(table, names)
    for block in raw.blocks(table, names):
        parser.add(block)
        if report is not None:
            report(parser.rows)
    return parser.finish(text_as_category=table.name == "sales")


def refuse_bad_cells(path: Path | str, readings: Mapping[str, Reading]) -> None:
    """Raise with the first bad cells of all tables, if there are any."""
    cells: list[BadCell] = []
    count = 0
    for reading in readings.values():
        count += reading.parsed.faults.count
        if len(cells) < SHOWN_PROBLEMS:
            cells += _cells(reading.raw, reading.parsed.faults.first)
    if count:
        raise _refusal(path, cells, count)


def _cells(raw: RawTable, faults: list[Fault]) -> list[BadCell]:
    """Faults with the lines of their file."""
    rows = [fault.row for fault in faults]
    others = [fault.other for fault in faults if fault.other is not None]
    lines = dict(zip([*rows, *others], raw.lines([*rows, *others]), strict=True))
    return [
        BadCell(
            raw.file,
            lines[fault.row],
            fault.column,
            fault.value,
            fault.why if fault.other is None else f"{fault.why} {lines[fault.other]}",
        )
        for fault in faults
    ]


def _refuse_disagreements(
    path: Path | str, readings: Mapping[str, Reading], found: list[Disagreement]
) -> None:
    """Raise with the first rows that disagree, if there are any."""
    cells: list[BadCell] = []
    for one in found:
        reading = readings[one.table]
        values = reading.parsed.frame[one.column]
        rows = reading.parsed.file_rows(one.rows)
        first = np.argsort(rows)[:SHOWN_PROBLEMS]
        faults = [
            Fault(int(rows[i]), one.column, _shown(values.iloc[one.rows[i]]), one.why)
            for i in first
        ]
        cells += _cells(reading.raw, faults)
    if cells:
        raise _refusal(path, cells, sum(int(one.rows.size) for one in found))


def _shown(value: object) -> str:
    """A value as it may have stood in the file; nothing for a missing one."""
    return "" if value is None or value is pd.NaT or value != value else written(value)


def _refusal(path: Path | str, cells: list[BadCell], count: int) -> DataError:
    """The one error for every bad cell of a dataset."""
    number = "one cell" if count == 1 else f"{count:,} cells"
    return DataError(
        f"the dataset is refused for {number}; the first: {cells[0].sentence()}",
        str(path),
        "Mend the cells that are named, then read it again.",
        cells,
        count,
    )


def _stock_without_negatives(
    stock: pd.DataFrame, settings: Settings, notes: list[Note]
) -> pd.DataFrame:
    """Negative stock read as nothing, or as units that customers wait for, as the settings say."""
    below = stock["on_hand"] < 0
    count = int(below.sum())
    if not count:
        return stock
    owed = stock["on_hand"].where(below, 0.0).abs()
    stock = stock.assign(on_hand=stock["on_hand"].where(~below, 0.0))
    words = f"{NEGATIVE_STOCK} read as nothing on hand"
    if settings.negative_stock == "backorder":
        stock = stock.assign(backordered=stock["backordered"] + owed)
        words = f"{NEGATIVE_STOCK} read as units that customers wait for"
    notes.append(Note("stock", words, count))
    return stock


def _notes(readings: Mapping[str, Reading]) -> list[Note]:
    """Blanks taken off and defaults filled in, a note a column."""
    notes = []
    for name, reading in readings.items():
        parsed = reading.parsed
        if parsed.skipped.size:
            notes.append(Note(name, "empty rows skipped", int(parsed.skipped.size)))
        for column, count in parsed.trimmed.items():
            notes.append(Note(name, f"blanks around {column} taken off", count))
        for column, count in parsed.filled.items():
            default = written(parsed.table.column(column).default)
            notes.append(Note(name, f"blank {column} read as {default}", count))
    return notes


def _bucket_note(sales: pd.DataFrame, settings: Settings) -> list[Note]:
    """Which bucket the dates say, where the settings are silent."""
    if settings.bucket is not None:
        return []
    bucket = infer_bucket(pd.unique(sales["date"]))
    return [Note("sales", f"the dates say that a bucket is a {bucket.value}")]
