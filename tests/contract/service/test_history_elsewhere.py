"""History at an address instead of a folder of the workspace: the same store."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import UnavailableError
from planning.store.service.backup import back_up
from planning.store.service.open import open_store
from planning.store.service.restore import restore
from planning.store.service.sql_store import open_sql_store
from tests.contract.service.test_tables import frame, sale


def test_history_lies_where_the_address_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "bucket"
    place.mkdir()
    monkeypatch.setenv("RESTOCK_HISTORY_URL", f"file://{place}/")
    store = open_store(tmp_path / "w")
    store.upsert("sales", frame("sales", sale("a", "2024-06-01", 1.0)), "ann")
    store.upsert("sales", frame("sales", sale("a", "2024-06-01", 2.0)), "ann")
    assert (place / "sales" / "_delta_log").is_dir()
    assert not any((tmp_path / "w" / "history").iterdir())
    store.close()
    again = open_store(tmp_path / "w")
    rows = again.page("sales", 9).items
    assert [row.values["units_sold"] for row in rows] == [2.0]
    old = again.as_dataset(1).tables["sales"]
    assert old["units_sold"].tolist() == [1.0]
    row = rows[0]
    assert again.put_row("sales", frame("sales", sale("a", "2024-06-01", 3.0)), "b", row.values)
    again.close()


def test_a_backup_names_history_that_lies_elsewhere(tmp_path: Path) -> None:
    place = tmp_path / "bucket"
    place.mkdir()
    address = f"file://{place}"
    store = open_sql_store(tmp_path / "w", None, address)
    store.upsert("sales", frame("sales", sale("a", "2024-06-01", 1.0)), "ann")
    made = back_up(store, tmp_path / "backup")
    assert set(made.history) == {"sales"}
    assert not [name for name in made.files if name.startswith("history/")]
    store.close()
    restore(tmp_path / "backup", tmp_path / "again", None, address)
    again = open_sql_store(tmp_path / "again", None, address)
    assert len(again.as_dataset().tables["sales"]) == 1
    again.close()
    with pytest.raises(UnavailableError):
        restore(tmp_path / "backup", tmp_path / "lost", None, f"file://{tmp_path}/nowhere")
    assert not (tmp_path / "lost").exists()
