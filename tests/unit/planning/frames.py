"""Small datasets made by hand, as the reader would hand them over."""

from __future__ import annotations

from pathlib import Path

from planning.dataset import Dataset
from planning.store.read import read_dataset


def dataset(folder: Path, settings: str = "", **tables: str) -> Dataset:
    """A dataset from the text of its tables; a `sales` table is made where none is given."""
    tables.setdefault("sales", "sku,date,units_sold\na,2024-01-01,1\na,2024-01-02,2\n")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "settings.toml").write_text(settings, encoding="utf-8")
    return read_dataset(folder)
