"""How long a dataset takes to be read and checked, and how much memory that needs.

`python -m experiments.benchmarks.reading [--rows N]` makes its own data in a temporary folder. Each
file is read in a process of its own, so that peaks of memory do not mix.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from experiments.benchmarks import results
from experiments.benchmarks.options import add_results, parser_of, run_main
from experiments.benchmarks.results import Row

SKUS = 5000
ROWS = 10_000_000
CSV_ROWS = 4_500_000
SEED = 1


def sales(rows: int, shuffled: bool) -> pa.Table:
    """Daily sales of 5,000 skus at one location, in order of the key or shuffled."""
    days = -(-rows // SKUS)
    sku = np.repeat(np.arange(SKUS), days)[:rows]
    day = np.tile(np.arange(days), SKUS)[:rows]
    draw = np.random.default_rng(SEED)
    if shuffled:
        order = draw.permutation(rows)
        sku, day = sku[order], day[order]
    names = pa.array([f"sku-{i:05d}" for i in range(SKUS)])
    return pa.table(
        {
            "sku": pa.DictionaryArray.from_arrays(pa.array(sku.astype(np.int32)), names),
            "location": pa.array(["main"] * rows),
            "date": pa.array(np.datetime64("2019-01-01", "D") + day),
            "units_sold": pa.array(draw.poisson(3.0, rows).astype(np.float64)),
        }
    )


def write(folder: Path, kind: str, rows: int) -> None:
    """A dataset of one sales table: `kind` is parquet, parquet-shuffled or csv."""
    table = sales(rows, kind.endswith("shuffled"))
    if kind.startswith("csv"):
        plain = table.set_column(0, "sku", table.column("sku").cast(pa.string()))
        pacsv.write_csv(plain, folder / "sales.csv")
    else:
        pq.write_table(table, folder / "sales.parquet")


def read_once(folder: Path) -> dict[str, object]:
    """Seconds and peak memory of reading `folder`, then of looking for doubts, in this process."""
    from planning.quality.check import check_dataset
    from planning.store.read import read_dataset

    start = time.perf_counter()
    dataset = read_dataset(folder)
    read = time.perf_counter()
    peak = peak_memory_mb()
    check_dataset(dataset)
    return {
        "rows": len(dataset.tables["sales"]),
        "read_seconds": round(read - start, 2),
        "read_peak_mb": peak,
        "doubts_seconds": round(time.perf_counter() - read, 2),
        "peak_mb": peak_memory_mb(),
    }


def peak_memory_mb() -> int:
    """Peak memory of this process so far (Linux counts it in KiB)."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def run(rows: int = ROWS, csv_rows: int = CSV_ROWS) -> list[dict[str, object]]:
    """A row a file: its kind and megabytes, then rows, seconds and peak memory in megabytes."""
    results = []
    for kind, count in (("parquet", rows), ("parquet-shuffled", rows), ("csv", csv_rows)):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            write(folder, kind, count)
            size = sum(file.stat().st_size for file in folder.iterdir()) / 1024**2
            module = "experiments.benchmarks.reading"
            command = [sys.executable, "-m", module, "--read", str(folder)]
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            results.append({"kind": kind, "megabytes": round(size), **json.loads(said)})
    return results


def rows_of(read: dict[str, object]) -> list[Row]:
    """Seconds and memory of reading one file."""
    case = f"{read['kind']}, {read['rows']} rows"
    units = {"read_seconds": "s", "doubts_seconds": "s", "peak_mb": "MB"}
    return [
        Row("reading", case, measure, float(str(read[measure])), unit)
        for measure, unit in units.items()
    ]


def measure(asked: argparse.Namespace) -> None:
    """Print the table and keep its rows."""
    table = run(asked.rows, asked.csv_rows)
    print(pd.DataFrame(table).to_string(index=False))
    results.record([row for read in table for row in rows_of(read)], asked.results)


def main() -> int:
    """Run what the command line asks for."""
    parser = parser_of(__doc__)
    add_results(parser)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--csv-rows", type=int, default=CSV_ROWS)
    parser.add_argument("--read", type=Path, help="only read this folder, in this process")
    asked = parser.parse_args()
    if asked.read is not None:
        print(json.dumps(read_once(asked.read)))
        return 0
    return run_main(lambda: measure(asked))


if __name__ == "__main__":
    raise SystemExit(main())
