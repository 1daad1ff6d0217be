"""What benchmarks are told on the command line, and how a refusal ends one."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from domain.errors import NotFoundError, RestockError

DATA_VARIABLE = "RESTOCK_BENCHMARK_DATA"
ROOT = Path(__file__).resolve().parents[2]
DEFAULT_DATA = ROOT.parent / "shared" / "data"
RESULTS = ROOT / "docs" / "benchmarks" / "results.jsonl"


def parser_of(description: str | None) -> argparse.ArgumentParser:
    """A parser without options, its description laid out as it is written."""
    return argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def add_data(parser: argparse.ArgumentParser) -> None:
    """--data: the folder of the data sets, which are not part of the project."""
    given = os.environ.get(DATA_VARIABLE)
    parser.add_argument(
        "--data", type=Path, default=Path(given) if given else DEFAULT_DATA, metavar="DIR",
        help=f"folder of the data sets; by default {DATA_VARIABLE}, else shared/data beside "
        "the checkout",
    )  # fmt: skip


def add_results(parser: argparse.ArgumentParser) -> None:
    """--results: the file that rows are appended to."""
    parser.add_argument(
        "--results", type=Path, default=RESULTS, metavar="FILE",
        help="file that the rows are appended to; by default docs/benchmarks/results.jsonl",
    )  # fmt: skip


def data_set(data: Path, name: str) -> Path:
    """The folder of one data set; raises NotFoundError where it is not there."""
    found = data / name
    if not found.is_dir():
        raise NotFoundError(
            f"the data set {name} is not there",
            str(data),
            f"Say where the data sets lie with --data DIR or {DATA_VARIABLE}.",
        )
    return found


def run_main(work: Callable[[], None]) -> int:
    """Exit code of a benchmark: 0 done; 2 refused, with the refusal on standard error."""
    try:
        work()
    except RestockError as refusal:
        print(refusal, file=sys.stderr)
        return 2
    return 0
