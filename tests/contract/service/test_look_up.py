"""The look-up that is asked most: what the records say, of several products at once."""

from __future__ import annotations

import sqlalchemy as sa

from planning.store.service.records import Action, Change, KeptLine, Recommendation
from planning.store.service.sql_store import SqlStore
from tests.contract.service.conftest import OpenStore
from tests.contract.service.published import line, publish

SKUS = ("b", "a'; --", "Ä-1", 'say "ä\\ö"')


def same(kept: KeptLine, one: Recommendation) -> bool:
    """Whether a kept line is that recommendation, change for change."""
    return (kept.id, kept.change, kept.state) == (one.id, one.change, one.state.value)


def test_it_says_of_each_product_what_the_records_say(store: SqlStore) -> None:
    for place in ("south", "north"):
        publish(store, [line(n, sku, place) for n, sku in enumerate(SKUS, start=1)])
    told = store.lines_of([*SKUS, "none such"])
    assert set(told) == set(SKUS)
    for sku in SKUS:
        wanted = store.of_skus([sku])
        assert [one.location for one in wanted] == ["north", "south"]
        assert all(map(same, told[sku], wanted))
        assert len(told[sku]) == len(wanted)
        assert told[sku] == store.lines_of([sku])[sku]
    assert store.lines_of([]) == {}


def test_what_another_process_was_told_is_done_is_seen_at_once(
    store: SqlStore, open_another: OpenStore
) -> None:
    plan = publish(store, [line(1, "a")])
    assert [one.state for one in store.lines_of(["a"])["a"]] == ["proposed"]
    open_another().apply([Change(f"{plan.id}-1", Action.APPROVE, "ann")])
    assert [one.state for one in store.lines_of(["a"])["a"]] == ["approved"]


def test_a_connection_that_died_unseen_is_replaced(store: SqlStore) -> None:
    publish(store, [line(1, "a")])
    before = store.lines_of(["a"])
    if store.local:
        store.look_up._kept.close()
    else:
        with store.database.write() as connection:
            others = "SELECT pg_terminate_backend(:one)"
            one = store.look_up._kept.info.backend_pid
            connection.execute(sa.text(others), {"one": one})
    assert store.lines_of(["a"]) == before


def test_a_product_of_few_lines_is_found_by_the_index(store: SqlStore) -> None:
    publish(store, [line(n, f"sku-{n}") for n in range(1, 200)])
    store.lines_of(["sku-7"])
    if store.local:
        asked = f"EXPLAIN QUERY PLAN {store.look_up._statement}"
        rows = store.look_up._kept.execute(asked, ("sku-7",)).fetchall()
    else:
        asked = f"EXPLAIN {store.look_up._statement}"
        rows = store.look_up._kept.execute(asked, {"skus": ["sku-7", "sku-8"]}).fetchall()
    assert "recommendations_of_sku" in str(rows)
