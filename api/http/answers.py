"""Answers: JSON, CSV or XLSX by Accept, entity tags, and pages with a link to the next."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from api.http.problems import Refusal

JSON, CSV = "application/json", "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = (JSON, CSV, XLSX)
CACHING = {"cache-control": "private, no-cache", "vary": "Accept, Authorization"}
Row = Mapping[str, Any]
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would read a formula from."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def dumped(value: Any) -> bytes:
    """A value as JSON of finite numbers."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def finite(value: Any) -> Any:
    """A value without NaN and infinities: what is not known is null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): finite(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(inner) for inner in value]
    return value


def entity_tag(body: bytes) -> str:
    """A strong tag: another tag, other bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:24]}"'


def tags(header: str) -> list[str]:
    """The entity tags of a header, as they are compared."""
    return [tag.strip().removeprefix("W/") for tag in header.split(",")]


def respond(
    request: Request,
    body: bytes,
    media: str = JSON,
    status: int = 200,
    tag: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Bytes with their tag; only the tag where the reader has them already."""
    told = {**CACHING, **(headers or {})}
    if request.method == "GET":
        tag = told["etag"] = tag or entity_tag(body)
        known = request.headers.get("if-none-match")
        if known is not None and ("*" in known or tag in tags(known)):
            return Response(status_code=304, headers=told)
    elif tag is not None:
        told["etag"] = tag
    return Response(body, status, told, media)


def respond_json(
    request: Request,
    value: Any,
    status: int = 200,
    tag: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A value as JSON."""
    return respond(request, dumped(value), JSON, status, tag, headers)


def refuse_changed(request: Request, tag: str | None) -> None:
    """Raise where If-Match names another state than the one there is now; None: there is none.

    If-None-Match on a change raises where what it names is there: `*` is anything.
    """
    mend = "Read it again, and decide again."
    wanted = request.headers.get("if-match")
    if wanted is not None and (tag is None or ("*" not in wanted and tag not in tags(wanted))):
        raise Refusal("changed", "it was changed since it was read", "If-Match", mend)
    other = request.headers.get("if-none-match")
    if other is not None and tag is not None and ("*" in other or tag in tags(other)):
        raise Refusal("changed", "there is one already", "If-None-Match", mend)


def accepted(request: Request) -> str:
    """The format that the Accept header asks for first among those we write."""
    header = request.headers.get("accept", "*/*").lower()
    wanted = []
    for place, part in enumerate(header.split(",")[:40]):
        media, *parameters = [piece.strip() for piece in part.split(";")]
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
        wanted.append((-weight, place, media))
    for weight, _, media in sorted(wanted):
        if weight == 0.0:
            continue
        if media in ("*/*", "application/*"):
            return JSON
        if media == "text/*":
            return CSV
        if media in FORMATS:
            return media
    raise Refusal(
        "not-acceptable", "no such format of answers", "Accept", f"Ask for {', '.join(FORMATS)}."
    )


def respond_rows(
    request: Request,
    rows: Sequence[Row],
    columns: Sequence[str],
    cursor: str | None,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """A page of rows in the format asked for; the next page is a Link, and `next` in JSON."""
    media, headers = accepted(request), _following(request, cursor)
    if media == JSON:
        body = dumped({"items": rows, "next": cursor, **(more or {})})
        return respond(request, body, headers=headers)
    name = request.url.path.rstrip("/").rpartition("/")[2]
    name = re.sub(r"[^a-z_]", "", name) or "rows"
    if media == CSV:
        headers["content-disposition"] = f'attachment; filename="{name}.csv"'
        return respond(request, as_csv(rows, columns), f"{CSV}; charset=utf-8", headers=headers)
    from planning.store.spreadsheet import as_workbook

    table = [[safe(row.get(column)) for column in columns] for row in rows]
    headers["content-disposition"] = f'attachment; filename="{name}.xlsx"'
    return respond(request, as_workbook(name, columns, table), XLSX, headers=headers)


def respond_texts(request: Request, items: Iterable[str], cursor: str | None) -> Response:
    """A page of objects that are JSON already, as `respond_rows` gives it."""
    following = "null" if cursor is None else f'"{cursor}"'
    body = f'{{"items":[{",".join(items)}],"next":{following}}}'.encode("utf-8", "replace")
    return respond(request, body, headers=_following(request, cursor))


def _following(request: Request, cursor: str | None) -> dict[str, str]:
    """Headers that name the page after this one."""
    if cursor is None:
        return {}
    kept = [(n, v) for n, v in request.query_params.multi_items() if n != "cursor"]
    address = f"{request.url.path}?{urlencode([*kept, ('cursor', cursor)])}"
    return {"link": f'<{address}>; rel="next"', "x-next-cursor": cursor}


def safe(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; lists and objects as JSON text."""
    if isinstance(value, (list, dict)):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        value = CONTROL.sub("\ufffd", value)
        return f"'{value}" if value.startswith(FORMULA) else value
    return value


def as_csv(rows: Iterable[Row], columns: Sequence[str]) -> bytes:
    """Rows as CSV: UTF-8, commas, blank where nothing is known, formulas made text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        cells = (safe(row.get(column)) for column in columns)
        writer.writerow(["" if cell is None else _written(cell) for cell in cells])
    return text.getvalue().encode("utf-8", "replace")


def _written(cell: Any) -> Any:
    """True and false in the words of JSON, whole numbers without a point."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    return cell
