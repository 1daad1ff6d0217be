"""What is told of every request: a line of the log without secrets, and figures for Prometheus."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from json.encoder import encode_basestring_ascii as _text
from typing import TextIO

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

LOG = logging.getLogger("restock")
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class JsonLines(logging.Formatter):
    """A line of JSON an event: what was passed as `extra={"told": {...}}` beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        """One event as one line."""
        told: dict[str, object] = {
            "at": round(record.created, 3),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "told", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, default=str)


class RequestLines:
    """A line a request; those of one turn of the loop are written together.

    The logging of the standard library costs as much as the look-up that is asked most.
    """

    def __init__(self) -> None:
        self.stream: TextIO | None = None
        self._waiting: list[str] = []

    def tell(
        self, name: str, method: str, route: str, status: int, seconds: float, by: str | None
    ) -> None:
        """What became of a request, never what it carried."""
        if self.stream is None:
            return
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._write)
        who = "null" if by is None else _text(by)
        self._waiting.append(
            f'{{"at": {time.time():.3f}, "level": "info", "event": "request", '
            f'"request_id": {_text(name)}, "method": {_text(method)}, "route": {_text(route)}, '
            f'"status": {status}, "milliseconds": {seconds * 1000:.2f}, "by": {who}}}\n'
        )

    def _write(self) -> None:
        lines, self._waiting = self._waiting, []
        if self.stream is not None:
            self.stream.write("".join(lines))
            self.stream.flush()


REQUESTS = RequestLines()


def log_as_lines(stream: TextIO | None = None) -> None:
    """Write the log of this process as JSON lines."""
    REQUESTS.stream = stream or sys.stderr
    handler = logging.StreamHandler(REQUESTS.stream)
    handler.setFormatter(JsonLines())
    LOG.handlers = [handler]
    LOG.setLevel(logging.INFO)
    LOG.propagate = False


class Figures:
    """Counts and seconds of requests, by route and status, never by what was asked for."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "restock_requests_total",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "restock_request_seconds",
            "Seconds from the first byte of a request to its answer.",
            ("route",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.version = Gauge(
            "restock_store_version", "Version of the tables.", registry=self.registry
        )
        self._told: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def tell(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request; which figures are its own is looked up once."""
        found = self._told.get((method, route, status))
        if found is None:
            counter = self.requests.labels(method, route, str(status))
            found = self._told[method, route, status] = (counter, self.seconds.labels(route))
        found[0].inc()
        found[1].observe(seconds)

    def text(self) -> bytes:
        """All figures as Prometheus reads them."""
        return generate_latest(self.registry)
