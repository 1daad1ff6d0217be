"""Tables: what the plans are made from, posted, read, put and deleted by row."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AwareDatetime

from api.http import schemas
from api.http.answers import (
    dumped,
    entity_tag,
    finite,
    refuse_changed,
    respond_json,
    respond_rows,
)
from api.http.contracts import LISTED, ONCE, POSTED, READ, problems
from api.http.keyed import filters, key_values, refuse_other_places
from api.http.paging import DEFAULT_LIMIT, Cursor, Limit
from api.http.principals import READ as MAY_READ
from api.http.principals import WRITE, Principal, require
from api.http.problems import Refusal
from api.http.routing import ServiceRoute
from api.http.rows import Judged, judge, judge_each, refuse
from domain.columns import Table
from domain.errors import SHOWN_PROBLEMS
from domain.tables import TABLES
from planning.store.service.interface import ServiceStore
from planning.store.service.records import TableRow, Written

router = APIRouter(prefix="/v1", tags=["tables"], route_class=ServiceRoute)
Name = Annotated[
    str, Path(description="A table of docs/tables.md.", json_schema_extra={"enum": list(TABLES)})
]
SNAPSHOTS = ("stock", "open_orders")
ROW = {**READ, **problems(404)}


@router.get("/tables", operation_id="list_tables", response_model=schemas.Items, responses=READ)
async def declared(request: Request) -> Response:
    """Every table with its columns, their kinds, units, bounds and defaults."""
    require(request, MAY_READ)
    return respond_json(
        request, {"items": [_declaration(t) for t in TABLES.values()], "next": None}
    )


@router.get(
    "/tables/{table}",
    operation_id="list_rows",
    response_model=schemas.Items,
    responses={**LISTED, **problems(404, 406)},
)
def listed(
    request: Request, table: Name, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Response:
    """Rows by key; any column as a parameter keeps those that have its value (sku=A-100)."""
    principal = require(request, MAY_READ)
    asked = known(table)
    where: dict[str, Any] = filters(request, asked, ("limit", "cursor"))
    if principal.locations is not None and "location" in asked.names:
        wanted = where.get("location", sorted(principal.locations))
        where["location"] = [one for one in wanted if one in principal.locations]
    store: ServiceStore = request.app.state.store
    page = store.page(table, limit, cursor, where)
    rows = [finite(row.values) for row in page.items]
    return respond_rows(request, rows, asked.names, page.cursor)


@router.post(
    "/tables/{table}",
    operation_id="post_rows",
    response_model=schemas.WrittenAnswer,
    responses={**POSTED, **problems(404, 409, 413, 415, 507)},
    openapi_extra=ONCE,
)
def posted(
    request: Request,
    table: Name,
    body: schemas.Rows,
    partial: Annotated[bool, Query(description="Keep the good rows, tell of the bad.")] = False,
    dry_run: Annotated[bool, Query(description="Check, and keep nothing.")] = False,
    mode: Literal["upsert", "snapshot"] = "upsert",
    taken_at: Annotated[AwareDatetime | None, Query(description="Of a snapshot.")] = None,
) -> Response:
    """Put rows in place by their key: all of them or none, unless `partial`.

    A snapshot of `stock` or `open_orders` says all there is: absent rows vanish, and one older
    than the last is refused (409).
    """
    principal = require(request, WRITE)
    asked = known(table)
    if mode == "snapshot" and (table not in SNAPSHOTS or partial or taken_at is None):
        raise Refusal(
            "invalid",
            "a snapshot is of stock or open_orders, whole, and says when it was taken",
            "mode",
            "Send taken_at with its offset from UTC, and no partial.",
        )
    judged, bad = _judged(body, asked, partial)
    refuse_other_places(principal, judged.frame, asked, mode == "snapshot")
    written = Written(0, len(judged.frame))
    if not dry_run and (len(judged.frame) or mode == "snapshot"):
        written = _write(request, principal, asked, judged, taken_at)
    return respond_json(
        request,
        {
            "version": written.version,
            "rows": written.rows,
            "removed": written.removed,
            "refused": bad,
            "dry_run": dry_run,
            "errors": judged.errors[:SHOWN_PROBLEMS],
        },
    )


def _judged(body: schemas.Rows, table: Table, partial: bool) -> tuple[Judged, int]:
    """The rows that may be written and the number of those that may not."""
    if partial:
        frame, errors, bad = judge_each(body.rows, table)
        return Judged(frame, errors, len(errors)), bad
    judged = judge(body.rows, table)
    refuse(judged, table.name)
    return judged, 0


def _write(
    request: Request,
    principal: Principal,
    table: Table,
    judged: Judged,
    taken_at: dt.datetime | None,
) -> Written:
    """Keep rows, as an upsert or as all there is."""
    store: ServiceStore = request.app.state.store
    if taken_at is None:
        return store.upsert(table.name, judged.frame, principal.name)
    frame = judged.frame if len(judged.frame.columns) else judge_nothing(table)
    return store.replace_snapshot(table.name, frame, taken_at.timestamp(), principal.name)


def judge_nothing(table: Table) -> Any:
    """A frame of no rows, typed like any other of the table."""
    from domain.parsing import TableParser

    return TableParser(table.as_read(), ()).finish().frame


@router.get(
    "/tables/{table}/row", operation_id="get_row", response_model=schemas.RowAnswer, responses=ROW
)
def one(request: Request, table: Name) -> Response:
    """The row that the parameters name by the table's key columns; its ETag is for If-Match."""
    principal = require(request, MAY_READ)
    found = _row(request, principal, known(table), key_values(request, known(table)))
    row = finite(found.values)
    return respond_json(request, {"key": list(found.key), "row": row}, tag=_tag(found))


