"""A prepared problem as one linear program, by PuLP and the solvers that users know.

The peers are PuLP with CBC and with HiGHS as a user would write it, in their own environment, and
our own reference model (HiGHS) where it takes the problem. A peer that was stopped at its time
limit counts with its seconds and has no objective.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from domain.settings import Solver
from domain.terms import Floats
from experiments.benchmarks.peers.launch import PeerEnvironment, run_peer
from experiments.benchmarks.peers.ordering import SOLVERS, AnsweredOrders, GivenOrders
from experiments.benchmarks.results import Row as Result
from optimization.problem import Problem
from optimization.reference import MOST_SERIES, last_target, solve_reference, step_distribution
from optimization.shared.rows import Row
from optimization.solver import Verdict


class Ours(NamedTuple):
    """What the fast solve needed and found."""

    seconds: float
    objective: float  # money


def ask_monoliths(
    problem: Problem, rows: Sequence[Row], limit: float, environment: PeerEnvironment
) -> dict[str, AnsweredOrders]:
    """The answer of each solver with `limit` seconds, never from the cache: its wall seconds are
    of this run."""
    given = as_plain_arrays(problem, limit, rows).arrays()
    answers = {
        name: AnsweredOrders.of(run_peer(f"{SOLVERS.package}.{name}", given, environment))
        for name in SOLVERS.names()
    }
    if problem.series <= MOST_SERIES:
        answers["reference"] = _ask_reference(problem, rows, limit)
    return answers


def beside(
    benchmark: str, case: str, ours: Ours, answers: Mapping[str, AnsweredOrders]
) -> list[Result]:
    """A table of ours and the answers, printed, and its rows."""
    print(f"\n{case:<44}{'seconds':>11}{'ratio':>9}  objective")
    print(f"{'decomposed solve':<44}{ours.seconds:>11.4f}{'':>9}  {ours.objective:.8g}")
    seconds, objectives = {}, {}
    for name, answer in answers.items():
        seconds[name] = answer.build_seconds + answer.solve_seconds
        if answer.optimal:
            objectives[name] = answer.objective
        word = f"{answer.objective:.8g}" if answer.optimal else "stopped"
        print(f"{name:<44}{seconds[name]:>11.2f}{seconds[name] / ours.seconds:>9.0f}  {word}")
    return [
        Result(benchmark, case, "solve_seconds", ours.seconds, "s", seconds,
               _ratios(ours.seconds, seconds)),
        Result(benchmark, case, "objective", ours.objective, "money", objectives,
               _ratios(ours.objective, objectives)),
    ]  # fmt: skip


def _ratios(ours: float, theirs: Mapping[str, float]) -> dict[str, Sequence[float]]:
    """Ours / theirs - 1; one run has no interval."""
    return {name: (ours / value - 1.0,) for name, value in theirs.items()}


def as_plain_arrays(problem: Problem, limit: float, rows: Sequence[Row] = ()) -> GivenOrders:
    """A prepared problem, every series with all its cycles, as the peers get it; limits that
    count order lines are not among what they know."""
    demands = [step_distribution(row, 0.0, row) for row in problem.levels]
    floor = np.broadcast_to(problem.floor[:, :, None, None], (*problem.supply.shape, 1))
    late: Floats = np.concatenate([problem.late_floor[:, None], problem.late_knots], axis=1)
    above = np.flatnonzero(problem.surplus_above_target)
    least = np.full(problem.series, -np.inf)
    least[above] = [last_target(problem, int(i)) for i in above]
    values = np.concatenate([floor, problem.knots], axis=-1)
    return GivenOrders(
        supply=problem.supply,
        values=values,
        probability=np.array([demand.probability for demand in demands]),
        holding=problem.holding[:, None, None] * problem.cycles.point_weight,
        shortage=problem.shortage,
        late_values=np.maximum(late, least[:, None]),
        surplus=problem.surplus,
        time_limit=np.array(limit),
        bound=np.array([row.bound for row in rows]),
        order_entry=_entry([(r, row.orders.series, row.orders.decision) for r, row in _of(rows)]),
        order_weight=_joined([row.orders.weight for row in rows]),
        stock_entry=_entry([(r, row.stock.series, row.stock.decision) for r, row in _of(rows)]),
        stock_weight=_joined([row.stock.weight for row in rows]),
        stock_supply=_joined(
            [problem.supply[row.stock.series, 0, 0] + row.stock.shift for row in rows]
        ),
        stock_values=_stock_values(problem, values, rows),
    )


def _of(rows: Sequence[Row]) -> list[tuple[int, Row]]:
    return list(enumerate(rows))


def _entry(parts: Sequence[tuple[int, np.ndarray, np.ndarray]]) -> np.ndarray:
    """Limit, series and decision of each entry, N × 3."""
    made = [np.column_stack([np.full(series.size, r), series, u]) for r, series, u in parts]
    return np.concatenate([np.zeros((0, 3), dtype=np.int64), *made])


def _joined(parts: Sequence[np.ndarray]) -> Floats:
    return np.concatenate([np.zeros(0), *parts])


def _stock_values(problem: Problem, values: Floats, rows: Sequence[Row]) -> Floats:
    """The values that demand until each entry's point may take, M × (K + 1), units."""
    points = problem.knots.shape[2]
    none = np.zeros((problem.series, problem.before_knots.shape[1], 1))
    before = np.concatenate([none, problem.before_knots], axis=-1)
    made = [np.zeros((0, values.shape[-1]))]
    for row in rows:
        series, point = row.stock.series, row.stock.point
        cycle, part = np.divmod(np.maximum(point, 0), points)
        first = before[series, np.maximum(-1 - point, 0)]
        made.append(np.where((point < 0)[:, None], first, values[series, cycle, part]))
    return np.concatenate(made)


def _ask_reference(problem: Problem, rows: Sequence[Row], limit: float) -> AnsweredOrders:
    """Our own PuLP model by HiGHS; all its seconds count as solving."""
    begun = time.perf_counter()
    made = solve_reference(problem, Solver(time_limit_seconds=limit, threads=1), rows)
    seconds = time.perf_counter() - begun
    return AnsweredOrders(made.objective, made.verdict is Verdict.OPTIMAL, 0.0, seconds)
