"""Seconds and memory of a solve with shared limits: 12 budgets, 12 of storage, 50 suppliers.

    python -m experiments.benchmarks.optimization_limits [--sizes 1000 20000 100000]

Twelve weeks, fifteen levels, heavy-tailed volumes; every limit is cut to 70 % of what the plan
without limits takes above ordering nothing. Wall and CPU seconds (of all threads) from the
problem's arrays to orders and schedule in Parquet, compiling not counted; the arrays come in
portions, as in a plan, and each is let go of once it is prepared. Peak memory of the process from
all those arrays on (where the system does not tell it so, of the process so far). Beside
each figure stands what it must be; where a size is ten times another, how CPU seconds grow between
them, as an exponent. With --peer-sizes also the same problem as one linear program by PuLP and
other solvers (`monoliths`), each stopped after --time-limit seconds.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from domain.settings import Settings, Solver
from domain.terms import Floats, Integers
from experiments.benchmarks import results
from experiments.benchmarks.monoliths import Ours, ask_monoliths, beside
from experiments.benchmarks.optimization_instances import Shape, random_problem
from experiments.benchmarks.options import add_results, parser_of, run_main
from experiments.benchmarks.peak import forget_peak, peak_gb
from experiments.benchmarks.peers.launch import PeerEnvironment, find_environment
from optimization.problem import Problem
from optimization.shared.entries import weights_of
from optimization.shared.minimums import solve_shared
from optimization.shared.pricer import Pricer
from optimization.shared.rows import Entries, Part, Row, StockEntries
from optimization.shared.solve import Shared
from optimization.solve import prepare

WEEKS = 12
SUPPLIERS = 50
SHARE = 0.7
MUST = {100_000: (12.0, 2.0), 1_000_000: (75.0, 5.0)}
"""Wall seconds and gigabytes that a size may take, at a gap of GAP."""
GAP = 1e-6
EXPONENT = 1.05
BLOCK = 100_000
PORTION = 50_000
"""Series that are prepared at a time; a plan has about as many in a portion."""
SETTINGS = Settings(unmet_demand="backordered")


def main() -> None:
    """Print the table."""
    parser = parser_of(__doc__)
    add_results(parser)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 20_000, 100_000])
    parser.add_argument("--peer-sizes", type=int, nargs="*", default=[100])
    parser.add_argument("--time-limit", type=float, default=600.0, help="seconds a monolith has")
    asked = parser.parse_args()
    _run(200)  # compiles
    print(
        f"{'series':>9}{'seconds':>9}{'must':>6}{'CPU s':>8}{'rounds':>8}{'gap':>10}{'must':>7}"
        f"{'GB':>7}{'must':>5}  load"
    )
    worked: dict[int, float] = {}
    for size in asked.sizes:
        rows = _report(size)
        worked[size] = next(row.value for row in rows if row.measure == "cpu_seconds")
        rows += _growth(worked, size)
        results.record(rows, asked.results)
    if asked.peer_sizes:
        environment = find_environment()
        for size in asked.peer_sizes:
            rows = _beside(size, asked.time_limit, environment)
            results.record(rows, asked.results, environment.versions())


def _beside(size: int, limit: float, environment: PeerEnvironment) -> list[results.Row]:
    """Ours, files written as well, and the monoliths, which write none."""
    ran = _run(size)
    problem = prepare(given(size), SETTINGS)
    answers = ask_monoliths(problem, binding_rows(size), limit, environment)
    case = f"74 shared limits beside monoliths, {size} series"
    return beside("optimization_limits", case, Ours(ran.seconds, ran.found.objective), answers)


def _growth(worked: dict[int, float], size: int) -> list[results.Row]:
    """The exponent of CPU seconds from a tenth of `size` to it, where both were measured."""
    if 10 * (size // 10) != size or size // 10 not in worked:
        return []
    exponent = float(np.log10(worked[size] / worked[size // 10]))
    print(f"growth from {size // 10} to {size}: exponent {exponent:.2f}, must {EXPONENT}")
    case = f"74 shared limits, {size} series"
    return [results.Row("optimization_limits", case, "exponent", exponent, "")]


def given(size: int, seed: int = 0) -> Problem:
    """A problem of `size` series as it is before it is prepared."""
    return random_problem(Shape(size, WEEKS), seed)


def binding_rows(size: int, seed: int = 0) -> list[Row]:
    """74 rows that bind the prepared problem of `size` series."""
    raw = given(size, seed)
    rows = _rows(raw, np.random.default_rng(seed + 1))
    free, idle = np.zeros(len(rows)), np.zeros(len(rows))
    for begin in range(0, size, BLOCK):  # what it takes is not counted as of the solve
        series = np.arange(begin, min(begin + BLOCK, size))
        block = prepare(raw.take(slice(begin, begin + BLOCK)), SETTINGS)
        part = Part(block, series - begin, weights_of(rows, series, size))
        pricer = Pricer([part], len(rows), 2, 0, [np.zeros(series.size)])
        free += pricer.price(np.zeros(len(rows))).use.sum(axis=0)
        idle += pricer.price(np.ones(len(rows)), 0.0).use.sum(axis=0)
    bound = idle + SHARE * (free - idle)
    return [replace(row, bound=float(b)) for row, b in zip(rows, bound, strict=True)]


def _rows(problem: Problem, draw: np.random.Generator) -> list[Row]:
    size = problem.series
    series, decisions = np.arange(size, dtype=np.int32), np.arange(WEEKS, dtype=np.int32)
    cost = problem.holding * 365.0 / 0.25
    volume = draw.lognormal(-3.0, 1.0, size)
    supplier = draw.integers(0, SUPPLIERS, size)
    points = problem.knots.shape[2]
    rows = []
    for u in range(WEEKS):
        week = np.broadcast_to(np.int32(u), size)
        orders = Entries(series, week, cost)
        rows.append(Row("budget", "budget", f"week {u}", 0.0, "money", orders=orders))
        code = u * points - 1 if u else -problem.before_supply.shape[1]
        point, shift = np.broadcast_to(np.int32(code), size), np.broadcast_to(0.0, size)
        stock = StockEntries(series, week, point, volume, shift)
        rows.append(Row("space", "storage", f"week {u}", 0.0, "m³", stock=stock))
    for number in range(SUPPLIERS):
        theirs = series[supplier == number]
        orders = Entries(
            np.repeat(theirs, WEEKS),
            np.tile(decisions, theirs.size),
            np.repeat(cost[theirs], WEEKS),
        )
        rows.append(Row(f"supplier {number}", "supplier_capacity", "", 0.0, "money", orders=orders))
    return rows


class Ran(NamedTuple):
    """One solve, and what it took."""

    seconds: float
    worked: float  # CPU seconds of all threads
    peak_gb: float
    found: Shared


def _run(size: int) -> Ran:
    rows, portions = binding_rows(size), _portions(size)
    options = Solver(time_limit_seconds=600.0, relative_gap=GAP)
    forget_peak()
    begin, worked = time.perf_counter(), time.process_time()
    problems, places = [], []
    while portions:
        place, raw = portions.pop(0)
        places.append(place)
        problems.append(prepare(raw, SETTINGS))
        del raw
    found = solve_shared(problems, places, rows, options)
    with tempfile.TemporaryDirectory() as folder:
        _write([solution.quantity for solution in found.solutions], Path(folder))
    return Ran(time.perf_counter() - begin, time.process_time() - worked, peak_gb(), found)


def _portions(size: int) -> list[tuple[Integers, Problem]]:
    """The problem of `size` series in portions: which series each has, and their own arrays."""
    whole = given(size)
    places = [np.arange(at, min(at + PORTION, size)) for at in range(0, size, PORTION)]
    return [(place, whole.take(place)) for place in places]


def _write(quantities: Sequence[Floats], folder: Path) -> None:
    """Orders and schedule, files of each portion: one at a time is in memory."""
    for number, part in enumerate(quantities):
        series, decision = np.nonzero(part > 0)
        units = part[series, decision]
        frame = pd.DataFrame(
            {"series": number * PORTION + series, "decision": decision, "quantity": units}
        )
        frame[frame["decision"] == 0].to_parquet(folder / f"orders-{number:03}.parquet")
        frame[frame["decision"] > 0].to_parquet(folder / f"schedule-{number:03}.parquet")


def _report(size: int) -> list[results.Row]:
    """Print a line and give its rows."""
    seconds, worked, peak, found = _run(size)
    gap = (found.objective - found.bound) / found.objective
    load = os.getloadavg()[0]
    most, room = (f"{value:g}" for value in MUST[size]) if size in MUST else ("", "")
    print(
        f"{size:>9}{seconds:>9.2f}{most:>6}{worked:>8.2f}{found.rounds:>8}{gap:>10.1e}{GAP:>7.0e}"
        f"{peak:>7.2f}{room:>5}  {load:.1f}",
        flush=True,
    )
    case = f"74 shared limits, {size} series"
    measured = (
        ("seconds", seconds, "s"),
        ("cpu_seconds", worked, "s"),
        ("gap", gap, "ratio"),
        ("peak_gb", peak, "GB"),
    )
    return [
        results.Row("optimization_limits", case, measure, value, unit)
        for measure, value, unit in measured
    ]


if __name__ == "__main__":
    raise SystemExit(run_main(main))
