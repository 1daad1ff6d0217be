"""Who may do what, and that a request which is sent again is not done again."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.http.gate import Bounds
from api.http.principals import REMEMBERED_SECONDS
from api.http.serving import is_loopback, refuse_open_door
from domain.errors import ConflictError, UnavailableError
from tests.api.service.running import ITEMS, SALES, client, key, service, store_of


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    made = service(tmp_path)
    yield made
    store_of(made).close()


@pytest.mark.parametrize(
    ("host", "answer"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],
)
def test_only_this_machines_addresses_are_loopback(host: str, answer: bool) -> None:
    assert is_loopback(host) is answer


def test_without_a_key_only_loopback_is_listened_on(app: FastAPI) -> None:
    store = store_of(app)
    assert refuse_open_door(store, "127.0.0.1")
    with pytest.raises(ConflictError, match="without a key"):
        refuse_open_door(store, "0.0.0.0")
    key(app, "read")
    assert not refuse_open_door(store, "0.0.0.0")


def test_without_a_key_a_page_of_another_site_is_not_answered(app: FastAPI) -> None:
    asked = client(app)
    assert asked.get("/v1/jobs").status_code == 200
    for headers in ({"host": "evil.example"}, {"origin": "http://evil.example"}):
        assert asked.get("/v1/jobs", headers=headers).status_code == 403


def test_a_service_reached_from_elsewhere_never_answers_without_a_key(tmp_path: Path) -> None:
    app = service(tmp_path, loopback=False)
    assert client(app).get("/v1/jobs").status_code == 401
    assert client(app).get("/healthz").status_code == 200
    store_of(app).close()


def test_once_a_key_was_made_everybody_needs_one_even_after_it_was_revoked(app: FastAPI) -> None:
    made, secret = store_of(app).create_key("erp", ["read"], "test")
    assert client(app).get("/v1/jobs").status_code == 401
    assert client(app, secret).get("/v1/jobs").status_code == 200
    store_of(app).revoke_key(made.id, "test")
    app.state.keyring.clock = lambda: time.monotonic() + 2 * REMEMBERED_SECONDS
    assert client(app, secret).get("/v1/jobs").status_code == 401
    assert client(app).get("/v1/jobs").status_code == 401


@pytest.mark.parametrize(
    ("scope", "method", "path", "body"),
    [
        ("read", "POST", "/v1/tables/items", {"rows": ITEMS}),
        ("write", "POST", "/v1/plans", {}),
        ("plan", "POST", "/v1/plans/x/release", {}),
        ("approve", "PUT", "/v1/settings", {}),
        ("read", "GET", "/v1/audit", None),
        ("write", "GET", "/v1/jobs", None),
    ],
)
def test_a_key_does_what_its_scopes_say(
    app: FastAPI, scope: str, method: str, path: str, body: object
) -> None:
    answer = client(app, key(app, scope)).request(method, path, json=body)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:restock:problem:not-allowed")


def test_a_key_of_some_locations_sees_and_writes_those_alone(app: FastAPI) -> None:
    rows = [{**SALES[0], "location": place} for place in ("north", "south")]
    client(app, key(app, "admin")).post("/v1/tables/sales", json={"rows": rows})
    north = client(app, key(app, "read", "write", locations=["north"]))
    found = north.get("/v1/tables/sales?location=south&location=north").json()["items"]
    assert [row["location"] for row in found] == ["north"]
    south = f"sku={SALES[0]['sku']}&location=south&date={SALES[0]['date']}"
    assert north.get(f"/v1/tables/sales/row?{south}").status_code == 404
    assert north.delete(f"/v1/tables/sales/row?{south}").status_code == 404
    assert north.post("/v1/tables/sales", json={"rows": rows}).status_code == 403
    assert north.post("/v1/tables/sales", json={"rows": rows[:1]}).status_code == 200
    assert north.post("/v1/tables/bundles", json={"rows": []}).status_code == 403
    assert north.get("/v1/kpis").status_code == 403


def test_the_same_idempotency_key_does_the_work_once(app: FastAPI) -> None:
    asked, headers = client(app), {"idempotency-key": "order-1"}
    first = asked.post("/v1/plans", json={}, headers=headers)
    again = asked.post("/v1/plans", json={}, headers=headers)
    assert first.status_code == again.status_code == 202
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert (again.headers.get("idempotent-replayed"), len(store_of(app).plans(9).items)) == (
        "true",
        1,
    )
    other = asked.post("/v1/plans", json={"as_of": "2024-01-31"}, headers=headers)
    assert (other.status_code, other.json()["type"]) == (422, "urn:restock:problem:key-reused")
    assert asked.post("/v1/jobs/none/cancel", headers=headers).status_code == 404


def test_a_request_cut_off_after_its_work_is_not_done_twice(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, headers = store_of(app), {"idempotency-key": "order-2"}
    asked = client(app, raise_server_exceptions=False)

    def down(*_: object) -> None:
        raise UnavailableError("the database is gone", "test", "Wait.")

    with monkeypatch.context() as broken:
        broken.setattr(store, "answer_request", down)
        broken.setattr(store, "forget_request", down)
        answer = asked.post("/v1/plans", json={}, headers=headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    running = asked.post("/v1/plans", json={}, headers=headers)
    assert (running.status_code, running.json()["type"]) == (
        409,
        "urn:restock:problem:still-running",
    )
    store.forget_request("order-2", "local", "/v1/plans")
    assert asked.post("/v1/plans", json={}, headers=headers).status_code == 202
    assert len(store.plans(9).items) == 1


def test_a_refusal_is_not_kept_for_its_idempotency_key(app: FastAPI) -> None:
    asked, headers = client(app), {"idempotency-key": "rows-1"}
    bad = {"rows": [{"sku": "a"}]}
    assert asked.post("/v1/tables/items", json={"rows": [{}]}, headers=headers).status_code == 422
    assert asked.post("/v1/tables/items", json=bad, headers=headers).status_code == 200


def test_tags_spare_the_reader_what_it_has_and_the_writer_what_changed(app: FastAPI) -> None:
    asked = client(app)
    asked.post("/v1/tables/items", json={"rows": ITEMS})
    row = "/v1/tables/items/row"
    tag = asked.get(f"{row}?sku=A-100").headers["etag"]
    assert asked.get(f"{row}?sku=A-100", headers={"if-none-match": tag}).status_code == 304
    new = {"row": {"sku": "A-100", "unit_cost": 5.0}}
    assert asked.put(row, json=new, headers={"if-match": tag}).status_code == 200
    assert asked.put(row, json=new, headers={"if-match": tag}).status_code == 412
    assert asked.delete(f"{row}?sku=A-100", headers={"if-match": tag}).status_code == 412
    assert asked.get(f"{row}?sku=A-100", headers={"if-none-match": tag}).status_code == 200


def test_pages_follow_each_other_to_the_end_without_a_row_twice(app: FastAPI) -> None:
    asked = client(app)
    asked.post("/v1/tables/sales", json={"rows": SALES})
    path, found = "/v1/tables/sales?limit=7", []
    while path:
        page = asked.get(path)
        found += [(row["sku"], row["date"]) for row in page.json()["items"]]
        path = page.links.get("next", {}).get("url", "")
    assert found == sorted({(row["sku"], row["date"]) for row in SALES})


def test_more_requests_than_allowed_are_told_to_wait(tmp_path: Path) -> None:
    app = service(tmp_path, bounds=Bounds(requests_per_second=0.01, burst=2))
    asked = client(app)
    answers = [asked.get("/v1/jobs") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["retry-after"]) >= 1
    assert asked.get("/healthz").status_code == 200
    store_of(app).close()


def test_an_uploaded_file_waits_for_the_worker_under_a_name_of_ours(app: FastAPI) -> None:
    asked, path = client(app), "/v1/tables/items/uploads"
    headers = {"content-type": "text/csv", "idempotency-key": "../../file-1"}
    body = b"sku,unit_cost\nA-100,4\n"
    first = asked.post(path, content=body, headers=headers)
    again = asked.post(path, content=body, headers=headers)
    assert (first.status_code, first.json()["kind"]) == (202, "import")
    assert again.content == first.content
    assert asked.post(path, content=body + b"B,1\n", headers=headers).status_code == 422
    uploads = app.state.workspace / "uploads"
    assert [file.read_bytes() for file in uploads.iterdir()] == [body]
    assert asked.post(path, content=b"", headers={"content-type": "text/csv"}).status_code == 422
    other = {"content-type": "application/x-python-pickle"}
    assert asked.post(path, content=body, headers=other).status_code == 415
