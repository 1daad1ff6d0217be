"""Tables in the store: what was put is there, once, in every version that had it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from domain.errors import ChangedError, ConflictError, DataError, NotFoundError, SettingsError
from domain.tables import TABLES
from planning.as_of import settle
from planning.plan_id import plan_id
from planning.store.read import read_dataset
from planning.store.service import turns
from planning.store.service.frames import ArrowTable, arrow_of_rows, checked_frame
from planning.store.service.history import History
from planning.store.service.sql_store import SqlStore
from tests.contract.service.conftest import OpenStore
from tests.contract.service.published import line, publish
from tests.e2e.shop import small_shop

HOUR = 3600.0
NOON = 1717243200.0  # 2024-06-01 12:00 UTC


def frame(table: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """Rows of a table as reading them would have it."""
    return checked_frame(ArrowTable(table, arrow_of_rows(rows, TABLES[table])), TABLES[table])


def sale(sku: str, date: str, units: float) -> dict[str, Any]:
    return {"sku": sku, "date": date, "units_sold": units}


def order(number: str, **more: Any) -> dict[str, Any]:
    base = {"order_id": number, "sku": "a", "quantity": 5.0, "due_on": "2024-06-10"}
    return base | more


SALES = [
    sale("a", "2024-06-01", 3.0),
    sale("a", "2024-06-02", 4.0),
    sale("b'; --", "2024-06-01", 1.0),
]


def test_a_dataset_is_the_same_after_it_was_kept(store: SqlStore, tmp_path: Path) -> None:
    shop = small_shop(ugly=True, skus=12)
    stock = shop.tables["stock"]
    shop.tables["stock"] = stock.assign(date=stock["date"].where(stock.index > 3))
    dataset = read_dataset(shop.write(tmp_path / "shop"))
    written = store.replace_all(dataset, {"bucket": "day"}, "ann")
    kept = store.as_dataset()
    assert kept.settings == dataset.settings
    assert list(kept.tables) == list(dataset.tables)
    for name, table in dataset.tables.items():
        pd.testing.assert_frame_equal(kept.tables[name], table)
    day = settle(dataset)[1]
    assert plan_id(kept, day) == plan_id(dataset, day)
    assert written.version == store.version() == 1


@pytest.mark.parametrize("table", ["sales", "items"])
def test_the_same_rows_twice_change_nothing(store: SqlStore, table: str) -> None:
    rows = frame("sales", *SALES) if table == "sales" else frame("items", {"sku": "a"})
    first = store.upsert(table, rows, "ann")
    again = store.upsert(table, rows, "ann")
    assert first.version == again.version == store.version() == 1
    assert again.rows == 0


def test_every_version_is_there_to_be_read(store: SqlStore) -> None:
    store.upsert("sales", frame("sales", *SALES), "ann")
    store.upsert("items", frame("items", {"sku": "a", "unit_cost": 2.0}), "ann")
    store.upsert("sales", frame("sales", sale("a", "2024-06-01", 9.0)), "ann")
    store.upsert("items", frame("items", {"sku": "a", "unit_cost": 3.0}), "ann")
    store.put_settings({"cycle_service_level": 0.9}, "ann")

    def known(version: int) -> tuple[float, float, float]:
        data = store.as_dataset(version)
        cost = float(data.tables["items"]["unit_cost"].iloc[0])
        units = float(data.tables["sales"]["units_sold"].iloc[0])
        return units, cost, data.settings.cycle_service_level

    assert [known(version) for version in (2, 3, 4, 5)] == [
        (3.0, 2.0, 0.95),
        (9.0, 2.0, 0.95),
        (9.0, 3.0, 0.95),
        (9.0, 3.0, 0.9),
    ]
    with pytest.raises(NotFoundError):
        store.as_dataset(6)


def test_pages_tell_every_row_once_and_find_by_value(store: SqlStore) -> None:
    rows = [sale(f"s{n % 3}", f"2024-06-{n:02}", float(n)) for n in range(1, 15)]
    store.upsert("sales", frame("sales", *rows), "ann")
    names = [f"item'{n}" for n in range(14)]
    store.upsert("items", frame("items", *({"sku": n, "category": "x"} for n in names)), "ann")
    for table, column in (("sales", "units_sold"), ("items", "sku")):
        seen, cursor = [], None
        while True:
            page = store.page(table, 5, cursor)
            seen += [row.values[column] for row in page.items]
            cursor = page.cursor
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 14
    some = store.page("sales", 9, where={"sku": ["s1"], "date": "2024-06-04"}).items
    assert [row.key for row in some] == [("s1", "main", "2024-06-04", "all")]
    assert store.row("sales", some[0].key) == some[0]
    assert store.row("items", ("item'3", None)) is not None
    assert store.row("items", ("nobody", None)) is None
    assert len(store.page("items", 20, where={"category": "x"}).items) == 14
    for bad in ({"colour": 1}, {"date": "soon"}):
        with pytest.raises(DataError):
            store.page("sales", 5, where=bad)


@pytest.mark.parametrize("table", ["sales", "items"])
def test_a_deleted_row_is_gone_and_only_as_it_was_read(store: SqlStore, table: str) -> None:
    store.upsert("sales", frame("sales", *SALES), "ann")
    store.upsert("items", frame("items", {"sku": "a"}, {"sku": "b"}), "ann")
    row = store.page(table, 1).items[0]
    with pytest.raises(ChangedError):
        store.delete_row(table, row.key, "ann", was={**row.values, "sku": "other"})
    assert store.delete_row(table, row.key, "ann", was=row.values).removed == 1
    assert store.row(table, row.key) is None
    assert len(store.page(table, 9).items) == (2 if table == "sales" else 1)
    with pytest.raises(NotFoundError):
        store.delete_row(table, row.key, "ann")


@pytest.mark.parametrize(("table", "column"), [("sales", "units_sold"), ("items", "unit_cost")])
@pytest.mark.parametrize("there", [True, False])
def test_of_several_who_read_the_same_one_may_change_it(
    store: SqlStore, open_another: OpenStore, table: str, column: str, there: bool
) -> None:
    whole = {"sku": "a"} if table == "items" else {"sku": "a", "date": "2024-06-01"}
    store.upsert("sales", frame("sales", *SALES), "ann")
    if there:
        store.upsert(table, frame(table, {**whole, column: 1.0}), "ann")
    else:
        whole["sku"] = "new"
    key = tuple({"location": "main", "channel": "all", **whole}.get(n) for n in TABLES[table].key)
    if table == "items":
        key = (whole["sku"], None)
    found = store.row(table, key)
    was = None if found is None else found.values
    assert (was is not None) is there
    others = [open_another() for _ in range(4)]
    won: list[float] = []
    lost: list[ChangedError] = []

    def put(one: SqlStore, value: float) -> None:
        try:
            one.put_row(table, frame(table, {**whole, column: value}), "bob", was)
            won.append(value)
        except ChangedError as error:
            lost.append(error)

    threads = [threading.Thread(target=put, args=(one, 10.0 + n)) for n, one in enumerate(others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 3)
    now = store.row(table, key)
    assert now is not None
    assert now.values[column] == won[0]


def test_settings_are_replaced_only_as_they_were_read(store: SqlStore) -> None:
    store.put_settings({"review_period_days": 7}, "ann")
    with pytest.raises(ChangedError):
        store.put_settings({"review_period_days": 9}, "bob", was={})
    store.put_settings({"review_period_days": 9}, "bob", was={"review_period_days": 7})
    assert store.settings() == {"review_period_days": 9}


def test_a_snapshot_drops_what_it_does_not_hold_and_an_older_one_is_refused(
    store: SqlStore,
) -> None:
    store.replace_snapshot("open_orders", frame("open_orders", order("1"), order("2")), NOON, "erp")
    with pytest.raises(ConflictError, match="newer snapshot"):
        store.replace_snapshot("open_orders", frame("open_orders", order("1")), NOON - 1, "erp")
    store.replace_snapshot("open_orders", frame("open_orders", order("2")), NOON + HOUR, "erp")
    assert [row.key for row in store.page("open_orders", 9).items] == [("2", "1")]


@pytest.mark.parametrize("table", ["stock", "open_orders"])
def test_a_snapshot_that_changes_nothing_is_still_the_newest(store: SqlStore, table: str) -> None:
    counted = {"sku": "a", "date": "2024-06-01", "on_hand": 1.0}
    rows = frame("stock", counted) if table == "stock" else frame("open_orders", order("1"))
    for taken_at in (NOON, NOON + HOUR):
        assert store.replace_snapshot(table, rows, taken_at, "erp").version == 1
    with pytest.raises(ConflictError, match="newer snapshot"):
        store.replace_snapshot(table, rows, NOON + 1.0, "erp")
    assert store.version() == 1


def test_a_snapshot_of_stock_keeps_the_history_of_other_days(store: SqlStore) -> None:
    def counted(*rows: tuple[str, str | None]) -> pd.DataFrame:
        some = [{"sku": sku, "date": day, "on_hand": 1.0} for sku, day in rows]
        return frame("stock", *some)

    store.replace_snapshot("stock", counted(("a", "2024-05-31"), ("b", "2024-05-31")), 1.0, "erp")
    store.replace_snapshot("stock", counted(("a", None), ("b", None)), NOON, "erp")
    store.replace_snapshot("stock", counted(("b", None)), NOON + HOUR, "erp")
    kept = {(row.values["sku"], row.values["date"]) for row in store.page("stock", 9).items}
    assert kept == {("a", "2024-05-31"), ("b", "2024-05-31"), ("b", "2024-06-01")}


def test_history_that_nobody_said_counts_is_gone_behind(
    store: SqlStore, open_another: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.upsert("sales", frame("sales", *SALES), "ann")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store.database, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            store.upsert("sales", frame("sales", sale("ghost", "2024-06-01", 99.0)), "ann")
    other = open_another()
    other.upsert("sales", frame("sales", sale("c", "2024-06-01", 5.0)), "bob")
    assert [row.key[0] for row in store.page("sales", 9).items] == ["a", "a", "b'; --", "c"]


def test_a_writer_that_another_overtook_writes_on_top_of_that_one(
    store: SqlStore, open_another: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.upsert("sales", frame("sales", *SALES), "ann")
    other, real, overtaken = open_another(), History.upsert, []

    def slow(history: History, *arguments: Any) -> int:
        made = real(history, *arguments)
        if history is store.history and not overtaken:
            overtaken.append(True)
            other.upsert("sales", frame("sales", sale("c", "2024-06-01", 5.0)), "bob")
        return made

    monkeypatch.setattr(turns, "LONGEST_SECONDS", 0.2)  # the other goes ahead out of its turn
    monkeypatch.setattr(History, "upsert", slow)
    store.upsert("sales", frame("sales", sale("d", "2024-06-01", 6.0)), "ann")
    assert [row.key[0] for row in store.page("sales", 9).items] == ["a", "a", "b'; --", "c", "d"]
    assert store.version() == 3


def test_an_open_order_takes_over_what_was_released(store: SqlStore) -> None:
    plan = publish(store, [line(1, "a"), line(2, "b")])
    id = f"{plan.id}-1"
    store.upsert("open_orders", frame("open_orders", order("9", recommendation_id=id)), "erp")
    assert store.recommendation(id).on_order_since == 1
    assert store.recommendation(f"{plan.id}-2").on_order_since is None


def test_settings_that_cannot_hold_are_refused_and_nothing_is_kept(store: SqlStore) -> None:
    with pytest.raises(SettingsError):
        store.put_settings({"cycle_service_level": 2.0}, "ann")
    assert (store.settings(), store.version()) == ({}, 0)


def test_a_store_without_sales_is_no_dataset(store: SqlStore) -> None:
    with pytest.raises(DataError, match="no sales"):
        store.as_dataset()


def test_rows_that_contradict_each_other_are_no_dataset(store: SqlStore) -> None:
    store.upsert("sales", frame("sales", *SALES), "ann")
    store.upsert("suppliers", frame("suppliers", {"supplier": "near", "lead_time_days": 3.0}), "a")
    store.upsert("items", frame("items", {"sku": "a", "supplier": "far"}), "ann")
    with pytest.raises(DataError, match="far"):
        store.as_dataset()
