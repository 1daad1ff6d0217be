"""What a hostile or broken client sends is refused with its own problem; the service stays well."""

import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI

from api.http.gate import Bounds
from api.http.observed import REQUESTS
from tests.api.service.running import client, key, service, store_of

JSON = {"content-type": "application/json"}
ROWS = "/v1/tables/sales"
ACKNOWLEDGE = "/v1/recommendations/acknowledgements"


@dataclass(frozen=True)
class Hostile:
    name: str
    status: int
    problem: str
    method: str = "POST"
    path: str = ROWS
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)


def rows(cells: str) -> bytes:
    return b'{"rows":[{"date":"2024-01-01","units_sold":1,' + cells.encode() + b"}]}"


def get(name: str, status: int, problem: str, path: str, **headers: str) -> Hostile:
    named = {header.replace("_", "-"): value for header, value in headers.items()}
    return Hostile(name, status, problem, "GET", path, b"", named)


HOSTILE = [
    Hostile("not a number", 422, "invalid-number", body=rows('"sku":"a","units_returned":NaN')),
    Hostile("infinity", 422, "invalid-number", body=rows('"sku":"a","unit_price":Infinity')),
    Hostile("1e400", 422, "invalid-number", body=rows('"sku":"a","unit_price":1e400')),
    Hostile("endless digits", 422, "invalid-number", body=b'{"rows":' + b"1" * 9999 + b"}"),
    Hostile("number as text", 422, "invalid-rows", body=rows('"sku":"a","unit_price":"12"')),
    Hostile("true as number", 422, "invalid-rows", body=rows('"sku":"a","unit_price":true')),
    Hostile("number as sku", 422, "invalid-rows", body=rows('"sku":7')),
    Hostile("object as cell", 422, "invalid", body=rows('"sku":{"$gt":""}')),
    Hostile("huge number", 422, "invalid-rows", body=rows('"sku":"a","unit_price":1e300')),
    Hostile("negative sales", 422, "invalid-rows", body=rows('"sku":"a","units_returned":-1')),
    Hostile("lone surrogate", 422, "invalid-text", body=rows('"sku":"\\ud800"')),
    Hostile("surrogate as name", 422, "invalid-text", body=rows('"sku":"a","\\udfff":1')),
    Hostile("NUL", 422, "invalid-text", body=rows('"sku":"a\\u0000b"')),
    Hostile("bell", 422, "invalid-rows", body=rows('"sku":"a\\u0007"')),
    Hostile("line separator", 422, "invalid-rows", body=rows('"sku":"a\\u2028b"')),
    Hostile("endless sku", 422, "invalid-rows", body=rows(f'"sku":"{"x" * 5000}"')),
    Hostile("unknown column", 422, "invalid-rows", body=rows('"sku":"a","__class__":"x"')),
    Hostile("same key twice", 400, "broken-json", body=rows('"sku":"a","sku":"b"')),
    Hostile("bottomless", 400, "broken-json", body=b'{"rows":' + b"[" * 50_000),
    Hostile("no JSON", 400, "broken-json", body=b"rows=1"),
    Hostile("no UTF-8", 400, "broken-json", body=b'{"rows":"\xff\xfe"}'),
    Hostile("other type", 415, "unknown-media-type", headers={"content-type": "text/xml"}),
    Hostile("large body", 413, "too-large", body=b'{"rows":[' + b" " * 70_000 + b"]}"),
    Hostile(
        "gzip bomb",
        413,
        "too-large",
        body=gzip.compress(b" " * 10_000_000),
        headers={"content-encoding": "gzip"},
    ),
    Hostile("false gzip", 400, "broken-request", headers={"content-encoding": "gzip"}),
    Hostile("other packing", 415, "unknown-media-type", headers={"content-encoding": "br, gzip"}),
    Hostile("too many rows", 422, "invalid", body=b'{"rows":[' + b"{}," * 10_000 + b"{}]}"),
    Hostile("extra field", 422, "invalid", body=b'{"rows":[],"admin":true}'),
    Hostile("unknown table", 404, "not-found", path="/v1/tables/api_keys", body=b'{"rows":[]}'),
    get("traversal", 404, "not-found", "/v1/plans/..%2f..%2fetc%2fpasswd"),
    get("traversal in a name", 404, "not-found", "/v1/plans/..../report"),
    get("NUL in a path", 422, "invalid-text", "/v1/recommendations/a%00b"),
    get("line break in a filter", 422, "invalid-text", "/v1/recommendations?sku=a%0d%0aSet:1"),
    get("unknown filter", 422, "invalid", "/v1/tables/items?sku%27--=1"),
    get("endless sku in a path", 422, "invalid", f"/v1/recommendations/{'x' * 300}"),
    get("endless address", 414, "long-address", f"/v1/recommendations?sku={'x' * 9000}"),
    get("forged cursor", 404, "bad-cursor", "/v1/recommendations?cursor=W10"),
    get("cursor of code", 422, "invalid", "/v1/plans?cursor=%7B%22a%22%3A1%7D"),
    get("endless page", 422, "invalid", "/v1/recommendations?limit=100000000"),
    get("no format", 406, "not-acceptable", "/v1/jobs", accept="application/x-pickle"),
    get("no key", 401, "no-key", "/v1/jobs", authorization="Basic YTpi"),
    get("cursor of other kinds", 404, "bad-cursor", "/v1/recommendations?cursor=WyJhIiwiYiJd"),
    get("unknown key", 401, "no-key", "/v1/jobs", authorization="Bearer rsk_" + "A" * 43),
    Hostile("idempotency key", 422, "invalid-text", headers={"idempotency-key": "a b"}),
    Hostile("unknown method", 405, "no-such-method", "PATCH"),
    Hostile("script in the settings", 422, "invalid-settings", "PUT", "/v1/settings", b'{"a":"<"}'),
    Hostile("huge change", 422, "invalid", path="/v1/plans/x/decisions",
            body=b'{"items":[{"id":"a","action":"approve","if_match":99999999999999999999}]}'),
    Hostile("unknown action", 422, "invalid", path=ACKNOWLEDGE,
            body=b'{"items":[{"id":"a","action":"drop"}]}'),
]  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    made = service(tmp_path_factory.mktemp("hostile"), bounds=Bounds(body=64_000))
    yield made
    store_of(made).close()


