"""What comes in is what was meant, or is refused with its own kind of problem."""

import asyncio
import gzip
import io
from typing import Any

import openpyxl
import pytest
from starlette.requests import Request

from api.http.answers import accepted, as_csv, safe, tags
from api.http.bodies import counted
from api.http.principals import Rates
from api.http.problems import Refusal, refusal_of
from api.http.rows import judge, judge_each
from api.http.strict_json import parse
from domain.errors import ChangedError, ConflictError, InfeasibleError, UnavailableError
from domain.tables import TABLES
from planning.store.spreadsheet import as_workbook

SALES = TABLES["sales"]
GOOD = {"sku": "NA", "date": "2024-01-01", "units_sold": 3}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"a": NaN}', "invalid-number"),
        (b'{"a": -Infinity}', "invalid-number"),
        (b'{"a": 1e400}', "invalid-number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "invalid-number"),
        (b'{"a": "\\ud800"}', "invalid-text"),
        (b'{"a": ["x", {"b\\u0000": 1}]}', "invalid-text"),
        (b'{"a": "\xed\xa0\x80"}', "broken-json"),
        (b'{"a": 1, "a": 2}', "broken-json"),
        (b"\xef\xbb\xbf{}", "broken-json"),
        (b"[" * 200_000, "broken-json"),
        (b'{"a": 1', "broken-json"),
        (b"", "broken-json"),
    ],
)
def test_what_json_cannot_mean_is_refused(body: bytes, kind: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(body)
    assert refused.value.kind.name == kind


def test_json_keeps_numbers_and_whole_characters() -> None:
    assert parse('{"a": [1, -2.5, 1e3, "\\ud83d\\ude00é"]}'.encode()) == {
        "a": [1, -2.5, 1000.0, "😀é"]
    }


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({**GOOD, "units_sold": "3"}, "units_sold"),
        ({**GOOD, "units_sold": True}, "units_sold"),
        ({**GOOD, "units_sold": -1}, "units_sold"),
        ({**GOOD, "units_sold": 1e13}, "units_sold"),
        ({**GOOD, "units_sold": None}, "units_sold"),
        ({**GOOD, "sku": 7}, "sku"),
        ({**GOOD, "sku": "a\x07"}, "sku"),
        ({**GOOD, "sku": "a\u2028b"}, "sku"),
        ({**GOOD, "sku": "x" * 201}, "sku"),
        ({**GOOD, "sku": " "}, "sku"),
        ({**GOOD, "date": "2024-02-30"}, "date"),
        ({**GOOD, "date": "2024-01-01T05:00"}, "date"),
        ({**GOOD, "on_promotion": "yes"}, "on_promotion"),
        ({**GOOD, "stockout_share": 1.5}, "stockout_share"),
        ({**GOOD, "sku_name": "x"}, "sku_name"),
        ({"sku": "a", "units_sold": 1}, "date"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column(row: dict[str, Any], column: str) -> None:
    judged = judge([GOOD, row], SALES)
    assert judged.frame.empty
    assert (judged.errors[0]["row"], judged.errors[0]["column"]) == (1, column)


def test_good_rows_are_typed_as_files_are() -> None:
    frame = judge([GOOD, {**GOOD, "sku": "007", "on_promotion": True}], SALES).frame
    assert frame["sku"].tolist() == ["007", "NA"]
    assert frame["location"].tolist() == ["main", "main"]
    assert frame["on_promotion"].tolist() == [True, False]


def test_partial_keeps_every_good_row_and_names_the_bad_by_their_place() -> None:
    bad = {**GOOD, "sku": "b", "date": "2024-13-01"}
    doubled = {**GOOD, "units_sold": 4}
    frame, errors, count = judge_each([bad, GOOD, {**GOOD, "sku": "c"}, doubled], SALES)
    assert sorted(frame["sku"]) == ["NA", "c"]
    assert count == 2
    assert [error["row"] for error in errors] == [0, 3]


def read_all(sent: bytes, most: int, encoding: str = "", step: int = 1000) -> bytes:
    pieces = [sent[i : i + step] for i in range(0, len(sent), step)] or [b""]

    async def receive() -> dict[str, Any]:
        body = pieces.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(pieces)}

    async def drain() -> bytes:
        read, whole = counted(receive, most, encoding), b""
        while True:
            message = await read()
            whole += message["body"]
            if not message.get("more_body"):
                return whole

    return asyncio.run(drain())


def test_a_body_is_counted_as_it_comes_and_as_it_unpacks() -> None:
    body = bytes(range(256)) * 20
    assert read_all(body, 5120) == body
    assert read_all(gzip.compress(body), 5120, "gzip", step=7) == body
    for sent, encoding in ((body, ""), (gzip.compress(bytes(10**7)), "gzip")):
        with pytest.raises(Refusal) as refused:
            read_all(sent, 5119, encoding)
        assert refused.value.status_code == 413
    for broken in (gzip.compress(body)[:-9], b"no gzip", gzip.compress(body) + b"more"):
        with pytest.raises(Refusal) as refused:
            read_all(broken, 5120, "gzip")
        assert refused.value.status_code == 400
    with pytest.raises(Refusal) as refused:
        read_all(body, 5120, "br")
    assert refused.value.status_code == 415


def test_no_cell_of_an_export_is_a_formula() -> None:
    hostile = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
    rows = [{"text": text, "number": -1.0} for text in hostile]
    lines = as_csv(rows, ("text", "number")).decode().split("\r\n")
    assert lines[1] == "'=1+1,-1"
    book = as_workbook("rows", ("text",), [[safe(text)] for text in hostile])
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert sheet is not None
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(str(cell.value).startswith("'") for cell in cells)


@pytest.mark.parametrize(
    ("header", "media"),
    [
        ("*/*", "application/json"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv"),
        ("text/html, text/*;q=0.1", "text/csv"),
    ],
)
def test_the_answer_is_of_the_format_asked_for_first(header: str, media: str) -> None:
    scope = {"type": "http", "headers": [(b"accept", header.encode())]}
    assert accepted(Request(scope)) == media


def test_tags_are_compared_without_their_weakness() -> None:
    assert tags('W/"1", "2"') == ['"1"', '"2"']


def test_tokens_come_back_with_time_and_are_each_ones_own() -> None:
    now = [0.0]
    rates = Rates(2.0, 3.0, lambda: now[0])
    for _ in range(3):
        rates.spend("a")
    with pytest.raises(Refusal) as refused:
        rates.spend("a")
    assert refused.value.status_code == 429
    rates.spend("b")
    now[0] = 0.5
    rates.spend("a")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ChangedError("w", "x", "m"), 412),
        (ConflictError("w", "x", "m"), 409),
        (InfeasibleError("w", "x", "m", ["budget"]), 409),
        (UnavailableError("w", "x", "m"), 503),
    ],
)
def test_refusals_of_lower_floors_have_one_status_each(error: Any, status: int) -> None:
    refusal = refusal_of(error)
    assert refusal.status_code == status
    assert ("Retry-After" in (refusal.headers or {})) == (status == 503)
