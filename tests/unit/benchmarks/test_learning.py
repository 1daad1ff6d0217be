"""A measured retraining is a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from domain.errors import UnavailableError
from experiments.benchmarks.learning import _last_two, retrained
from tests.e2e.shop import small_shop

SAID = 'import json; x = bytearray(b"1") * 80_000_000; print(json.dumps({"series": 3, "outcome": "first"}))'  # noqa: E501


def test_memory_and_cpu_are_those_of_the_process() -> None:
    made = retrained([sys.executable, "-c", SAID])
    assert (made.series, made.outcome) == (3, "first")
    assert made.peak_mb >= 80
    assert 0 < made.cpu_seconds <= 8 * made.seconds


def test_one_that_fails_is_named() -> None:
    with pytest.raises(UnavailableError, match="ended with 7"):
        retrained([sys.executable, "-c", "raise SystemExit(7)"])


def test_the_days_are_the_last_of_the_last_two_buckets(tmp_path: Path) -> None:
    shop = small_shop(skus=2)
    shop.settings = 'bucket = "week"\n'
    sales = shop.tables["sales"]
    shop.tables["sales"] = sales[sales["date"].isin(["2024-05-06", "2024-05-13", "2024-05-27"])]
    assert _last_two(shop.write(tmp_path)) == ["2024-05-26", "2024-06-02"]