@router.put(
    "/tables/{table}/row",
    operation_id="put_row",
    response_model=schemas.WrittenAnswer,
    responses={**POSTED, **problems(404, 409, 412, 413, 415, 507)},
)
def put(request: Request, table: Name, body: schemas.OneRow) -> Response:
    """Put one row in place by its key; with If-Match only if it is still as it was read.

    With `If-None-Match: *` only if there is none yet.
    """
    principal = require(request, WRITE)
    asked = known(table)
    judged = judge([body.row], asked)
    refuse(judged, table)
    refuse_other_places(principal, judged.frame, asked, whole=False)
    store: ServiceStore = request.app.state.store
    if "if-match" in request.headers or "if-none-match" in request.headers:
        found = store.row(table, _key_of(judged, asked))
        refuse_changed(request, None if found is None else _tag(found))
        was = None if found is None else found.values
        written = store.put_row(table, judged.frame, principal.name, was)
    else:
        written = store.upsert(table, judged.frame, principal.name)
    return respond_json(request, told(written))


@router.delete(
    "/tables/{table}/row",
    operation_id="delete_row",
    response_model=schemas.WrittenAnswer,
    responses={**POSTED, **problems(404, 409, 412, 507)},
)
def deleted(request: Request, table: Name) -> Response:
    """Take away the row that the parameters name; with If-Match only if it is as it was read."""
    principal = require(request, WRITE)
    asked = known(table)
    key = key_values(request, asked)
    found = _row(request, principal, asked, key)
    if principal.locations is not None and "location" not in asked.names:
        raise Refusal("not-allowed", f"{table} is of all locations", "Authorization", "")
    refuse_changed(request, _tag(found))
    was = found.values if "if-match" in request.headers else None
    store: ServiceStore = request.app.state.store
    return respond_json(request, told(store.delete_row(table, key, principal.name, was)))


def known(name: str) -> Table:
    """The table of that name; raises Refusal for one that is none."""
    if name not in TABLES:
        mend = f"Known: {', '.join(TABLES)}."
        raise Refusal("not-found", f"there is no table {name[:80]!r}", "table", mend)
    return TABLES[name]


def _declaration(table: Table) -> dict[str, Any]:
    """A table's declaration for machines."""
    return {
        "table": table.name,
        "meaning": table.meaning,
        "key": list(table.key),
        "columns": [
            {
                "name": column.name,
                "kind": column.kind.value,
                "meaning": column.meaning,
                "unit": column.unit,
                "required": column.required,
                "default": column.default,
                "bounds": column.bounds(),
                "choices": list(column.choices),
            }
            for column in table.columns
        ],
    }


def _row(
    request: Request, principal: Principal, table: Table, key: list[str | float | None]
) -> TableRow:
    """The row with a key, where there is one that the principal may see."""
    store: ServiceStore = request.app.state.store
    found = store.row(table.name, key)
    place = None if found is None else found.values.get("location")
    hidden = principal.locations is not None and place is not None
    if found is None or (hidden and place not in (principal.locations or ())):
        mend = f"Its key columns are {', '.join(table.key)}."
        raise Refusal("not-found", f"{table.name} has no such row", "key", mend)
    return found


def _tag(row: TableRow) -> str:
    """The entity tag of a row: its values, whatever version wrote them."""
    return entity_tag(dumped(finite(row.values)))


def _key_of(judged: Judged, table: Table) -> list[str | float | None]:
    """The key of the one row of a frame, as the store takes it."""
    values: list[str | float | None] = []
    for name in table.key:
        value = judged.frame[name].iloc[0]
        if value != value or value is None:
            values.append(None)
        else:
            values.append(str(value.date()) if isinstance(value, dt.datetime) else value)
    return values


def told(written: Written) -> dict[str, Any]:
    """What became of a write."""
    return {"version": written.version, "rows": written.rows, "removed": written.removed}
