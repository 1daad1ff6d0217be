"""Alerts follow what is counted and sold, without a new plan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from tests.api.service.running import client, store_of, with_tables, work

STOCK = [{"sku": "A-100", "on_hand": 300}, {"sku": "B/200", "on_hand": 1}]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    made = with_tables(tmp_path)
    client(made).post("/v1/tables/stock", json={"rows": STOCK})
    client(made).post("/v1/plans", json={})
    work(made)
    yield made
    store_of(made).close()


def stockouts(app: FastAPI) -> dict[str, Any]:
    """Alerts of stock-outs by sku."""
    found = client(app).get("/v1/alerts?kind=stockout_now&kind=stockout_ahead").json()
    assert [one["rank"] for one in found["items"]] == sorted(one["rank"] for one in found["items"])
    return {one["sku"]: one for one in found["items"]}


def post(app: FastAPI, table: str, *rows: dict[str, Any]) -> None:
    assert client(app).post(f"/v1/tables/{table}", json={"rows": rows}).status_code == 200


def test_stock_and_sales_that_come_in_change_the_alerts_at_once(app: FastAPI) -> None:
    before = stockouts(app)
    assert set(before) == {"B/200"}
    assert before["B/200"]["kind"] == "stockout_ahead"
    post(app, "stock", {"sku": "B/200", "date": "2025-01-03", "on_hand": 500})
    assert stockouts(app) == {}
    post(app, "stock", {"sku": "A-100", "date": "2025-01-03", "on_hand": 0})
    now = stockouts(app)
    assert (set(now), now["A-100"]["kind"]) == ({"A-100"}, "stockout_now")
    assert now["A-100"]["date"] == "2025-01-24"  # counted on the 3rd, twenty days on the way
    assert now["A-100"]["units"] > 5
    sold = {"sku": "A-100", "date": "2025-01-01", "units_sold": 295}
    post(app, "stock", {"sku": "A-100", "date": "2025-01-03", "on_hand": 300})
    assert stockouts(app) == {}
    post(app, "sales", {**sold, "date": "2025-02-01"})
    assert stockouts(app)["A-100"]["kind"] == "stockout_ahead"


def test_what_is_corrected_for_the_plans_own_day_counts(app: FastAPI) -> None:
    post(app, "stock", {"sku": "A-100", "date": "2024-12-31", "on_hand": 1})
    assert stockouts(app)["A-100"]["kind"] == "stockout_ahead"


def test_other_alerts_stay_as_the_plan_has_them(app: FastAPI) -> None:
    def others() -> list[dict[str, Any]]:
        rows = client(app).get("/v1/alerts").json()["items"]
        return [
            {name: value for name, value in row.items() if name != "rank"}
            for row in rows
            if not row["kind"].startswith("stockout")
        ]

    before = others()
    post(app, "stock", {"sku": "A-100", "date": "2025-01-03", "on_hand": 0})
    assert others() == before
    post(app, "items", {"sku": "A-100", "unit_cost": 9.0})
    assert others() == before
