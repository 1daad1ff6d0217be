"""Recommendations in SQL; see `interface.Recommendations`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update
from sqlalchemy.sql.elements import ColumnElement

from domain.errors import RestockError
from planning.store.service.database import Database, count
from planning.store.service.doing import as_done, refuse_stale
from planning.store.service.history import History
from planning.store.service.lifecycle import ON_ORDER
from planning.store.service.look_up import KEPT_COLUMNS, look_up_on
from planning.store.service.part import Entry, Part, encoded, not_there, whole_numbers
from planning.store.service.records import (
    Change,
    KeptLine,
    Outcome,
    Page,
    Recommendation,
    RecommendationFilter,
    State,
)
from planning.store.service.rows import parts
from planning.store.service.schema import COUNTERS, RECOMMENDATIONS

COLUMNS = RECOMMENDATIONS.c
TOLD = ("state", "quantity", "due_on", "quantity_received", "erp_order_id")
"""What the audit keeps of a recommendation before and after."""
WRITTEN = (
    "change", "quantity", "due_on", "order_value", "changed_at", "quantity_received",
    "erp_order_id", "reason",
)  # fmt: skip
"""What an action may write beside the state."""
EVERY = RecommendationFilter()


class SqlRecommendations(Part):
    """See `interface.Recommendations`."""

    def __init__(self, database: Database, history: History, workspace: Path) -> None:
        super().__init__(database, history, workspace)
        self.look_up = look_up_on(database)

    def changes(
        self, limit: int, cursor: str | None = None, only: RecommendationFilter | None = None
    ) -> Page[Recommendation]:
        """See `interface.Recommendations`."""
        only = only or EVERY
        rows, following = self._changed(RECOMMENDATIONS.c, limit, cursor, only)
        found = [recommendation_of(row) for row in rows]
        if only.states is not None:
            found = [replace(one, tombstone=one.state not in only.states) for one in found]
        return Page(tuple(found), following)

    def kept_changes(
        self, limit: int, cursor: str | None = None, only: RecommendationFilter | None = None
    ) -> Page[KeptLine]:
        """See `interface.Recommendations`."""
        rows, following = self._changed(KEPT_COLUMNS, limit, cursor, only or EVERY)
        return Page(tuple(map(KeptLine._make, rows)), following)

    def _changed(
        self, columns: Iterable[Any], limit: int, cursor: str | None, only: RecommendationFilter
    ) -> tuple[Sequence[Row[Any]], str]:
        """Rows changed after the cursor, and the cursor after them."""
        with self.database.read() as connection:
            if cursor is None:
                after, began = 0, last_change(connection)
            else:
                after, began = whole_numbers(cursor, 2)
            asked = select(*columns).where(COLUMNS.change > after, *_matching(only))
            if only.states is not None:
                # What was in other states before the first page was never told of.
                wanted = COLUMNS.state.in_(sorted(only.states))
                asked = asked.where(wanted | (COLUMNS.change > began))
            rows = connection.execute(asked.order_by(COLUMNS.change).limit(limit)).all()
        end = rows[-1].change if rows else max(after, 0)
        return rows, encoded(end, began)

    def recommendation(self, id: str) -> Recommendation:
        """See `interface.Recommendations`."""
        with self.database.read() as connection:
            row = connection.execute(select(RECOMMENDATIONS).where(COLUMNS.id == id)).first()
        if row is None:
            raise not_there("recommendation", id)
        return recommendation_of(row)

    def of_skus(
        self, skus: Collection[str], only: RecommendationFilter | None = None
    ) -> list[Recommendation]:
        """See `interface.Recommendations`."""
        only = only or EVERY
        conditions = _matching(only)
        if only.states is not None:
            conditions.append(COLUMNS.state.in_(sorted(only.states)))
        found: list[Recommendation] = []
        with self.database.read() as connection:
            for part in parts(sorted(set(skus))):
                asked = select(RECOMMENDATIONS).where(COLUMNS.sku.in_(part), *conditions)
                found += map(recommendation_of, connection.execute(asked))
        return sorted(found, key=lambda one: (one.sku, one.location, one.change))

    def lines_of(self, skus: Sequence[str]) -> Mapping[str, Sequence[KeptLine]]:
        """See `interface.Recommendations`."""
        return self.look_up.lines(skus)

    def apply(self, changes: Sequence[Change]) -> list[Outcome]:
        """See `interface.Recommendations`."""
        if not changes:
            return []
        with self.database.write() as connection:
            last = count(connection, "change", len(changes))
            first = last - len(changes) + 1
            at = self.database.now(connection)
            now = _by_id(connection, [change.id for change in changes])
            outcomes, entries = [], []
            for number, change in enumerate(changes, start=first):
                outcome = _done(now.get(change.id), change, number, at)
                outcomes.append(outcome)
                if outcome.changed and outcome.recommendation is not None:
                    entries.append(_entry(now[change.id], outcome.recommendation, change))
                    now[change.id] = outcome.recommendation
            _keep(connection, [one for one in outcomes if one.changed])
            self.tell(connection, at, entries)
        return outcomes

    def on_order(self) -> tuple[int, list[Recommendation]]:
        """See `interface.Recommendations`."""
        with self.database.read() as connection:
            return last_change(connection), released(connection)


def released(connection: Connection) -> list[Recommendation]:
    """Released lines that no open orders have named yet, by id."""
    asked = select(RECOMMENDATIONS).where(
        COLUMNS.state.in_(sorted(ON_ORDER)), COLUMNS.on_order_since.is_(None)
    )
    return [recommendation_of(row) for row in connection.execute(asked.order_by(COLUMNS.id))]


def last_change(connection: Connection) -> int:
    """The number of the last change there was."""
    asked = select(COUNTERS.c.value).where(COUNTERS.c.name == "change")
    return int(connection.execute(asked).scalar_one())


def _done(now: Recommendation | None, change: Change, number: int, at: float) -> Outcome:
    """What becomes of one change."""
    try:
        if now is None:
            raise not_there("recommendation", change.id)
        refuse_stale(now, change)
        done = as_done(now, change)
    except RestockError as error:
        return Outcome(change.id, now, error)
    if done is now:
        return Outcome(change.id, now)
    done = replace(done, change=number, changed_at=at, reason=change.reason)
    return Outcome(change.id, done, changed=True)


def _entry(before: Recommendation, after: Recommendation, change: Change) -> Entry:
    return Entry(
        change.by,
        change.action,
        "recommendation",
        change.id,
        {name: getattr(before, name) for name in TOLD},
        {name: getattr(after, name) for name in TOLD},
        change.reason,
    )


def _keep(connection: Connection, done: Sequence[Outcome]) -> None:
    """Write recommendations as they stand after their last change of several."""
    final = {one.id: one.recommendation for one in done if one.recommendation is not None}
    released_at = {
        one.id: one.recommendation.change
        for one in done
        if one.recommendation is not None and one.recommendation.state is State.RELEASED
    }
    if not final:
        return
    told = update(RECOMMENDATIONS).where(COLUMNS.id == bindparam("of"))
    rows = [
        {"of": id, "state": one.state.value, "released_now": released_at.get(id)}
        | {f"{name}_now": getattr(one, name) for name in WRITTEN}
        for id, one in final.items()
    ]
    values: dict[str, Any] = {name: bindparam(f"{name}_now") for name in WRITTEN}
    values["released_change"] = func.coalesce(COLUMNS.released_change, bindparam("released_now"))
    connection.execute(told.values(state=bindparam("state"), **values), rows)


def _by_id(connection: Connection, ids: Sequence[str]) -> dict[str, Recommendation]:
    """Recommendations by id, held until the transaction ends."""
    found: dict[str, Recommendation] = {}
    for part in parts(sorted(set(ids))):
        asked = select(RECOMMENDATIONS).where(COLUMNS.id.in_(part)).with_for_update()
        found |= {row.id: recommendation_of(row) for row in connection.execute(asked)}
    return found


def _matching(only: RecommendationFilter) -> list[ColumnElement[bool]]:
    """The conditions of a filter on what never changes."""
    conditions = [] if only.plan is None else [COLUMNS.plan == only.plan]
    columns: Mapping[str, frozenset[str] | None] = {
        "location": only.locations,
        "supplier": only.suppliers,
        "sku": only.skus,
    }
    for name, wanted in columns.items():
        if wanted is not None:
            conditions.append(COLUMNS[name].in_(sorted(wanted)))
    return conditions


def recommendation_of(row: Row[Any]) -> Recommendation:
    """A row of the table as a record."""
    values = row._mapping
    names = (
        "id", "plan", "change", "sku", "location", "supplier", "quantity", "due_on",
        "order_value", "line", "changed_at", "quantity_received", "erp_order_id", "reason",
        "on_order_since",
    )  # fmt: skip
    return Recommendation(state=State(values["state"]), **{name: values[name] for name in names})
