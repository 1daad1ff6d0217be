"""What-if over HTTP: of the newest plan, for those who may see the place, or why not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from tests.api.service.running import client, key, post_tables, service, store_of, work

PATH = "/v1/recommendations/what-if"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    made = service(tmp_path_factory.mktemp("what-if"))
    asked = client(made)
    assert asked.post(PATH, json={"sku": "A-100"}).status_code == 404
    post_tables(asked)
    asked.post("/v1/plans", json={})
    work(made)
    yield made
    store_of(made).close()


def test_it_is_the_recommendation_and_changes_with_what_is_otherwise(app: FastAPI) -> None:
    asked = client(app)
    line = asked.get("/v1/recommendations/A-100").json()["items"][0]
    same = asked.post(PATH, json={"sku": "A-100"}).json()
    assert (same["plan"], same["quantity"], same["due_on"]) == (
        line["plan"],
        line["quantity"],
        line["due_on"],
    )
    more = asked.post(PATH, json={"sku": "A-100", "on_hand": 1000, "plan": line["plan"]}).json()
    assert more["quantity"] == 0
    later = asked.post(PATH, json={"sku": "A-100", "lead_time_days": 40}).json()
    assert later["due_on"] > same["due_on"]
    assert later["order_up_to_level"] > same["order_up_to_level"]
    poor = asked.post(PATH, json={"sku": "A-100", "budget": 10.0}).json()
    assert 0 < poor["order_value"] <= 10.0


def test_what_cannot_be_answered_is_refused(app: FastAPI) -> None:
    asked = client(app)
    assert asked.post(PATH, json={"sku": "nobody"}).status_code == 404
    assert asked.post(PATH, json={"sku": "A-100", "plan": "none"}).status_code == 404
    assert asked.post(PATH, json={"sku": "A-100", "lead_time_days": 1000}).status_code == 409
    for wrong in ({"unit_cost": 0}, {"on_hand": "7"}, {"colour": 1}, {"budget": -1}):
        assert asked.post(PATH, json={"sku": "A-100", **wrong}).status_code == 422
    elsewhere = client(app, key(app, "read", locations=["north"]))
    assert elsewhere.post(PATH, json={"sku": "A-100"}).status_code == 404


def test_a_limit_that_is_reached_has_its_price_held_and_said(app: FastAPI) -> None:
    asked = client(app, key(app, "read", "plan"))
    money = {"budget": [{"amount": 400.0, "period_days": 30}]}
    plan = asked.post("/v1/plans", json={"settings": money}).json()["id"]
    work(app)
    lines = asked.get(f"/v1/plans/{plan}/lines").json()["items"]
    assert lines
    for line in lines:
        same = asked.post(PATH, json={"sku": line["sku"], "plan": plan}).json()
        assert same["quantity"] == line["quantity"]
        (held,) = same["limits"]
        assert held["limit"] == "budget"
        assert held["marginal_value"] > 0
        assert not held["beyond"]
        more = {"sku": line["sku"], "plan": plan, "limits": [{"limit": "budget", "bound": 800.0}]}
        told = asked.post(PATH, json=more).json()
        assert told["limits"][0]["beyond"] if told["limits"] else told["quantity"] > 0
        assert told["quantity"] >= same["quantity"]
    wrong = {"sku": "A-100", "plan": plan, "limits": [{"limit": "space", "bound": 1.0}]}
    assert asked.post(PATH, json=wrong).status_code == 404
