"""Requests at a service on this machine, by connections that ask again as soon as answered.

`python -m experiments.benchmarks.service_load PORT PATHS SECONDS CONNECTIONS`, a key on standard
input; gives one line of JSON. A process of its own, so that it takes nothing from the server's.
It asks 127.0.0.1 alone, with at most 64 connections for at most 120 seconds.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.errors import UnavailableError

HOST = "127.0.0.1"
MOST_CONNECTIONS, MOST_SECONDS = 64, 120.0
HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"


@dataclass(frozen=True)
class Load:
    """What a run of requests found."""

    requests: int
    per_second: float
    median_seconds: float
    p99_seconds: float
    mean_bytes: float
    refused: int  # answers that were not 200


@dataclass
class _Told:
    """What all connections of a run write down."""

    until: float
    requests: Iterator[bytes]
    seconds: list[float] = field(default_factory=list)
    sizes: int = 0
    refused: int = 0


class _Connection(asyncio.Protocol):
    """One connection: a request, its whole answer, the next request."""

    def __init__(self, told: _Told, over: asyncio.Future[None]) -> None:
        self.told, self.over = told, over
        self.got, self.wanted, self.asked_at = bytearray(), 0, 0.0
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self._ask()

    def _ask(self) -> None:
        self.got.clear()
        self.wanted, self.asked_at = 0, time.perf_counter()
        if self.asked_at > self.told.until:
            self.transport.close()
        else:
            self.transport.write(next(self.told.requests))

    def data_received(self, data: bytes) -> None:
        self.got += data
        if not self.wanted:
            end = self.got.find(HEAD_END)
            if end < 0:
                return
            head = bytes(self.got[:end]).lower()
            length = head.partition(LENGTH)[2].partition(b"\r\n")[0]
            self.wanted = end + len(HEAD_END) + int(length or 0)
            self.told.refused += not head.startswith(b"http/1.1 200 ")
        if len(self.got) >= self.wanted:
            self.told.seconds.append(time.perf_counter() - self.asked_at)
            self.told.sizes += self.wanted
            self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.over.done():
            self.over.set_result(None)


async def run(port: int, paths: list[str], key: str, seconds: float, connections: int) -> Load:
    """Ask for the paths in turn, over and over."""
    connections, seconds = min(connections, MOST_CONNECTIONS), min(seconds, MOST_SECONDS)
    head = f"Host: {HOST}:{port}\r\nAuthorization: Bearer {key}\r\n\r\n"
    asked = itertools.cycle([f"GET {path} HTTP/1.1\r\n{head}".encode() for path in paths])
    loop = asyncio.get_running_loop()
    begun = time.perf_counter()
    told = _Told(begun + seconds, asked)
    over = [loop.create_future() for _ in range(connections)]
    for one in over:
        await loop.create_connection(lambda one=one: _Connection(told, one), HOST, port)  # type: ignore[misc]
    await asyncio.gather(*over)
    took = time.perf_counter() - begun
    found, count = sorted(told.seconds), len(told.seconds)
    return Load(
        count,
        count / took,
        found[count // 2],
        found[int(count * 0.99)],
        told.sizes / count,
        told.refused,
    )


def loaded(port: int, paths: Path, key: str, seconds: float, connections: int) -> Load:
    """A run in a process of its own; raises UnavailableError where it breaks off."""
    command = [sys.executable, "-m", __name__, str(port), str(paths), str(seconds)]
    said = subprocess.run(
        [*command, str(connections)], input=key, capture_output=True, text=True, check=False
    )
    if said.returncode:
        raise UnavailableError(
            "the service did not answer to the end", f"port {port}", said.stderr[-500:]
        )
    return Load(**json.loads(said.stdout))


def main() -> None:
    """One run, as the command line says."""
    port, file, seconds, connections = sys.argv[1:5]
    paths = Path(file).read_text(encoding="utf-8").split()
    key = sys.stdin.read().strip()
    load = asyncio.run(run(int(port), paths, key, float(seconds), int(connections)))
    print(json.dumps(vars(load)))


if __name__ == "__main__":
    main()
