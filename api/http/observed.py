"""What is told of every request: a line of the log without secrets, and figures for Prometheus."""

from __future__ import annotations

import json
import logging
import sys
import time
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


def log_as_lines(stream: TextIO | None = None) -> None:
    """Write the log of this process as JSON lines."""
    handler = logging.StreamHandler(stream or sys.stderr)
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
        self.started = time.time()

    def text(self) -> bytes:
        """All figures as Prometheus reads them."""
        return generate_latest(self.registry)
