"""The running service: which addresses it may listen on, its processes, and their end."""

from __future__ import annotations

import gc
import ipaddress
import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.errors import ConflictError
from planning.store.service.interface_access import Keys

if TYPE_CHECKING:
    from api.http.gate import Bounds

WORKSPACE_VARIABLE, DOOR_VARIABLE = "RESTOCK_WORKSPACE", "RESTOCK_DOOR"
BURST = 10
"""Requests at once, in those of a second."""
STOP_SECONDS = 30
"""How long a process that was asked to stop may finish what it has begun."""
RESTART_SECONDS = 2.0
OPEN_SECONDS = 0.05
LARGEST_HEAD = 32 * 1024
WORKER = "from api.cli.main import main; main()"


@dataclass(frozen=True)
class Door:
    """Whom the server processes answer, and how often: told to them in the environment."""

    loopback: bool
    requests_per_second: float
    processes: int = 1

    def bounds(self) -> Bounds:
        """What one key may ask of each process, so that all together answer it no more often."""
        from api.http.gate import Bounds

        often = self.requests_per_second / self.processes
        return Bounds(requests_per_second=often, burst=BURST * often)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_open_door(store: Keys, host: str) -> bool:
    """Whether the address is loopback; raises ConflictError for another one without any key."""
    if is_loopback(host):
        return True
    if not store.keys():
        raise ConflictError(
            "without a key the service listens on this machine only",
            f"--host {host}",
            "Make a key first (restock keys create), or listen on 127.0.0.1.",
        )
    return False


def refuse_taken_address(host: str, port: int) -> None:
    """Raise ConflictError where nobody can listen on an address, or somebody does already."""
    try:
        kind, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        raise ConflictError(
            f"nobody can listen there: {(error.strerror or str(error)).lower()}",
            f"--host {host} --port {port}",
            "Give another --host or --port, or stop what listens there.",
        ) from error


def when_open(host: str, port: int, then: Callable[[], None]) -> None:
    """Call `then` once somebody listens on an address, in a thread that keeps nobody waiting."""

    def look() -> None:
        while True:
            with suppress(OSError), socket.create_connection((host, port), timeout=1.0):
                break
            time.sleep(OPEN_SECONDS)
        then()

    threading.Thread(target=look, name="open", daemon=True).start()


def served() -> Any:
    """The application of one server process, opened over the workspace it was told of."""
    from api.http.app import create_app
    from api.http.observed import log_as_lines
    from planning.store.service.open import open_store

    log_as_lines()
    _end_with_parent()
    workspace = Path(os.environ[WORKSPACE_VARIABLE])
    door = Door(**json.loads(os.environ[DOOR_VARIABLE]))
    app = create_app(open_store(workspace), workspace, door.loopback, door.bounds())
    app.openapi()
    # What lives as long as the process is not looked through again: that halts every request.
    gc.collect()
    gc.freeze()
    return app


def _end_with_parent() -> None:
    """Where several processes answer, end this one as soon as the one that keeps them is gone.

    A process without its keeper would hold the address, and answer from old code for ever.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="keeper gone", daemon=True).start()


def run_server(workspace: Path, host: str, port: int, workers: int, door: Door) -> None:
    """Answer requests until told to stop; then finish those that have begun."""
    import uvicorn

    os.environ[WORKSPACE_VARIABLE] = str(workspace)
    os.environ[DOOR_VARIABLE] = json.dumps(asdict(door))
    uvicorn.run(
        "api.http.serving:served",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        h11_max_incomplete_event_size=LARGEST_HEAD,
    )


@contextmanager
def stopped_by_signal() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does, so that what it holds is put away."""

    def stop(number: int, frame: object) -> None:
        del frame
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def worker_beside(
    workspace: Path, say: Callable[[str], None], command: Sequence[str] | None = None
) -> Iterator[None]:
    """A worker in a process of its own, begun again should it die, stopped at the end."""
    told = command or (
        *(sys.executable, "-c", WORKER, "worker"),
        *("--workspace", str(workspace), "--beside", str(os.getpid())),
    )
    keeper = _Keeper(tuple(told), say)
    keeper.start()
    try:
        yield
    finally:
        keeper.stop()


class _Keeper(threading.Thread):
    """Keeps one child process alive."""

    def __init__(self, command: Sequence[str], say: Callable[[str], None]) -> None:
        super().__init__(daemon=True)
        self.command, self.say = command, say
        self.over = threading.Event()
        self.child = subprocess.Popen(self.command)

    def run(self) -> None:
        """Wait for the child, and begin it again until it is to be over."""
        while True:
            code = self.child.wait()
            if self.over.is_set():
                return
            self.say(f"the worker ended with {code}; it is begun again")
            if self.over.wait(RESTART_SECONDS):
                return
            self.child = subprocess.Popen(self.command)

    def stop(self) -> None:
        """Ask the child to finish or hand back its job; after that it is ended."""
        self.over.set()
        self.child.terminate()
        try:
            self.child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.join(STOP_SECONDS)
