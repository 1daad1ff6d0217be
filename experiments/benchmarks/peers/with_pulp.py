"""The ordering problem as a user of PuLP would write it, for any solver behind PuLP."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from experiments.benchmarks.peers.ordering import AnsweredOrders, GivenOrders, Numbers
from experiments.benchmarks.peers.program import run_program


def solve_with(given: GivenOrders, solver_of: Callable[[float], Any]) -> AnsweredOrders:
    """Build the model, hand it to `solver_of(seconds)`, ask for value and status."""
    import pulp

    begun = time.perf_counter()
    model = pulp.LpProblem("orders", pulp.LpMinimize)
    model += pulp.lpSum(_cost(model, given, i) for i in range(given.shortage.size))
    built = time.perf_counter()
    limit = float(given.time_limit)
    model.solve(solver_of(limit))
    seconds = time.perf_counter() - built
    value = pulp.value(model.objective)
    # PuLP calls a solve "optimal" that was stopped by its time limit.
    done = model.status == pulp.LpStatusOptimal and seconds < limit
    return AnsweredOrders(
        objective=math.nan if value is None else float(value),
        optimal=done,
        build_seconds=built - begun,
        solve_seconds=seconds,
    )


def _cost(model: Any, given: GivenOrders, i: int) -> Any:
    """Expected cost of one product over all its cycles."""
    import pulp

    decisions, points = given.supply.shape[1:]
    orders = [model.add_variable(f"q_{i}_{u}", lowBound=0) for u in range(decisions)]
    terms = []
    for u in range(decisions):
        ordered = pulp.lpSum(orders[: u + 1])
        for p in range(points):
            usable = float(given.supply[i, u, p]) + ordered
            values = given.values[i, u, p]
            left = _left(model, f"{i}_{u}_{p}", usable, values, given.probability[i])
            terms.append(float(given.holding[i, u, p]) * left)
        mean = float(values @ np.diff(given.probability[i], prepend=0.0))
        terms.append(float(given.shortage[i]) * (left + mean - usable))
    left = _left(model, f"{i}_late", usable, given.late_values[i], given.probability[i])
    terms.append(float(given.surplus[i]) * left)
    return pulp.lpSum(terms)


def _left(model: Any, name: str, usable: Any, values: Numbers, probability: Sequence[float]) -> Any:
    """Expected stock that is left: supply filled into pieces between the values of demand."""
    import pulp

    steps = [*np.diff(values).tolist(), None]
    pieces = [model.add_variable(f"x_{name}_{k}", 0, step) for k, step in enumerate(steps)]
    below = model.add_variable(f"s_{name}", lowBound=0)
    model += pulp.lpSum(pieces) - below == usable - float(values[0])
    return pulp.lpSum(float(p) * piece for p, piece in zip(probability, pieces, strict=True))


def run_solver(solver: Any) -> None:
    """Be a program."""
    run_program(lambda arrays: solver.solve(GivenOrders.of(arrays)).arrays())