@pytest.fixture(scope="module")
def secret(app: FastAPI) -> str:
    return key(app, "admin")


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_hostile_input_gets_its_own_problem_and_the_service_stays_well(
    app: FastAPI, secret: str, hostile: Hostile
) -> None:
    asked = client(app, secret, raise_server_exceptions=False)
    before = store_of(app).version()
    answer = asked.request(
        hostile.method, hostile.path, content=hostile.body, headers={**JSON, **hostile.headers}
    )
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, told["type"]) == (
        hostile.status,
        f"urn:restock:problem:{hostile.problem}",
    ), told
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["status"] == hostile.status
    assert told["request_id"] == answer.headers["x-request-id"]
    assert asked.get("/v1/recommendations/A-100").status_code == 200
    assert store_of(app).version() == before


def test_a_bug_says_nothing_of_the_inside(
    app: FastAPI, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("password=hunter2")

    monkeypatch.setattr(store_of(app), "jobs", broken)
    answer = client(app, secret, raise_server_exceptions=False).get("/v1/jobs")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert "KeyError" not in answer.text


def test_a_secret_is_kept_as_a_hash_and_never_logged(
    app: FastAPI,
    secret: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = io.StringIO()
    monkeypatch.setattr(REQUESTS, "stream", lines)
    with caplog.at_level("INFO", logger="restock"):
        assert client(app, secret).get("/v1/jobs").status_code == 200
    assert json.loads(lines.getvalue())["route"] == "/v1/jobs"
    told = " ".join([lines.getvalue(), *(str(vars(record)) for record in caplog.records)])
    assert secret not in told
    digest = hashlib.sha256(secret.encode()).hexdigest()
    found = store_of(app).find_key(digest)
    assert found is not None
    assert secret not in str(store_of(app).audit(100).items)
