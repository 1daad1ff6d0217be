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
    orders = _orders(model, given)
    model += pulp.lpSum(_cost(model, given, i, orders[i]) for i in range(len(orders)))
    _keep_limits(model, given, orders)
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


def _orders(model: Any, given: GivenOrders) -> list[list[Any]]:
    """What is ordered of each product at each decision."""
    series, decisions, _ = given.supply.shape
    return [
        [model.add_variable(f"q_{i}_{u}", lowBound=0) for u in range(decisions)]
        for i in range(series)
    ]


def _cost(model: Any, given: GivenOrders, i: int, orders: Sequence[Any]) -> Any:
    """Expected cost of one product over all its cycles."""
    import pulp

    decisions, points = given.supply.shape[1:]
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


def _keep_limits(model: Any, given: GivenOrders, orders: Sequence[Sequence[Any]]) -> None:
    """What all orders and all stock together may take of each limit."""
    import pulp

    taken: list[list[Any]] = [[] for _ in given.bound]
    for (limit, i, u), weight in zip(given.order_entry, given.order_weight, strict=True):
        taken[limit].append(float(weight) * orders[i][u])
    for n, ((limit, i, u), weight) in enumerate(
        zip(given.stock_entry, given.stock_weight, strict=True)
    ):
        usable = float(given.stock_supply[n]) + pulp.lpSum(orders[i][: u + 1])
        values = given.stock_values[n]
        taken[limit].append(
            float(weight) * _left(model, f"of_{n}", usable, values, given.probability[i])
        )
    for some, bound in zip(taken, given.bound, strict=True):
        model += pulp.lpSum(some) <= float(bound)


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
