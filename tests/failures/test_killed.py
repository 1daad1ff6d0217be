"""Server and worker killed at random moments: nothing acknowledged is lost or done twice."""

import random
import time
from pathlib import Path

import psutil
import pytest

from api.jobs.worker import Worker
from planning.store.service.sql_store import open_sql_store
from tests.failures.load import Load
from tests.failures.processes import PATIENCE_SECONDS, SERVER, WORKER, Processes
from tests.failures.verdict import judge

pytestmark = pytest.mark.thorough

VICTIMS = ((SERVER,), (SERVER, WORKER), (WORKER,))


def kill_and_begin_again(
    workspace: Path, database_url: str, kills: int, longest: float, seed: int
) -> None:
    """Kill `kills` times, each after at most `longest` seconds of load, and judge what is left."""
    draw = random.Random(seed)
    with Processes(workspace, database_url) as service:
        service.start(SERVER, WORKER)
        service.wait_ready()
        with Load(service) as load:
            for number in range(kills):
                time.sleep(draw.uniform(0.1, longest))
                victims = VICTIMS[number % len(VICTIMS)]
                service.kill(*victims)
                service.start(*victims)
                service.wait_ready()
            told = load.end()
        service.kill(SERVER, WORKER)
        with service.store() as store:
            judge(store, workspace, told)
        assert told.rows
        assert told.states


def test_killed_three_times(database_url: str, tmp_path: Path) -> None:
    kill_and_begin_again(tmp_path / "work", database_url, kills=3, longest=2.0, seed=1)


@pytest.mark.torture
def test_killed_fifty_times(database_url: str, tmp_path: Path) -> None:
    kill_and_begin_again(tmp_path / "work", database_url, kills=50, longest=8.0, seed=2)


def test_nobody_is_left_where_the_process_that_keeps_the_others_is_killed(tmp_path: Path) -> None:
    with Processes(tmp_path / "work", f"sqlite:///{tmp_path}/restock.db") as service:
        service.start(SERVER, served=("--workers", "2"))
        service.wait_ready()
        family = psutil.Process(service.running[SERVER].pid).children(recursive=True)
        assert len(family) >= 3
        service.kill(SERVER)
        _, left = psutil.wait_procs(family, timeout=PATIENCE_SECONDS)
        assert left == []


def test_a_worker_begins_nothing_once_its_server_is_gone(tmp_path: Path) -> None:
    store = open_sql_store(tmp_path, None)
    store.enqueue("plan", {"plan": "none"}, "test")
    told: list[str] = []
    assert Worker(store, tmp_path, beside=0, tell=told.append).run() == 0
    assert told == ["the process it was begun by is gone"]
    assert store.jobs(9).items[0].attempt == 0
    store.close()
