"""A key, the tables, a plan, its lines decided on, released, acknowledged; and planned again."""

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from fastapi import FastAPI
from httpx import Client

from tests.api.service.running import client, key, post_tables, service, store_of, work

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    made = service(tmp_path_factory.mktemp("journey"))
    yield made
    store_of(made).close()


def planned(app: FastAPI, asked: Client) -> str:
    """The address of a plan that a worker has made."""
    place = asked.post("/v1/plans", json={}).headers["location"]
    work(app)
    plan = asked.get(place).json()
    assert (plan["state"], plan["error"]) == ("published", None)
    assert plan["summary"]["gap"] >= 0
    return str(place)


def test_from_a_key_to_the_next_plan_nothing_is_ordered_twice(app: FastAPI) -> None:
    erp = client(app, key(app, "read", "write", "plan"))
    planner = client(app, key(app, "read", "approve", approval_limit=200.0))
    director = client(app, key(app, "read", "approve", "approve_any"))
    post_tables(erp)
    place = planned(app, erp)
    cheap, dear = sorted(
        erp.get(f"{place}/lines").json()["items"], key=lambda one: one["order_value"]
    )
    assert cheap["order_value"] < 200 < dear["order_value"]

    one = f"{place}/lines/{cheap['id']}"
    tag = planner.get(one).headers["etag"]
    held = {"if-match": tag}
    new = {"quantity": cheap["quantity"] + 6, "reason": "sold in cases"}
    assert planner.post(f"{one}/change", json=new, headers=held).json()["state"] == "proposed"
    assert planner.post(f"{one}/change", json=new, headers=held).status_code == 412
    every = {"items": [{"id": line["id"], "action": "approve"} for line in (cheap, dear)]}
    assert statuses(planner.post(f"{place}/decisions", json=every)) == [200, 403]
    assert statuses(director.post(f"{place}/decisions", json=every)) == [200, 200]
    assert erp.post(f"{place}/release", json={}).status_code == 403
    first = planner.post(f"{place}/release", json={}).json()
    assert [item["recommendation"]["state"] for item in first["items"]] == ["released"] * 2
    ids = {"ids": [cheap["id"], dear["id"]]}
    again = planner.post(f"{place}/release", json=ids).json()
    assert [item["changed"] for item in again["items"]] == [False, False]

    waiting = erp.get("/v1/recommendations?state=released").json()
    assert {line["id"] for line in waiting["items"]} == set(ids["ids"])
    done: dict[str, Any] = {
        "items": [
            {"id": cheap["id"], "erp_order_id": "PO-1"},
            {"id": "none", "erp_order_id": "PO-2"},
        ]
    }
    path = "/v1/recommendations/acknowledgements"
    assert statuses(erp.post(path, json=done)) == statuses(erp.post(path, json=done)) == [200, 404]
    left = erp.get(f"/v1/recommendations?state=released&cursor={waiting['next']}").json()
    assert [(line["id"], line["tombstone"]) for line in left["items"]] == [(cheap["id"], True)]
    of_sku = erp.get("/v1/recommendations/B%2F200").json()["items"]
    assert [line["sku"] for line in of_sku] == ["B/200"]

    later = planned(app, erp)
    assert erp.get(f"{later}/lines").json()["items"] == []


def statuses(answer: Any) -> list[int]:
    return [item["status"] for item in answer.json()["items"]]


def test_what_a_plan_found_is_told_in_every_format(app: FastAPI) -> None:
    asked = client(app, key(app, "read", "write"))
    plan = asked.get("/v1/plans").json()["items"][-1]["id"]
    for name in ("exceptions", "inventory", "forecast", "limits", "schedule", "orders"):
        assert asked.get(f"/v1/plans/{plan}/{name}").status_code == 200
    report = asked.get(f"/v1/plans/{plan}/report")
    assert report.headers["content-type"].startswith("text/html")
    lines = asked.get(f"/v1/plans/{plan}/lines", headers={"accept": "text/csv"}).text.splitlines()
    assert (lines[0].split(",")[0], len(lines)) == ("id", 3)
    book = asked.get(f"/v1/plans/{plan}/inventory", headers={"accept": XLSX}).content
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert sheet is not None
    assert sheet.max_row == 3
    assert asked.get("/v1/kpis").json()["kpis"]
    assert asked.get("/v1/alerts?kind=default").json()["items"]
    seen = client(app, key(app, "read", locations=["elsewhere"]))
    assert seen.get(f"/v1/plans/{plan}/inventory").json()["items"] == []
    assert seen.get(f"/v1/plans/{plan}/report").status_code == 403


def test_an_uploaded_file_is_read_by_the_worker(app: FastAPI) -> None:
    asked = client(app, key(app, "read", "write"))
    path = "/v1/tables/items/uploads"
    for body, state in ((b"sku,unit_cost\nC-300,7\n", "done"), (b"sku,unit_cost\nD,x\n", "failed")):
        place = asked.post(path, content=body, headers={"content-type": "text/csv"}).headers
        work(app)
        assert asked.get(place["location"]).json()["state"] == state
    assert asked.get("/v1/tables/items/row?sku=C-300").json()["row"]["unit_cost"] == 7.0
    assert asked.get("/v1/tables/items/row?sku=D").status_code == 404
