"""How long `restock retrain` takes and how much memory it needs, the global model included.

    python -m experiments.benchmarks.learning [--data DIR] [--only favorita-weekly sample]

The installed command in a process of its own and an empty workspace, twice: first without a
champion, then a bucket later against the one it made. Costs that favorita-weekly does not have
are those of its replay. Compiled code is cached and loaded.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from domain.errors import UnavailableError
from domain.periods import calendar_of
from experiments.benchmarks import results
from experiments.benchmarks.options import add_data, add_results, parser_of, run_main
from experiments.benchmarks.replay_trials import TRIALS, dataset_of
from experiments.benchmarks.results import Row
from planning.as_of import sales_days, settle
from planning.store.read import read_dataset

MUSTS = {"favorita-weekly": (360.0, 4_000.0), "sample": (120.0, 4_000.0)}
"""Seconds and megabytes that a retraining may take on two cores."""
CASES = ("first", "next")


@dataclass(frozen=True)
class Measured:
    """One process."""

    series: int
    outcome: str
    seconds: float  # wall clock
    cpu_seconds: float
    peak_mb: float


def retrained(command: Sequence[str]) -> Measured:
    """Run a retraining and measure its process; raises UnavailableError where it fails."""
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise UnavailableError(
            f"restock retrain ended with {process.returncode}",
            " ".join(command),
            "Run it by hand, and mend what it says.",
        )
    made = json.loads(said)
    return Measured(
        series=int(made["series"]),
        outcome=str(made["outcome"]),
        seconds=time.perf_counter() - begun,
        cpu_seconds=used.ru_utime + used.ru_stime,
        peak_mb=used.ru_maxrss / 1000,
    )


def runs_of(name: str, data: Path) -> list[Row]:
    """Both retrainings of a data set: their table and rows."""
    trial = next(trial for trial in TRIALS if trial.name == name)
    restock = str(Path(sys.executable).parent / "restock")
    told = [word for key, value in trial.settings.items() for word in ("--set", f"{key}={value}")]
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = dataset_of(trial, data, Path(scratch))
        for case, as_of in zip(CASES, _last_two(folder), strict=True):
            command = [restock, "retrain", str(folder), "--workspace", f"{scratch}/work"]
            made = retrained([*command, "--as-of", as_of, "--json", *told])
            show(name, case, made)
            rows += rows_of(f"{name}, {made.series} series ({case})", made)
    return rows


def _last_two(folder: Path) -> list[str]:
    """The last days of the last two buckets of history."""
    dataset = read_dataset(folder, None, {})
    bucket, last = settle(dataset, None, "--as-of")
    calendar = calendar_of(sales_days(dataset), bucket, last)
    return [str(day) for day in calendar.end_of(calendar.count + np.array([-2, -1]))]


def show(name: str, case: str, made: Measured) -> None:
    """A line beside what is asked."""
    most, room = MUSTS[name]
    print(
        f"{name:16} {case:6} {made.outcome:9} {made.seconds:6.0f} s of {most:g}"
        f"  {made.cpu_seconds:6.0f} CPU s  {made.peak_mb:6,.0f} MB of {room:,.0f}"
        f"  load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def rows_of(case: str, made: Measured) -> list[Row]:
    """Rows of the results file."""
    return [
        Row("learning", case, "seconds", made.seconds, "s"),
        Row("learning", case, "cpu_seconds", made.cpu_seconds, "s"),
        Row("learning", case, "peak_mb", made.peak_mb, "MB"),
    ]


def measure(asked: argparse.Namespace) -> None:
    """Print the table and keep its rows."""
    rows = [row for name in asked.only or MUSTS for row in runs_of(name, asked.data)]
    results.record(rows, asked.results)


def main() -> int:
    """Run what the command line asks for."""
    parser = parser_of(__doc__)
    add_data(parser)
    add_results(parser)
    parser.add_argument("--only", nargs="*", choices=MUSTS, help="which of them; all by default")
    return run_main(lambda: measure(parser.parse_args()))


if __name__ == "__main__":
    raise SystemExit(main())
