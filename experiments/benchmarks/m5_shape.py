"""How long a forecast of a panel of M5's size takes, and how much memory: arrays to arrays.

    python -m experiments.benchmarks.m5_shape [--data DIR] [--only local full refresh]

30,490 series × 1,941 days resampled from walmart-daily (`m5_panel`); 28 days, each day's demand
and the sum through it at 14 levels; two threads; compiled code is cached and loaded. `local`: the
local models; `full`: with the global model; `refresh`: one new day, from states stored a day
before, read from disk and checked. Each runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from domain.settings import Settings, Solver
from domain.terms import Panel
from experiments.benchmarks import results
from experiments.benchmarks.data import TASKS, load
from experiments.benchmarks.m5_panel import resampled
from experiments.benchmarks.options import add_data, add_results, parser_of, run_main
from experiments.benchmarks.reading import peak_memory_mb
from experiments.benchmarks.results import Row
from forecasting.kept import Kept
from forecasting.run import forecast
from planning.forecast_states import WorkspaceStates

HORIZON = 28
LEVELS = np.array([.05, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .99, .995, .999])  # fmt: skip
THREADS = 2
WARMING, RUNS = 100, 3
MUSTS = {"local": (5.0, 2_000), "full": (240.0, 3_000), "refresh": (1.0, 2_000)}
"""Seconds and megabytes that each may take."""


def everything(panel: Panel, settings: Settings, states: WorkspaceStates | None = None) -> float:
    """Seconds of a forecast with all its quantiles."""
    begun = time.perf_counter()
    made = forecast(panel, settings, HORIZON, kept=Kept(states))
    _, sums = made.sums(LEVELS)
    made.buckets(LEVELS, sums)
    return time.perf_counter() - begun


def measured(kind: str, data: Path) -> dict[str, float]:
    """Seconds (the least of three runs; of `full` one) and peak memory of this process."""
    task = next(task for task in TASKS if task.name == "walmart-daily")
    source = load(data, task, None).panel
    mode = "full" if kind == "full" else "local"
    settings = Settings(forecast_mode=mode, solver=Solver(threads=THREADS))
    small, panel = resampled(source, WARMING), resampled(source)
    with tempfile.TemporaryDirectory() as folder:
        if kind != "refresh":
            everything(small, settings)
            seconds = [everything(panel, settings) for _ in range(1 if kind == "full" else RUNS)]
        else:
            refreshed(small, settings, Path(folder))
            seconds = refreshed(panel, settings, Path(folder))
    return {
        "seconds": min(seconds),
        "peak_mb": peak_memory_mb(),
        "series": panel.series,
        "days": panel.buckets,
    }


def refreshed(panel: Panel, settings: Settings, folder: Path) -> list[float]:
    """Seconds of forecasts from the states of the day before; the new ones are written later."""
    states = WorkspaceStates(folder)
    everything(panel.first_buckets(panel.buckets - 1), settings, states)
    states.write()
    return [everything(panel, settings, WorkspaceStates(folder)) for _ in range(RUNS)]


def measure(asked: argparse.Namespace) -> None:
    """Print a line a kind and keep its rows."""
    rows = []
    for kind in asked.only or MUSTS:
        command = [sys.executable, "-m", __spec__.name, "--data", str(asked.data), "--run", kind]
        environment = os.environ | {"NUMBA_NUM_THREADS": str(THREADS)}
        said = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        found = json.loads(said.stdout)
        most, room = MUSTS[kind]
        print(
            f"{kind:8} {found['seconds']:7.2f} s of {most:g}   {found['peak_mb']:6.0f} MB of "
            f"{room:,}   load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        case = f"{kind}, {found['series']:.0f} series × {found['days']:.0f} days"
        rows += [
            Row("m5_shape", case, "seconds", found["seconds"], "s"),
            Row("m5_shape", case, "peak_mb", found["peak_mb"], "MB"),
        ]
    results.record(rows, asked.results)


def main() -> int:
    """Run what the command line asks for."""
    parser = parser_of(__doc__)
    add_data(parser)
    add_results(parser)
    parser.add_argument("--only", nargs="*", choices=MUSTS, help="which of them; all by default")
    parser.add_argument("--run", choices=MUSTS, help="only measure this one, in this process")
    asked = parser.parse_args()
    if asked.run is not None:
        print(json.dumps(measured(asked.run, asked.data)))
        return 0
    return run_main(lambda: measure(asked))


if __name__ == "__main__":
    raise SystemExit(main())
