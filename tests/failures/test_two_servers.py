"""Two processes answer over one store, as `restock serve --workers 2` has it."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.failures.load import MONTHS
from tests.failures.processes import SERVER, Processes

pytestmark = pytest.mark.thorough

AT_ONCE = 24
RATE, BURST = 4.0, 40.0
ROWS = {"rows": [{"sku": "a", "date": day, "units_sold": 20} for day in MONTHS]}
STILL = "urn:restock:problem:still-running"


@pytest.fixture
def pair(database_url: str, tmp_path: Path) -> Iterator[Processes]:
    with Processes(tmp_path / "work", database_url) as service:
        yield service


def begin(service: Processes, *more: str) -> None:
    service.start(SERVER, served=("--no-worker", "--workers", "2", *more))
    service.wait_ready()
    children = psutil.Process(service.running[SERVER].pid).children(recursive=True)
    assert len([one for one in children if "resource_tracker" not in " ".join(one.cmdline())]) == 2


def at_once(service: Processes, ask: Callable[[httpx.Client], Any], times: int) -> list[Any]:
    """Answers to as many requests at once, each over a connection of its own."""

    def one(_: int) -> Any:
        with service.client() as client:
            return ask(client)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(times)))


def once(path: str, body: dict[str, Any]) -> Callable[[httpx.Client], httpx.Response]:
    """Sends a request under one key again until it is answered."""

    def ask(client: httpx.Client) -> httpx.Response:
        while True:
            answer = client.post(path, json=body, headers={"idempotency-key": "one"})
            if answer.status_code != 409 or answer.json()["type"] != STILL:
                return answer
            time.sleep(0.05)

    return ask


def test_one_key_sent_to_both_at_once_is_done_once(pair: Processes) -> None:
    begin(pair)
    written = at_once(pair, once("/v1/tables/sales", ROWS), AT_ONCE)
    assert {(one.status_code, one.text) for one in written} == {(200, written[0].text)}
    plans = at_once(pair, once("/v1/plans", {}), AT_ONCE)
    assert {one.status_code for one in plans} == {202}
    assert len({one.json()["id"] for one in plans}) == 1
    other = at_once(pair, once("/v1/plans", {"as_of": "2024-06-30"}), 4)
    assert {one.status_code for one in other} == {422}
    with pair.store() as store:
        assert store.version() == 1
        assert [plan.id for plan in store.plans(9).items] == [plans[0].json()["id"]]
        assert len(store.jobs(9).items) == 1
        said = [entry.action for entry in store.audit(99).items if entry.subject == "plan"]
        assert said == ["request"]


def test_both_together_answer_one_key_as_often_as_one_would(tmp_path: Path) -> None:
    """How often is counted in each process, on whatever database."""
    with Processes(tmp_path / "work", f"sqlite:///{tmp_path}/restock.db") as pair:
        begin(pair, "--requests-per-second", str(RATE))
        began = time.monotonic()

        def ask(client: httpx.Client) -> httpx.Response:
            return client.get("/v1/settings")

        answers = at_once(pair, ask, 4 * round(BURST))
        took = time.monotonic() - began
    refused = [one for one in answers if one.status_code == 429]
    assert {one.status_code for one in answers} == {200, 429}
    assert all(int(one.headers["retry-after"]) > 0 for one in refused)
    assert len(answers) - len(refused) <= BURST + RATE * took + 2
