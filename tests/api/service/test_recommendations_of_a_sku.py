"""The look-up that is asked most goes a way of its own, and says what the long way says."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.http.records import recommended
from planning.store.service.records import Action, Change
from tests.api.service.running import client, key, service, store_of
from tests.contract.service.published import line, publish

SKUS = ("A-100", 'say "ä\\ö"', "a/b", "query")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    made = service(tmp_path)
    store = store_of(made)
    publish(store, [line(1, SKUS[0])])
    lines = [line(n, sku, place) for n, sku in enumerate(SKUS) for place in ("north", "south")]
    for number, one in enumerate(lines):
        one.update(line_id=number, supplier='Maß & "Söhne"', quantity=1e17 / 3)
    plan = publish(store, lines)
    for action in (Action.APPROVE, Action.RELEASE):
        store.apply([Change(f"{plan.id}-0", action, "test", 'because "so"')])
    store.apply([Change(f"{plan.id}-0", Action.ACKNOWLEDGE, "erp", erp_order_id="№ 7")])
    yield made
    store.close()


@pytest.mark.parametrize("sku", [*SKUS, "none such"])
def test_it_says_what_the_records_say(app: FastAPI, sku: str) -> None:
    answer = client(app).get(f"/v1/recommendations/{sku}")
    assert answer.status_code == 200
    told = [recommended(one) for one in store_of(app).of_skus([sku])]
    assert answer.json() == json.loads(json.dumps({"items": told, "next": None}))


def test_a_key_of_some_locations_sees_those(app: FastAPI) -> None:
    north = client(app, key(app, "read", locations=["north"]))
    found = north.get(f"/v1/recommendations/{SKUS[1]}").json()["items"]
    assert [one["location"] for one in found] == ["north"]


def test_what_is_known_already_is_not_sent_and_what_changed_is(app: FastAPI) -> None:
    asked, path = client(app), f"/v1/recommendations/{SKUS[0]}"
    first = asked.get(path)
    tag = {"if-none-match": first.headers["etag"]}
    same = asked.get(path, headers=tag)
    assert (same.status_code, same.content, same.headers["etag"]) == (
        304,
        b"",
        tag["if-none-match"],
    )
    id = first.json()["items"][-1]["id"]
    store_of(app).apply([Change(id, Action.APPROVE, "test")])
    again = asked.get(path, headers=tag)
    assert again.status_code == 200
    assert again.json()["items"][-1]["state"] == "approved"


def test_what_is_out_of_the_ordinary_is_refused_as_everywhere(app: FastAPI) -> None:
    asked = client(app)
    assert asked.get(f"/v1/recommendations/{'x' * 201}").status_code == 422
    assert asked.delete("/v1/recommendations/A-100").status_code == 405
    assert asked.get("/v1/recommendations/A-100").headers["x-content-type-options"] == "nosniff"
    assert client(app, key(app, "write")).get("/v1/recommendations/A-100").status_code == 403
