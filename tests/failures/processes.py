"""A server and a worker in processes of their own, to be killed, stopped and begun again."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from types import TracebackType

import httpx

from planning.store.service.database import LOCK_SECONDS
from planning.store.service.sql_store import SqlStore, open_sql_store

ROOT = Path(__file__).parents[2]
COMMAND = """
import sys
from planning.store.service import database
database.LOCK_SECONDS = float(sys.argv.pop(1))
from api.cli.main import main
main()
"""
SERVER, WORKER = "server", "worker"
LEASE_SECONDS = 1.5
PATIENCE_SECONDS = 120.0
"""How long anything may take before a test gives it up."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Processes:
    """What runs over one workspace; at the end of the block nothing does."""

    def __init__(
        self, workspace: Path, database_url: str, lock_seconds: float = LOCK_SECONDS
    ) -> None:
        self.workspace, self.database_url = workspace, database_url
        self.lock_seconds = lock_seconds
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = workspace.parent / "log"
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        with self.store() as store:
            self.key = store.create_key("load", ["admin"], "test")[1]

    def start(self, *names: str, served: tuple[str, ...] = ("--no-worker",)) -> None:
        """Begin processes: the server, and workers by any other names."""
        environment = {
            **os.environ,
            "RESTOCK_DATABASE_URL": self.database_url,
            "NUMBA_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
        for name in names:
            command = [sys.executable, "-c", COMMAND, str(self.lock_seconds)]
            told = ["worker", "--lease-seconds", str(LEASE_SECONDS)]
            if name == SERVER:
                told = ["serve", *served, "--port", str(self.port)]
            with self.log.open("ab") as log:
                self.running[name] = subprocess.Popen(
                    [*command, *told, "--workspace", str(self.workspace)],
                    cwd=ROOT,
                    env=environment,
                    stdout=log,
                    stderr=log,
                )

    def kill(self, *names: str) -> None:
        """End processes as a loss of power would: nothing is put away."""
        for name in names:
            self.running[name].kill()
        for name in names:
            self.running.pop(name).wait(PATIENCE_SECONDS)

    def signal(self, name: str, number: signal.Signals) -> None:
        self.running[name].send_signal(number)

    def client(self, timeout: float = PATIENCE_SECONDS) -> httpx.Client:
        headers = {"authorization": f"Bearer {self.key}"}
        # Without TLS, whose certificates take longer to read than most answers to come.
        return httpx.Client(base_url=self.url, headers=headers, timeout=timeout, verify=False)

    def wait_ready(self) -> None:
        """Wait until the server answers and its database does."""
        until = time.monotonic() + PATIENCE_SECONDS
        with self.client() as asked:
            while time.monotonic() < until:
                assert self.running[SERVER].poll() is None, self.log.read_text()
                try:
                    if asked.get("/readyz").status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def store(self) -> closing[SqlStore]:
        """The same store in this process, for the length of a block."""
        return closing(open_sql_store(self.workspace, self.database_url))

    def __enter__(self) -> "Processes":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self.running.values():
            process.send_signal(signal.SIGCONT)
        self.kill(*self.running)
