"""What the API promises holds on SQLite and on PostgreSQL, with several processes in front."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from api.http.app import create_app
from api.http.serving import Door
from api.jobs.worker import Worker
from planning.store.service.open import open_store
from tests.api.service.running import ITEMS, SALES, STOCK, SUPPLIERS, client, key, store_of

TABLES = {"sales": SALES, "items": ITEMS, "suppliers": SUPPLIERS, "stock": STOCK}
ROW = "/v1/tables/items/row"


@pytest.fixture
def apps(database_url: str, tmp_path: Path) -> Iterator[list[FastAPI]]:
    """Two processes' applications over one store."""
    made = [create_app(open_store(tmp_path, database_url), tmp_path) for _ in range(2)]
    for one in made:
        one.openapi()  # as a server process does: what is made at the first request is there
    yield made
    for one in made:
        store_of(one).close()


def at_once(work: Any, asked: list[Any]) -> list[Any]:
    """The answers of several who ask together."""
    found: list[Any] = []
    threads = [threading.Thread(target=lambda one=one: found.append(work(one))) for one in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_from_the_first_row_to_an_acknowledged_order(apps: list[FastAPI], tmp_path: Path) -> None:
    first, second = (client(app) for app in apps)
    for table, rows in TABLES.items():
        assert first.post(f"/v1/tables/{table}", json={"rows": rows}).status_code == 200
    place = first.post("/v1/plans", json={}).headers["location"]
    assert Worker(store_of(apps[0]), tmp_path).run(once=True) == 1
    assert second.get(place).json()["state"] == "published"
    lines = second.get(f"{place}/lines").json()["items"]
    decisions = {"items": [{"id": line["id"], "action": "approve"} for line in lines]}
    assert first.post(f"{place}/decisions", json=decisions).json()["failed"] == 0
    assert second.post(f"{place}/release", json={}).json()["failed"] == 0
    sku = lines[0]["sku"]
    path = f"/v1/recommendations/{sku}"
    answers = [asked.get(path) for asked in (first, second)]
    assert answers[0].content == answers[1].content
    assert [one["state"] for one in answers[0].json()["items"]] == ["released"]
    tag = {"if-none-match": answers[0].headers["etag"]}
    assert second.get(path, headers=tag).status_code == 304
    told = {"items": [{"id": lines[0]["id"], "erp_order_id": "PO-1"}]}
    assert first.post("/v1/recommendations/acknowledgements", json=told).json()["failed"] == 0
    assert second.get(path, headers=tag).json()["items"][0]["erp_order_id"] == "PO-1"
    page = first.get("/v1/recommendations?limit=1").json()
    rest = second.get(f"/v1/recommendations?cursor={page['next']}").json()
    assert len(page["items"]) + len(rest["items"]) == len(lines)


def test_of_several_with_one_tag_one_is_answered_and_the_others_are_told(
    apps: list[FastAPI],
) -> None:
    asked = [client(app) for app in apps] * 2
    asked[0].post("/v1/tables/items", json={"rows": ITEMS})
    tag = asked[0].get(f"{ROW}?sku=A-100").headers["etag"]

    def put(number: int) -> int:
        row = {"row": {"sku": "A-100", "unit_cost": 10.0 + number}}
        answer = asked[number].put(ROW, json=row, headers={"if-match": tag})
        return int(answer.status_code)

    assert sorted(at_once(put, list(range(4)))) == [200, 412, 412, 412]
    new = {"row": {"sku": "C-300", "unit_cost": 1.0}}
    once = {"if-none-match": "*"}
    answers = at_once(lambda one: one.put(ROW, json=new, headers=once).status_code, asked)
    assert sorted(answers) == [200, 412, 412, 412]
    assert asked[1].put(ROW, json=new, headers=once).status_code == 412
    assert asked[1].put(ROW, json=new, headers={"if-match": '"other"'}).status_code == 412
    missing = {"row": {"sku": "none", "unit_cost": 1.0}}
    assert asked[1].put(ROW, json=missing, headers={"if-match": "*"}).status_code == 412


def test_one_idempotency_key_makes_one_plan_whichever_process_is_asked(
    apps: list[FastAPI],
) -> None:
    asked = [client(app) for app in apps] * 3
    sent = {"idempotency-key": "night-1"}
    codes = at_once(lambda one: one.post("/v1/plans", json={}, headers=sent).status_code, asked)
    assert set(codes) <= {202, 409}
    assert 202 in codes
    assert len(store_of(apps[0]).plans(9).items) == 1
    again = [one.post("/v1/plans", json={}, headers=sent) for one in asked[:2]]
    assert again[0].content == again[1].content


def test_a_key_is_known_to_every_process(apps: list[FastAPI]) -> None:
    secret = key(apps[0], "read")
    assert client(apps[1], secret).get("/v1/jobs").status_code == 200
    assert client(apps[1]).get("/v1/jobs").status_code == 401


def test_all_processes_together_answer_a_key_no_more_often_than_one() -> None:
    alone, shared = Door(True, 500.0).bounds(), Door(True, 500.0, 4).bounds()
    assert 4 * shared.requests_per_second == alone.requests_per_second == 500.0
    assert 4 * shared.burst == alone.burst
