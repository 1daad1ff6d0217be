"""Clients that others' generators make from the OpenAPI document do the whole journey.

Their environment is that of `make clients`.
"""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from planning.store.service.records import State
from tests.failures.processes import ROOT, SERVER, Processes

HERE = Path(__file__).parent
ENVIRONMENT = ROOT / ".venv-clients"
NODE = ENVIRONMENT / "node_modules"
ORDER = "PO-2024-17"
Journey = Callable[[Path, Processes], str]

pytestmark = pytest.mark.elsewhere


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Processes]:
    """A service with a worker beside, over an empty store."""
    with Processes(tmp_path / "work", f"sqlite:///{tmp_path}/restock.db") as running:
        running.start(SERVER, served=())
        running.wait_ready()
        with running.client() as asked:
            (tmp_path / "openapi.json").write_bytes(asked.get("/openapi.json").content)
        yield running


def run(folder: Path, *command: str | Path, **environment: str) -> str:
    """What a command writes; its complaint is the test's."""
    told = {**os.environ, "PATH": f"{ENVIRONMENT / 'bin'}:{os.environ['PATH']}", **environment}
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, env=told, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def with_python(folder: Path, service: Processes) -> str:
    generate = ("openapi-python-client", "generate", "--path", "openapi.json")
    run(folder, *generate, "--output-path", "made")
    journey = (HERE / "journey.py", service.url, service.key, ORDER)
    return run(folder, "python", *journey, PYTHONPATH=str(folder / "made"))


def with_typescript(folder: Path, service: Processes) -> str:
    (folder / "node_modules").symlink_to(NODE)
    for name in ("journey.ts", "package.json", "tsconfig.json"):
        (folder / name).write_bytes((HERE / name).read_bytes())
    run(folder, NODE / ".bin" / "openapi-typescript", "openapi.json", "-o", "schema.d.ts")
    run(folder, NODE / ".bin" / "tsc")
    return run(folder, "node", "journey.js", service.url, service.key, ORDER)


@pytest.mark.parametrize("journey", [with_python, with_typescript])
def test_a_generated_client_does_the_whole_journey(
    journey: Journey, service: Processes, tmp_path: Path
) -> None:
    told = json.loads(journey(tmp_path, service).splitlines()[-1])
    with service.store() as store:
        (line,) = store.changes(9).items
        assert told == {"line": line.id, "state": "acknowledged"}
        assert (line.state, line.erp_order_id) == (State.ACKNOWLEDGED, ORDER)
        assert len(store.plans(9).items) == 1
