"""A service over a workspace of its own, asked without a network."""

import itertools
import warnings
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from api.http.app import create_app
from api.http.gate import Bounds
from api.jobs.worker import Worker
from planning.store.service.interface import ServiceStore
from planning.store.service.open import open_store

with warnings.catch_warnings():
    # Starlette asks for a successor of httpx that is not among our packages.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

_ids = itertools.count()
SALES = [
    {"sku": sku, "date": f"2024-{month:02d}-01", "units_sold": units + month % 3}
    for sku, units in (("A-100", 20), ("B/200", 5))
    for month in range(1, 13)
]
ITEMS = [
    {"sku": "A-100", "unit_cost": 4.0, "supplier": "Acme"},
    {"sku": "B/200", "unit_cost": 50.0, "supplier": "Acme"},
]
SUPPLIERS = [{"supplier": "Acme", "lead_time_days": 20, "review_period_days": 30}]
STOCK = [{"sku": "A-100", "on_hand": 2}, {"sku": "B/200", "on_hand": 1}]
TABLES = {"sales": SALES, "items": ITEMS, "suppliers": SUPPLIERS, "stock": STOCK}


def service(folder: Path, loopback: bool = True, bounds: Bounds | None = None) -> FastAPI:
    """The application over a new store below `folder`."""
    workspace = folder / f"w{next(_ids)}"
    return create_app(open_store(workspace), workspace, loopback, bounds)


def with_tables(folder: Path) -> FastAPI:
    """The application over a new store that has `TABLES`."""
    made = service(folder)
    post_tables(client(made))
    return made


def post_tables(asked: TestClient) -> None:
    """Post all of `TABLES`."""
    for table, rows in TABLES.items():
        assert asked.post(f"/v1/tables/{table}", json={"rows": rows}).status_code == 200


def work(app: FastAPI) -> None:
    """Do the one job that waits."""
    assert Worker(store_of(app), app.state.workspace).run(once=True) == 1


def store_of(app: FastAPI) -> ServiceStore:
    store: ServiceStore = app.state.store
    return store


def client(app: FastAPI, secret: str | None = None, **more: Any) -> TestClient:
    headers = {} if secret is None else {"authorization": f"Bearer {secret}"}
    return TestClient(app, headers=headers, **more)


def key(app: FastAPI, *scopes: str, **more: Any) -> str:
    """The secret of a new key."""
    return store_of(app).create_key("test", scopes, "test", **more)[1]
