"""Gap of whole orders under limits: minimums, packs, order costs, smallest orders of suppliers.

    python -m experiments.benchmarks optimization_whole [--size N] [--beside N] [--time-limit S]

Twelve weeks, fifteen levels, heavy-tailed volumes, a budget a week at 90 % of what the plan without
limits spends. The gap is to the Lagrangian bound, after the seconds a plan is given. A small
problem is also given to HiGHS as a mixed-integer programme (the reference model).
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from domain.settings import Settings, Solver
from experiments.benchmarks import results
from experiments.benchmarks.optimization_instances import Shape, random_problem
from experiments.benchmarks.options import add_results, parser_of, run_main
from experiments.benchmarks.results import Row as Result
from optimization.problem import Problem
from optimization.reference import solve_reference
from optimization.shared.minimums import solve_shared
from optimization.shared.rows import Entries, Row, turned
from optimization.shared.solve import Shared
from optimization.solve import prepare, solve_prepared

WEEKS, SUPPLIERS = 12, 20
SHARE = 0.9
"""Of what the plan without limits spends in a week, its budget."""
ORDER_COST = 3.0
LEAST = 0.8
"""Of what is ordered of a supplier in a mean week, its smallest order."""
SECONDS = 20.0
MUST = {"minimums and packs": 0.005, "with order costs": 0.015, "with smallest orders": 0.015}
SETTINGS = Settings(unmet_demand="backordered")


def instance(kind: str, size: int, suppliers: int) -> tuple[Problem, list[Row]]:
    """A prepared problem of one of the kinds in MUST, each harder than the one before."""
    draw = np.random.default_rng(7)
    supplier = draw.integers(0, suppliers, size)
    raw = random_problem(Shape(size, WEEKS, minimum=1.0, multiple=0.3))
    if kind != "minimums and packs":
        raw = replace(raw, order_group=supplier, order_cost=np.full(suppliers, ORDER_COST))
    problem = prepare(raw, SETTINGS)
    free = solve_prepared(problem).quantity
    cost = problem.holding * 365.0 / 0.25
    series = np.arange(size)
    rows = []
    for u in range(WEEKS):
        money = SHARE * float(cost @ free[:, u])
        orders = Entries(series, np.full(size, u), cost)
        rows.append(Row("budget", "budget", f"week {u}", money, "money", orders=orders))
    if kind == "with smallest orders":
        for number in range(suppliers):
            theirs = np.flatnonzero(supplier == number)
            least = LEAST * float(cost[theirs] @ free[theirs].sum(axis=1)) / WEEKS
            rows += [_smallest(f"supplier {number}", theirs, u, cost, least) for u in range(WEEKS)]
    return problem, rows


def _smallest(name: str, theirs: np.ndarray, u: int, cost: np.ndarray, least: float) -> Row:
    """What a supplier's order of a week must come to, if there is one."""
    orders = turned(Entries(theirs, np.full(theirs.size, u), cost[theirs]))
    return Row(
        name, "supplier_minimum", f"week {u}", -least, "money", orders=orders, at_least=True,
        day=7 * u, or_nothing=True,
    )  # fmt: skip


def _solved(problem: Problem, rows: list[Row], seconds: float) -> tuple[Shared, float, float]:
    """The plan, wall and CPU seconds."""
    options = Solver(time_limit_seconds=seconds)
    begun, worked = time.perf_counter(), time.process_time()
    found = solve_shared([problem], [np.arange(problem.series)], rows, options)
    return found, time.perf_counter() - begun, time.process_time() - worked


def measure(kind: str, size: int, seconds: float) -> list[Result]:
    """Gap and seconds of one kind: a line of the table, and its rows."""
    found, took, worked = _solved(*instance(kind, size, SUPPLIERS), seconds)
    gap = (found.objective - found.bound) / found.objective
    print(f"{kind:<24}{size:>7}{gap:>9.3%}{MUST[kind]:>8.1%}{took:>9.1f}{worked:>8.1f}", flush=True)
    case = f"{kind}, {size} series"
    return [
        Result("optimization_whole", case, "gap", gap, "ratio"),
        Result("optimization_whole", case, "seconds", took, "s"),
        Result("optimization_whole", case, "cpu_seconds", worked, "s"),
    ]


def beside(kind: str, size: int, seconds: float, limit: float) -> list[Result]:
    """Our cost beside that of HiGHS's mixed-integer programme, stopped after `limit` seconds."""
    problem, rows = instance(kind, size, max(size // 10, 1))
    found, took, _ = _solved(problem, rows, seconds)
    theirs = solve_reference(problem, Solver(time_limit_seconds=limit, threads=1), rows)
    ratio = found.objective / theirs.objective - 1.0
    print(
        f"{kind}, {size} series: {found.objective:,.6g} in {took:.1f} s,"
        f" bound {found.bound:,.6g}; HiGHS {theirs.objective:,.6g},"
        f" bound {theirs.bound:,.6g}, {theirs.verdict}; {ratio:+.3%}",
        flush=True,
    )
    case = f"{kind} beside HiGHS, {size} series"
    peers, against = {"reference": theirs.objective}, {"reference": (ratio,)}
    return [
        Result("optimization_whole", case, "objective", found.objective, "money", peers, against)
    ]


def main() -> None:
    """Print the table and keep its rows."""
    parser = parser_of(__doc__)
    add_results(parser)
    parser.add_argument("--size", type=int, default=2_000)
    parser.add_argument("--beside", type=int, default=40, help="series HiGHS is given; 0: none")
    parser.add_argument("--time-limit", type=float, default=90.0, help="seconds HiGHS has")
    asked = parser.parse_args()
    _solved(*instance("with smallest orders", 40, 2), SECONDS)  # compiles
    rows: list[Result] = []
    print(f"{'whole orders':<24}{'series':>7}{'gap':>9}{'must':>8}{'seconds':>9}{'CPU s':>8}")
    for kind in MUST:
        rows += measure(kind, asked.size, SECONDS)
    if asked.beside:
        for kind in ("minimums and packs", "with order costs"):
            rows += beside(kind, asked.beside, SECONDS, asked.time_limit)
    results.record(rows, asked.results)


if __name__ == "__main__":
    raise SystemExit(run_main(main))
