"""What each quantile head alone would do, and forecasts of sums from all over the years.

    python -m experiments.benchmarks.heads [--data DIR] [--only SET …] [--sample N]
    python -m experiments.benchmarks.heads --yearly WEEKS

A study for whoever changes the forecaster: it has no peers and keeps no rows.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from domain.periods import Bucket
from domain.terms import Known
from experiments.benchmarks.data import SERIES, TASKS, Loaded, load, since
from experiments.benchmarks.judging import judge_ours
from experiments.benchmarks.options import add_data, parser_of, run_main
from experiments.scoring import LEVELS
from forecasting import accuracy
from forecasting.heads import HEADS
from forecasting.run import forecast


def judge_head(loaded: Loaded, head: str) -> dict[str, float]:
    """Every measure of one head."""
    judged = judge_ours(loaded, head)
    values = {name: float(measured.value()) for name, measured in judged.scores.items()}
    return {**values, "seconds": judged.seconds}


def judge_yearly(loaded: Loaded, weeks: int | None) -> dict[str, float]:
    """Sums of 4, 8 and 12 weeks from origins all over the years: mean loss, mean |bias|.

    `weeks`: history is cut to as many before each origin; None: all of it, two years at least.
    """
    week = 7 if loaded.task.bucket is Bucket.DAY else 1
    whole, least = loaded.panel, (weeks or 2 * 54) * week
    rows = []
    for origin in range(least, whole.buckets - 12 * week + 1, 9 * week):
        past = whole.first_buckets(origin)
        past = past if weeks is None else since(past, origin - least)
        made = forecast(past, loaded.settings, 12 * 7)
        mean, quantiles = made.sums(LEVELS)
        grown = past.first < past.buckets - 8 * week
        for sum_weeks in (4, 8, 12):
            ahead = slice(origin, origin + sum_weeks * week)
            seen = (whole.known[:, ahead] == Known.OBSERVED).all(axis=1) & grown
            total = whole.demand[seen, ahead].sum(axis=1, dtype=np.float64)
            last = sum_weeks * week - 1
            loss = accuracy.sum_quantile_loss(quantiles[seen, last], total, LEVELS)
            bias = abs(accuracy.bias(mean[seen, last], total))
            rows.append({f"loss{sum_weeks}": loss, f"bias{sum_weeks}": bias})
    return {str(name): float(value) for name, value in pd.DataFrame(rows).mean().items()}


def run(asked: argparse.Namespace) -> None:
    """Print a table: a row per set, and per head."""
    table: list[dict[str, object]] = []
    for task in TASKS:
        if asked.only and task.name not in asked.only:
            continue
        loaded = load(asked.data, task, asked.sample)
        if asked.yearly is not None:
            table.append({"data": task.name, **judge_yearly(loaded, asked.yearly or None)})
            continue
        for head in asked.heads or HEADS.names():
            table.append({"data": task.name, "head": head, **judge_head(loaded, head)})
    print(pd.DataFrame(table).round(4).to_string(index=False))


def main() -> int:
    """Run what the command line asks for."""
    parser = parser_of(__doc__)
    add_data(parser)
    parser.add_argument("--only", nargs="*", default=None, help="names of sets")
    parser.add_argument("--heads", nargs="*", default=None, help="names of heads")
    parser.add_argument("--sample", type=int, default=SERIES, help="series a set, at random")
    parser.add_argument(
        "--yearly", type=int, default=None, metavar="WEEKS",
        help="judge sums of 4 to 12 weeks all over the years instead, from as many weeks of "
        "history; 0: from all",
    )  # fmt: skip
    return run_main(lambda: run(parser.parse_args()))


if __name__ == "__main__":
    raise SystemExit(main())
