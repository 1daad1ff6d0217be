"""Clients that keep at it: what was not answered is sent again with its key, until it is."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.failures.processes import PATIENCE_SECONDS, Processes

AGAIN_SECONDS = 0.1
MONTHS = [f"2024-{month:02d}-01" for month in range(1, 13)]
UPLOAD_EVERY_SECONDS = 0.5


@dataclass
class Acknowledged:
    """What the service has said it has done."""

    rows: dict[tuple[str, str], float] = field(default_factory=dict)  # units by sku and date
    plans: dict[str, str] = field(default_factory=dict)  # ids by idempotency key
    jobs: list[str] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)  # of recommendations, by id
    unavailable: list[httpx.Response] = field(default_factory=list)  # every 503 on the way
    strange: list[str] = field(default_factory=list)  # what no client can do anything with


class Load:
    """Posts sales, uploads files, plans, approves, releases and acknowledges until told to end."""

    def __init__(self, service: Processes) -> None:
        self.service = service
        self.acknowledged = Acknowledged()
        self._ending = threading.Event()
        works: list[Callable[[httpx.Client], None]] = [
            lambda client: self._post(client, "L"),
            lambda client: self._post(client, "M"),
            self._upload,
            self._plan,
        ]
        self._asked: dict[str, str] = {}  # what each thread has asked for last
        self._threads = [threading.Thread(target=self._run, args=(work,)) for work in works]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> Acknowledged:
        """Begin nothing new, and wait until all that was sent is acknowledged."""
        self._ending.set()
        until = time.monotonic() + PATIENCE_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
            if thread.is_alive():
                asked = self._asked.get(thread.name, "something")
                self.acknowledged.strange.append(f"{asked}: not done in {PATIENCE_SECONDS:g} s")
        return self.acknowledged

    def _run(self, work: Callable[[httpx.Client], None]) -> None:
        try:
            with self.service.client(timeout=20.0) as client:
                work(client)
        except Exception as error:
            self.acknowledged.strange.append(repr(error))

    def _ask(self, client: httpx.Client, path: str, key: str | None = None, **sent: Any) -> Any:
        """The answer's JSON; asks again while nobody answers or the service says to wait."""
        headers = {} if key is None else {"idempotency-key": key}
        headers |= sent.pop("headers", {})
        method = "GET" if key is None else "POST"
        self._asked[threading.current_thread().name] = f"{method} {path} {key or ''}"
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                answer = client.request(method, path, headers=headers, **sent)
            except httpx.TransportError:
                time.sleep(AGAIN_SECONDS)
                continue
            if answer.is_success:
                return answer.json()
            if answer.status_code == 503:
                self.acknowledged.unavailable.append(answer)
            elif answer.json()["type"] != "urn:restock:problem:still-running":
                break
            time.sleep(AGAIN_SECONDS)
        raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text}")

    def _numbers(self) -> Iterator[int]:
        """Numbers until the load is to end."""
        return itertools.takewhile(lambda _: not self._ending.is_set(), itertools.count())

    def _post(self, client: httpx.Client, name: str) -> None:
        for number in self._numbers():
            month = MONTHS[number % 12]
            skus = [f"{name}{number // 12}-{part}" for part in "ab"]
            rows = [{"sku": sku, "date": month, "units_sold": number % 50 + 1} for sku in skus]
            self._ask(client, "/v1/tables/sales", f"{name}-{number}", json={"rows": rows})
            self.acknowledged.rows |= {(sku, month): number % 50 + 1 for sku in skus}

    def _upload(self, client: httpx.Client) -> None:
        for number in self._numbers():
            body = "sku,date,units_sold\n" + "".join(f"U{number},{day},7\n" for day in MONTHS)
            headers = {"content-type": "text/csv"}
            path = "/v1/tables/sales/uploads"
            job = self._ask(client, path, f"upload-{number}", content=body, headers=headers)
            self.acknowledged.jobs.append(job["id"])
            self.acknowledged.rows |= {(f"U{number}", day): 7.0 for day in MONTHS}
            self._ending.wait(UPLOAD_EVERY_SECONDS)
        for job in self.acknowledged.jobs:
            while self._ask(client, f"/v1/jobs/{job}")["state"] in ("queued", "running"):
                time.sleep(AGAIN_SECONDS)

    def _plan(self, client: httpx.Client) -> None:
        for number in self._numbers():
            sku = f"P{number}"
            rows = [{"sku": sku, "date": day, "units_sold": 20} for day in MONTHS]
            self._ask(client, "/v1/tables/sales", f"new-{number}", json={"rows": rows})
            self.acknowledged.rows |= {(sku, day): 20.0 for day in MONTHS}
            key = f"plan-{number}"
            place = self._ask(client, "/v1/plans", key, json={})["id"]
            self.acknowledged.plans[key] = place
            while (plan := self._ask(client, f"/v1/plans/{place}"))["state"] == "requested":
                time.sleep(AGAIN_SECONDS)
            if plan["state"] == "published":
                self._order(client, place)

    def _order(self, client: httpx.Client, plan: str) -> None:
        """Approve, release and acknowledge all that a plan proposes."""
        lines = self._ask(client, f"/v1/plans/{plan}/lines?state=proposed&limit=5000")["items"]
        ids = [line["id"] for line in lines if not line["tombstone"]]
        if not ids:
            return
        path = f"/v1/plans/{plan}"
        items = [{"id": id, "action": "approve"} for id in ids]
        self._decide(client, f"{path}/decisions", f"approve-{plan}", {"items": items})
        self._decide(client, f"{path}/release", f"release-{plan}", {"ids": ids})
        told = [{"id": id, "erp_order_id": f"PO-{id}"} for id in ids]
        path = "/v1/recommendations/acknowledgements"
        self._decide(client, path, f"acknowledge-{plan}", {"items": told})

    def _decide(self, client: httpx.Client, path: str, key: str, body: dict[str, Any]) -> None:
        done = self._ask(client, path, key, json=body)
        for item in done["items"]:
            if item["status"] == 200:
                self.acknowledged.states[item["id"]] = item["recommendation"]["state"]
            else:
                self.acknowledged.strange.append(f"{path}: {item}")
