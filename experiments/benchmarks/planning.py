"""How long `restock plan` takes on whole datasets, and how much memory it needs.

`python -m experiments.benchmarks.planning [--data DIR] [--first]`. Each plan is made by the
installed command in a process of its own; `--first` plans the sample with an empty cache of
compiled code before. The sample is in the project; the other sets lie in `--data`.
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

from experiments.benchmarks import results
from experiments.benchmarks.options import add_data, add_results, data_set, parser_of, run_main
from experiments.benchmarks.results import Row
from planning.sample import dataset_path

SETS = (
    "favorita-weekly",
    "walmart-daily",
    "fresh-retail-daily",
    "spare-parts-weekly",
    "car-parts-monthly",
)
RUNS = 3


def plan_once(dataset: Path, cache: Path | None = None) -> dict[str, object]:
    """One plan by the installed command: seconds of the whole process, peak memory, fallbacks."""
    environment = dict(os.environ)
    if cache is not None:
        environment["NUMBA_CACHE_DIR"] = str(cache)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "plan"
        command = [str(Path(sys.executable).parent / "restock"), "plan", str(dataset)]
        begun = time.perf_counter()
        subprocess.run(
            [*command, "--out", str(out), "--json"],
            check=True,
            stdout=subprocess.DEVNULL,
            env=environment,
        )
        seconds = time.perf_counter() - begun
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return {
        "dataset": dataset.name,
        "series": summary["series"],
        "lines": summary["order_lines"],
        "seconds": round(seconds, 1),
        "peak_mb": round(max(step["peak_memory_mb"] for step in summary["steps"])),
        "gap": summary["gap"],
        "fallbacks": sum(summary["fallbacks"].values()),
    }


def run(data: Path, first: bool = False) -> list[dict[str, object]]:
    """A row per dataset, the median of three runs; with `first`, one with nothing compiled."""
    rows = []
    if first:
        with tempfile.TemporaryDirectory() as cache:
            row = plan_once(dataset_path(), Path(cache))
            rows.append({**row, "dataset": "sample, first time"})
    folders = [dataset_path(), *(data_set(data, name) for name in SETS)]
    for folder in folders:
        runs = [plan_once(folder) for _ in range(RUNS)]
        rows.append(sorted(runs, key=lambda row: float(str(row["seconds"])))[RUNS // 2])
    return rows


def rows_of(plan: dict[str, object]) -> list[Row]:
    """Seconds, memory and gap of one dataset's plan."""
    case = f"{plan['dataset']}, {plan['series']} series"
    units = {"seconds": "s", "peak_mb": "MB", "gap": "ratio"}
    return [
        Row("planning", case, measure, float(str(plan[measure])), unit)
        for measure, unit in units.items()
    ]


def measure(asked: argparse.Namespace) -> None:
    """Print the table and keep its rows."""
    print(
        f"{'dataset':24}{'series':>8}{'lines':>8}{'seconds':>9}{'MB':>7}{'gap':>10}{'fallbacks':>11}"
    )
    rows: list[Row] = []
    for row in run(asked.data, asked.first):
        print(
            f"{row['dataset']:24}{row['series']:>8}{row['lines']:>8}{row['seconds']:>9}"
            f"{row['peak_mb']:>7}{row['gap']:>10.2e}{row['fallbacks']:>11}"
        )
        rows += rows_of(row)
    results.record(rows, asked.results)


def main() -> int:
    """Run what the command line asks for."""
    parser = parser_of(__doc__)
    add_data(parser)
    add_results(parser)
    parser.add_argument("--first", action="store_true")
    return run_main(lambda: measure(parser.parse_args()))


if __name__ == "__main__":
    raise SystemExit(main())
