"""Seconds of the separable and integer solves, and of PuLP models of the same problem.

    python -m experiments.benchmarks.optimization [--sizes N …] [--peer-sizes N …]

Twelve weeks, fifteen levels, heavy-tailed volumes (`optimization_instances`). Wall seconds,
everything compiled before. The peers are PuLP with CBC and with HiGHS as a user would write it,
in their own environment, each stopped after --time-limit seconds, and our own reference model
(HiGHS) where it takes the problem.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from domain.settings import Settings
from experiments.benchmarks import results
from experiments.benchmarks.monoliths import Ours, ask_monoliths, beside
from experiments.benchmarks.optimization_instances import Shape, random_problem
from experiments.benchmarks.options import add_results, parser_of, run_main
from experiments.benchmarks.peers.launch import PeerEnvironment, find_environment
from experiments.benchmarks.results import Row
from optimization.problem import Solution
from optimization.solve import prepare, solve_prepared

WEEKS = 12
SETTINGS = Settings(unmet_demand="lost")
KINDS = {
    "any amount": Shape(0, WEEKS),
    "packs": Shape(0, WEEKS, multiple=0.3),
    "minimum and packs": Shape(0, WEEKS, minimum=1.0, multiple=0.3),
    "line cost and packs": Shape(0, WEEKS, multiple=0.3, line_cost=0.3),
    "order cost and packs": Shape(0, WEEKS, multiple=0.3, order_cost=3.0, groups=50),
}
WARMING = 70
"""Series of the problem that is solved first, so that compiling is not timed."""


RUNS = 5
"""Of the separable solve beside the peers; their median counts."""


def seconds_of(work: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def measure_fast(kind: str, shape: Shape) -> list[Row]:
    """The fast solve of one kind of problem: a line of the table, and its rows."""
    solve_prepared(prepare(random_problem(replace(shape, series=WARMING)), SETTINGS))
    raw = random_problem(shape)
    preparing = seconds_of(lambda: prepare(raw, SETTINGS))
    problem = prepare(raw, SETTINGS)
    solved: list[Solution] = []
    solving = seconds_of(lambda: solved.append(solve_prepared(problem)))
    gap = solved[0].objective / solved[0].bound - 1.0
    each = solving / shape.series * 1e6
    print(f"{kind:<22}{shape.series:>9}{preparing:>11.3f}{solving:>9.3f}{each:>9.1f}{gap:>11.1e}")
    case = f"{kind}, {shape.series} series"
    return [
        Row("optimization", case, "prepare_seconds", preparing, "s"),
        Row("optimization", case, "solve_seconds", solving, "s"),
        Row("optimization", case, "gap", gap, "ratio"),
    ]


def measure_peers(size: int, limit: float, environment: PeerEnvironment) -> list[Row]:
    """The same problem without whole numbers by every solver: lines of the table, and rows."""
    problem = prepare(random_problem(Shape(size, WEEKS)), SETTINGS)
    solved: list[Solution] = []
    solve_prepared(problem)
    fast = float(
        np.median([seconds_of(lambda: solved.append(solve_prepared(problem))) for _ in range(RUNS)])
    )
    answers = ask_monoliths(problem, (), limit, environment)
    case = f"any amount beside monoliths, {size} series"
    return beside("optimization", case, Ours(fast, solved[0].objective), answers)


def run(asked: argparse.Namespace) -> None:
    """Print the tables and keep their rows."""
    environment = find_environment()
    rows: list[Row] = []
    print(f"{'problem':<22}{'series':>9}{'prepare s':>11}{'solve s':>9}{'µs each':>9}{'gap':>11}")
    for kind, shape in KINDS.items():
        for size in asked.sizes:
            rows += measure_fast(kind, replace(shape, series=size))
    for size in asked.peer_sizes:
        rows += measure_peers(size, asked.time_limit, environment)
    results.record(rows, asked.results, environment.versions())


def main() -> int:
    """Run what the command line asks for."""
    parser = parser_of(__doc__)
    add_results(parser)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--peer-sizes", type=int, nargs="*", default=[200, 1_000])
    parser.add_argument("--time-limit", type=float, default=600.0, help="seconds a monolith has")
    return run_main(lambda: run(parser.parse_args()))


if __name__ == "__main__":
    raise SystemExit(main())
