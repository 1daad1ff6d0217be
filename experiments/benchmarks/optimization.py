"""Seconds of the separable and integer solves, and of the PuLP reference on a small problem.

    python -m experiments.benchmarks.optimization [--sizes 1000 10000 100000]

Twelve weeks, fifteen levels, heavy-tailed volumes (`optimization_instances`). Wall seconds of
the second of two runs, so that compiling is not in them; ratios are to the fast solve of the
same problem.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from domain.settings import Settings, Solver
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.problem import Problem, Solution
from optimization.reference import MOST_SERIES, solve_reference
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


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    sizes = parser.parse_args().sizes
    print(f"{'problem':<22}{'series':>9}{'prepare s':>11}{'solve s':>9}{'µs each':>9}{'gap':>11}")
    for kind, shape in KINDS.items():
        for size in sizes:
            _report(kind, _with_size(shape, size))
    _compare_with_reference()


def _with_size(shape: Shape, size: int) -> Shape:
    return Shape(
        size,
        shape.cycles,
        minimum=shape.minimum,
        multiple=shape.multiple,
        line_cost=shape.line_cost,
        order_cost=shape.order_cost,
        groups=shape.groups,
    )


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _report(kind: str, shape: Shape) -> None:
    solve_prepared(prepare(random_problem(_with_size(shape, 70)), SETTINGS))  # compiles
    raw = random_problem(shape)
    preparing = _seconds(lambda: prepare(raw, SETTINGS))
    problem = prepare(raw, SETTINGS)
    solved: list[Solution] = []
    solving = _seconds(lambda: solved.append(solve_prepared(problem)))
    gap = solved[0].objective / solved[0].bound - 1.0
    each = solving / shape.series * 1e6
    print(f"{kind:<22}{shape.series:>9}{preparing:>11.3f}{solving:>9.3f}{each:>9.1f}{gap:>11.1e}")


def _compare_with_reference() -> None:
    """The same problem of 200 series by PuLP and HiGHS."""
    print(f"\n{'PuLP + HiGHS':<22}{'series':>9}{'seconds':>11}{'ratio':>9}  objective, ours first")
    problem: Problem = prepare(random_problem(Shape(MOST_SERIES, WEEKS)), SETTINGS)
    fast = _seconds(lambda: solve_prepared(problem))
    begin = time.perf_counter()
    reference = solve_reference(problem, Solver(time_limit_seconds=120, threads=1))
    slow = time.perf_counter() - begin
    ours = solve_prepared(problem).objective
    print(
        f"{'any amount':<22}{problem.series:>9}{slow:>11.2f}{slow / fast:>9.0f}  "
        f"{ours:.6f} {reference.objective:.6f} ({reference.verdict})"
    )


if __name__ == "__main__":
    main()
