"""A whole dataset into the store and out of it; in between it is the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from domain.errors import DataError
from domain.tables import TABLES
from planning.dataset import Dataset
from planning.store.locate import SETTINGS_FILE, locate
from planning.store.raw import all_suffixes, format_of
from planning.store.read import read_dataset
from planning.store.service.frames import as_arrow, checked_frame
from planning.store.service.interface import Tables
from planning.store.service.records import Written
from planning.store.service.toml_text import toml_text
from planning.whole_files import ResultFolder

EXPORT_FOLDER = ResultFolder("dataset", (*(f"{name}.parquet" for name in TABLES), SETTINGS_FILE))


def import_dataset(path: Path, store: Tables, by: str) -> tuple[Dataset, Written]:
    """Make the store hold the dataset at `path` and nothing else; refused as a whole if bad."""
    dataset = read_dataset(path)
    settings: dict[str, Any] = {}
    for _, layer in locate(path).settings:
        settings = _laid_over(settings, layer)
    return dataset, store.replace_all(dataset, settings, by)


def export_dataset(store: Tables, out: Path) -> dict[str, int]:
    """Write the store as a dataset of Parquet files and settings.toml; rows by table."""
    EXPORT_FOLDER.refuse_foreign(out)
    version = store.version()
    dataset = store.as_dataset(version)
    settings = store.settings()

    def fill(draft: Path) -> None:
        for name, frame in dataset.tables.items():
            pq.write_table(as_arrow(frame, TABLES[name]), draft / f"{name}.parquet")
        if settings:
            (draft / SETTINGS_FILE).write_text(toml_text(settings), encoding="utf-8")

    EXPORT_FOLDER.write(out, fill)
    return {name: len(frame) for name, frame in dataset.tables.items()}


def import_file(
    path: Path, table: str, store: Tables, by: str, taken_at: float | None = None
) -> Written:
    """Put the rows of one file in place, all or none; `taken_at`: they are a snapshot."""
    known = format_of(path.name)
    if known is None:
        raise DataError(
            f"{path.name} is no file that can be read", path.name, f"Send {all_suffixes()}."
        )
    if table not in TABLES:
        raise DataError(f"there is no table {table!r}", table, "See docs/tables.md.")
    encoding = str(store.settings().get("encoding", "utf-8"))
    frame = checked_frame(known[1].open(path, encoding), TABLES[table])
    if taken_at is None:
        return store.upsert(table, frame, by)
    return store.replace_snapshot(table, frame, taken_at, by)


def _laid_over(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with later ones over them, as JSON values: days as ISO text."""
    made = dict(under)
    for name, value in over.items():
        below = made.get(name)
        if isinstance(value, Mapping):
            made[name] = _laid_over(below if isinstance(below, Mapping) else {}, value)
        else:
            made[name] = _plain(value)
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_laid_over({}, v) if isinstance(v, Mapping) else _plain(v) for v in value]
    return value.isoformat() if isinstance(value, dt.date) else value
