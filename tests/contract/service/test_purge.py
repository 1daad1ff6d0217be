"""What is purged is what nobody can ask for: kept plans can be computed again."""

from __future__ import annotations

import os
import time

import pytest
from deltalake import DeltaTable

from domain.errors import NotFoundError
from planning.store.service.purge import purge
from planning.store.service.records import Action, Change
from planning.store.service.sql_store import SqlStore
from tests.contract.service.published import line, publish
from tests.contract.service.test_tables import frame, sale

DAY = 86400.0


def years(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ten versions, two a plan, a hundred days apart; each plan has a folder. Ids of plans."""
    begun = time.time() - 500 * DAY
    plans = []
    for number in range(5):
        monkeypatch.setattr(store.database, "now", lambda _c, n=number: begun + n * 100 * DAY)
        store.upsert("sales", frame("sales", sale("a", "2024-06-01", 1.0 + number)), "ann")
        store.upsert("items", frame("items", {"sku": "a", "unit_cost": 1.0 + number}), "ann")
        store.workspace.joinpath("plans").mkdir(exist_ok=True)
        plan = publish(store, [line(1, "a")])
        folder = store.folder_of_plans() / f"p{number}"
        folder.mkdir()
        (folder / "summary.json").write_text("{}")
        set_folder(store, plan.id, folder.name, store.version())
        plans.append(plan.id)
    monkeypatch.setattr(store.database, "now", lambda _c: time.time())
    return plans


def set_folder(store: SqlStore, plan: str, folder: str, version: int) -> None:
    from sqlalchemy import update

    from planning.store.service.schema import PLANS

    with store.database.write() as connection:
        told = update(PLANS).where(PLANS.c.id == plan)
        connection.execute(told.values(folder=folder, version=version))


def folders(store: SqlStore) -> list[str]:
    return sorted(entry.name for entry in store.folder_of_plans().iterdir())


def test_old_plans_lose_their_files_and_kept_ones_can_be_computed_again(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = years(store, monkeypatch)
    counted = purge(store, 250, "ann", dry=True)
    assert folders(store) == ["p0", "p1", "p2", "p3", "p4"]
    done = purge(store, 250, "ann")
    assert (done.plans, done.versions, done.rows) == (counted.plans, counted.versions, counted.rows)
    assert folders(store) == ["p3", "p4"]
    assert store.plan(plans[0]).files == ()
    assert store.plan(plans[0]).state == "published"
    for plan in plans[3:]:
        version = store.plan(plan).version
        dataset = store.as_dataset(version)
        assert (
            dataset.tables["sales"]["units_sold"].item()
            == dataset.tables["items"]["unit_cost"].item()
        )
    with pytest.raises(NotFoundError):
        store.as_dataset(1)
    again = purge(store, 250, "ann")
    assert (again.plans, again.versions, again.rows) == (0, 0, 0)


def test_a_plan_with_an_order_on_its_way_is_kept_and_what_it_was_made_from(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = years(store, monkeypatch)
    newest = f"{plans[4]}-1"
    for action in (Action.APPROVE, Action.RELEASE):
        assert store.apply([Change(newest, action, "ann")])[0].error is None
    publish(store, [line(1, "b")])
    set_folder(store, plans[4], "p4", store.version())
    done = purge(store, 1, "ann")
    assert folders(store) == ["p4"]
    assert done.plans == 4
    assert store.recommendation(newest).state == "released"
    assert len(store.as_dataset().tables["sales"]) == 1


def test_nothing_goes_while_nothing_is_old(store: SqlStore) -> None:
    store.upsert("sales", frame("sales", sale("a", "2024-06-01", 1.0)), "ann")
    store.upsert("sales", frame("sales", sale("a", "2024-06-01", 2.0)), "ann")
    done = purge(store, 30, "ann")
    assert (done.plans, done.versions, done.rows, done.files) == (0, 0, 0, 0)
    assert store.as_dataset(1).tables["sales"]["units_sold"].tolist() == [1.0]


def test_versions_do_not_go_by_themselves(store: SqlStore) -> None:
    for units in range(1, 5):
        store.upsert("sales", frame("sales", sale("a", "2024-06-01", float(units))), "ann")
    folder = store.workspace / "history" / "sales"
    old = time.time() - 400 * DAY
    for file in (folder / "_delta_log").iterdir():
        os.utime(file, (old, old))
    delta = DeltaTable(str(folder))
    delta.create_checkpoint()
    delta.cleanup_metadata()
    assert store.as_dataset(1).tables["sales"]["units_sold"].tolist() == [1.0]


def test_files_that_only_older_versions_have_can_go(store: SqlStore) -> None:
    for units in range(1, 5):
        store.upsert("sales", frame("sales", sale("a", "2024-06-01", float(units))), "ann")
    counted = store.history.vacuum("sales", 0, dry=True)
    assert counted > 0
    assert store.as_dataset(1).tables["sales"]["units_sold"].tolist() == [1.0]
    assert store.history.vacuum("sales", 0, dry=False) == counted
    assert store.as_dataset().tables["sales"]["units_sold"].tolist() == [4.0]
