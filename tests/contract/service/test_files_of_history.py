"""Many small writes of history leave few files, and every version as it was."""

from collections import Counter
from threading import Thread

import pytest
from deltalake import DeltaTable

from planning.store.service import history
from planning.store.service.sql_store import SqlStore
from tests.contract.service.conftest import OpenStore
from tests.contract.service.test_tables import frame, sale

MOST = 3
WRITES = 10


def files(store: SqlStore) -> int:
    return store.verify_history()


def test_many_small_writes_leave_few_files_and_every_version(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_FILES", MOST)
    days = [f"2024-06-{day + 1:02}" for day in range(WRITES)]
    for number, day in enumerate(days, start=1):
        written = store.upsert("sales", frame("sales", sale("a", day, float(number))), "erp")
        assert (written.version, written.rows) == (number, 1)
        assert files(store) <= MOST + 1
    for version in range(1, WRITES + 1):
        kept = store.as_dataset(version).tables["sales"]
        assert list(kept["date"].astype(str)) == days[:version]
        assert list(kept["units_sold"]) == [float(n) for n in range(1, version + 1)]
    everything = frame("sales", *(sale("a", day, float(n)) for n, day in enumerate(days, 1)))
    assert store.upsert("sales", everything, "erp").version == store.version() == WRITES


def sold(store: SqlStore) -> Counter[str]:
    """How often the row of each day is there."""
    return Counter(str(row.key[2]) for row in store.page("sales", 1_000).items)


def test_files_folded_by_two_writers_at_once_hold_each_row_once(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Delta Lake lets the second folding of the same files stand beside the first."""
    monkeypatch.setattr(history, "MOST_FILES", MOST)
    folding = DeltaTable.optimize.fget
    assert folding is not None

    def after_another(table: DeltaTable) -> object:
        folding(DeltaTable(table.table_uri)).compact()
        return folding(table)

    monkeypatch.setattr(DeltaTable, "optimize", property(after_another))
    days = [f"2024-06-{day + 1:02}" for day in range(WRITES)]
    for number, day in enumerate(days, start=1):
        store.upsert("sales", frame("sales", sale("a", day, float(number))), "erp")
        assert sold(store) == Counter(days[:number])


def test_writers_of_two_processes_keep_each_row_once(
    open_another: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_FILES", MOST)
    days = [f"2024-06-{day + 1:02}" for day in range(WRITES)]

    def write(store: SqlStore) -> None:
        for day in days:
            store.upsert("sales", frame("sales", sale("a", day, 1.0)), "erp")

    stores = [open_another() for _ in range(2)]
    threads = [Thread(target=write, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sold(stores[0]) == Counter(days)
    assert stores[0].version() == WRITES
