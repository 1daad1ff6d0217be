"""Many small writes of history leave few files, and every version as it was."""

import pytest

from planning.store.service import history
from planning.store.service.sql_store import SqlStore
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
