"""Rows named by the parameters of an address, and which places a key may write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import pandas as pd
from starlette.requests import Request

from api.http.principals import Principal
from api.http.problems import Refusal
from api.http.rows import CONTROL, LONGEST_IDENTIFIER
from domain.columns import Column, Kind, Table

Value = str | float | bool


def filters(request: Request, table: Table, reserved: Collection[str]) -> dict[str, list[Value]]:
    """The parameters that are columns, typed; raises Refusal for one that is neither."""
    found: dict[str, list[Value]] = {}
    for name, text in request.query_params.multi_items():
        if name in reserved:
            continue
        if name not in table.names:
            mend = f"Columns of {table.name}: {', '.join(table.names)}."
            raise Refusal("invalid", f"{name[:80]!r} is no column", name[:80], mend)
        found.setdefault(name, []).append(_typed(text, table.column(name)))
    return found


def key_values(request: Request, table: Table) -> list[str | float | None]:
    """The key that the parameters name: absent key columns count as their default."""
    given = filters(request, table, ())
    other = [name for name in given if name not in table.key or len(given[name]) > 1]
    if other:
        what = f"{other[0]!r} is no key column, or is given twice"
        raise Refusal("invalid", what, other[0], f"The key is {', '.join(table.key)}, once each.")
    values: list[str | float | None] = []
    for name in table.key:
        column = table.column(name)
        if name not in given and column.required:
            mend = f"The key is {', '.join(table.key)}."
            raise Refusal("invalid", f"the key column {name!r} is missing", name, mend)
        values.append(given[name][0] if name in given else column.default)
    return values


def _typed(text: str, column: Column) -> Value:
    """A parameter as a value of the column."""
    wrong = ""
    if CONTROL.search(text) or len(text) > LONGEST_IDENTIFIER:
        wrong = "has control characters or is too long"
    elif column.kind in (Kind.NUMBER, Kind.INTEGER):
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if text.strip() == text and abs(value) <= 1e12:
            return value
        wrong = "is no number"
    elif column.kind is Kind.BOOLEAN:
        if text in ("true", "false"):
            return text == "true"
        wrong = "is neither true nor false"
    elif column.kind is Kind.DATE:
        try:
            return dt.date.fromisoformat(text).isoformat()
        except ValueError:
            wrong = "is no date written as YYYY-MM-DD"
    if wrong:
        raise Refusal("invalid", f"{text[:80]!r} {wrong}", column.name, "Mend the parameter.")
    return text


def refuse_other_places(
    principal: Principal, frame: pd.DataFrame, table: Table, whole: bool
) -> None:
    """Raise for rows of places that the key is not for; `whole`: the rows stand for all places."""
    if principal.locations is None:
        return
    if whole or "location" not in table.names:
        what = f"{table.name} would change for all locations, and the key is for some"
        raise Refusal("not-allowed", what, "Authorization", "Use a key for all locations.")
    if not len(frame):
        return
    outside = ~frame["location"].isin(principal.locations)
    if outside.any():
        shown = frame["location"][outside].iloc[0]
        what = f"the key is not for the location {'of all' if shown != shown else repr(shown)}"
        raise Refusal("not-allowed", what, "location", "Use a key for that location.")
