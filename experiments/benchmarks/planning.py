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

from experiments.benchmarks.forecasting import DEFAULT_DATA
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
    folders = [dataset_path(), *(data / name for name in SETS)]
    for folder in folders:
        if not folder.is_dir():
            raise SystemExit(f"{folder} is not there; say where the data lies with --data DIR.")
        runs = [plan_once(folder) for _ in range(RUNS)]
        rows.append(sorted(runs, key=lambda row: float(str(row["seconds"])))[RUNS // 2])
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--first", action="store_true")
    options = parser.parse_args()
    print(
        f"{'dataset':24}{'series':>8}{'lines':>8}{'seconds':>9}{'MB':>7}{'gap':>10}{'fallbacks':>11}"
    )
    for row in run(options.data, options.first):
        print(
            f"{row['dataset']:24}{row['series']:>8}{row['lines']:>8}{row['seconds']:>9}"
            f"{row['peak_mb']:>7}{row['gap']:>10.2e}{row['fallbacks']:>11}"
        )


if __name__ == "__main__":
    main()
