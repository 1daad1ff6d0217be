"""The look-up that is asked most goes a way of its own, and says what the long way says."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.http.records import recommended
from planning.store.service.records import Action, Change, RecommendationFilter, State
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


@pytest.mark.parametrize("states", [(), ("released", "proposed")])
def test_a_page_says_what_the_records_say(app: FastAPI, states: tuple[str, ...]) -> None:
    asked, store = client(app), store_of(app)
    only = RecommendationFilter(states=frozenset(map(State, states)) or None)
    path = "/v1/recommendations?limit=3" + "".join(f"&state={name}" for name in states)
    told, found, cursor = [], [], None
    for _ in range(2):
        answer = asked.get(path if cursor is None else f"{path}&cursor={cursor}").json()
        page = store.changes(3, cursor, only)
        assert answer["next"] == page.cursor
        told += [recommended(one) for one in page.items]
        found += answer["items"]
        cursor = page.cursor
        store.apply([Change(found[0]["id"], Action.REJECT, "test")])
    assert found == json.loads(json.dumps(told))
    assert len({one["id"] for one in found}) > 3 or states


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
