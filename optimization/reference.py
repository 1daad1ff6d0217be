"""The whole of DESIGN §6 as a readable PuLP model: the definition the fast solves must meet.

min Σ_i { Σ_u [ h Σ_d w_d E(C_u,d - D_d)⁺ + p E(D_e - C_u,e)⁺ ] + κ E(C_U - D_late)⁺
    - c E(C_U - D_e)⁺ } + line costs + order costs,   C = B + Σ q,   q ≥ 0 (whole packs, minimums)

Expected stock is linear in pieces of supply: between two values of demand another unit is left
over with the probability of that piece, which only rises, so a minimization fills the pieces in
their order. The model knows nothing of the separable solve; it takes a prepared problem
(`solve.prepare`) of up to 200 sku-locations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from domain.errors import PlanError
from domain.settings import Solver
from domain.terms import Floats
from optimization.constraints import (
    order_cost,
    order_multiple,
    order_size,
    price_break,
    shared_limit,
    supply_balance,
)
from optimization.problem import Problem
from optimization.shared.rows import Entries, Row, StockEntries
from optimization.solver import Verdict, solve_model

if TYPE_CHECKING:
    import pulp

MOST_SERIES = 200


@dataclass(frozen=True)
class ReferenceSolution:
    """The reference model's plan, and how sure its solver is of it."""

    quantity: Floats  # S × U, units
    objective: float  # money, order costs included
    bound: float  # money
    verdict: Verdict


@dataclass(frozen=True)
class Demand:
    """A demand as the model sees it: its values, and the probability of not exceeding each."""

    values: Floats  # K + 1, ascending, units
    probability: Floats  # K + 1, of the piece after each value

    @property
    def mean(self) -> float:
        """Expected demand, units."""
        return float(self.values @ np.diff(self.probability, prepend=0.0))


def step_distribution(levels: Floats, floor: float, knots: Floats) -> Demand:
    """The step distribution of `Problem`: τ_1/2 above the floor, mean levels between knots."""
    steps = [levels[0] / 2, *((levels[:-1] + levels[1:]) / 2), 1.0]
    return Demand(np.array([floor, *knots]), np.array(steps))


def solve_reference(
    problem: Problem, options: Solver, rows: Sequence[Row] = ()
) -> ReferenceSolution:
    """Build and solve the model, with shared limits; refuses more than 200 sku-locations."""
    import pulp

    if problem.series > MOST_SERIES:
        raise PlanError(
            f"{problem.series} sku-locations are too many for the reference model",
            "reference model",
            f"Give it {MOST_SERIES} at most.",
        )
    model = pulp.LpProblem("restock", pulp.LpMinimize)
    orders = [_order_variables(model, problem, i) for i in range(problem.series)]
    cost = pulp.lpSum(_series_cost(model, problem, i, orders[i]) for i in range(problem.series))
    whole, placed = _whole_orders(model, problem, orders, _counted_lines(rows))
    model += cost + whole
    for r, row in enumerate(rows):
        _keep_limit(model, problem, r, row, orders, placed)
    answer = solve_model(model, options)
    quantity = np.zeros(problem.floor.shape)
    if answer.verdict is not Verdict.NOTHING:
        for i, theirs in enumerate(orders):
            quantity[i, : len(theirs)] = [order.varValue for order in theirs]
    return ReferenceSolution(quantity, answer.objective, answer.bound, answer.verdict)


def _order_variables(model: pulp.LpProblem, problem: Problem, i: int) -> list[pulp.LpVariable]:
    """q_u ≥ 0, the orders of one series."""
    count = int(problem.cycles.count[i])
    return [model.add_variable(f"order_{i}_{u}", lowBound=0) for u in range(count)]


def _series_cost(
    model: pulp.LpProblem, problem: Problem, i: int, orders: list[pulp.LpVariable]
) -> pulp.LpAffineExpression:
    """Holding of every day, shortage once a cycle, κ at the end less what is saved then."""
    import pulp

    cost = []
    for u in range(len(orders)):
        days = problem.cycles.point_weight[i, u]
        end = int(np.flatnonzero(days > 0)[-1])
        for p in range(end + 1):
            demand = step_distribution(
                problem.levels[i], problem.floor[i, u], problem.knots[i, u, p]
            )
            usable = supply_balance.supply(problem.supply[i, u, p], orders[: u + 1])
            left = _expected_stock(model, f"{i}_{u}_{p}", usable, demand)
            cost.append(problem.holding[i] * int(days[p]) * left)
            if p == end:  # E(D - C)⁺ = E(C - D)⁺ + E D - C
                cost.append(problem.shortage[i] * (left + demand.mean - usable))
                if u == len(orders) - 1 and problem.saved is not None:
                    cost.append(-float(problem.saved[i]) * left)
    if problem.surplus[i] > 0:
        cost.append(_surplus_cost(model, problem, i, orders))
    return pulp.lpSum(cost)


def _expected_stock(
    model: pulp.LpProblem, name: str, usable: pulp.LpAffineExpression, demand: Demand
) -> pulp.LpAffineExpression:
    """E(C - D)⁺ = Σ probability · piece, with 0 ≤ piece ≤ the step to the next value."""
    import pulp

    steps = [*np.diff(demand.values), None]  # the last piece is as long as it must be
    pieces = [
        model.add_variable(f"piece_{name}_{k}", lowBound=0, upBound=step)
        for k, step in enumerate(steps)
    ]
    short = model.add_variable(f"below_{name}", lowBound=0)
    supply_balance.add(model, usable, float(demand.values[0]), short, pieces)
    return pulp.lpSum(
        probability * piece for probability, piece in zip(demand.probability, pieces, strict=True)
    )


def _surplus_cost(
    model: pulp.LpProblem, problem: Problem, i: int, orders: list[pulp.LpVariable]
) -> pulp.LpAffineExpression:
    """κ · E(C_U - max(D_late, x_U))⁺, x_U only where κ counts above the target."""
    u = len(orders) - 1
    end = int(np.flatnonzero(problem.cycles.point_weight[i, u] > 0)[-1])
    late = step_distribution(problem.levels[i], problem.late_floor[i], problem.late_knots[i])
    least = last_target(problem, i) if problem.surplus_above_target[i] else -np.inf
    usable = supply_balance.supply(problem.supply[i, u, end], orders)
    unsold = Demand(np.maximum(late.values, least), late.probability)
    return problem.surplus[i] * _expected_stock(model, f"{i}_late", usable, unsold)


def last_target(problem: Problem, i: int) -> float:
    """x_U: supply through the last cycle where its own holding and shortage cost is least.

    Tried at every value demand may take; the smallest of the best.
    """
    u = int(problem.cycles.count[i]) - 1
    days = problem.cycles.point_weight[i, u]
    end = int(np.flatnonzero(days > 0)[-1])
    demands = [
        step_distribution(problem.levels[i], problem.floor[i, u], problem.knots[i, u, p])
        for p in range(end + 1)
    ]
    # Supply that comes during the cycle is there at its end, and not before.
    later = problem.supply[i, u, end] - problem.supply[i, u, : end + 1]
    tried = np.unique(
        np.concatenate([d.values + more for d, more in zip(demands, later, strict=True)])
    )
    cost = np.zeros(tried.size)
    for demand, more, weight in zip(demands, later, days, strict=False):
        masses = np.diff(demand.probability, prepend=0.0)
        over = np.maximum(tried[:, None] - more - demand.values, 0.0) @ masses
        cost += problem.holding[i] * weight * over
    under = np.maximum(demands[end].values - tried[:, None], 0.0)
    cost += problem.shortage[i] * (under @ np.diff(demands[end].probability, prepend=0.0))
    return float(tried[np.flatnonzero(cost <= cost.min() + 1e-10 * max(cost.min(), 1e-9))[0]])


Lines = dict[tuple[int, int], "pulp.LpVariable"]
"""Whether an order of a series at a decision is placed, 0 or 1."""


def _counted_lines(rows: Sequence[Row]) -> set[tuple[int, int]]:
    """The orders whose lines some limit counts."""
    pairs = [zip(row.lines.series, row.lines.decision, strict=True) for row in rows]
    return {(int(i), int(u)) for some in pairs for i, u in some}


def _keep_limit(
    model: pulp.LpProblem, problem: Problem, r: int, row: Row,
    orders: list[list[pulp.LpVariable]], placed: Lines,
) -> None:  # fmt: skip
    """Σ weight · (ordered, lines, expected stock) ≤ bound."""
    taken = [w * orders[i][u] for i, u, w in _entries(row.orders)]
    taken += [w * placed[i, u] for i, u, w in _entries(row.lines)]
    points = problem.knots.shape[2]
    stock = zip(_entries(row.stock), row.stock.point, row.stock.shift, strict=True)
    for n, ((i, u, weight), point, shift) in enumerate(stock):
        if point < 0:
            demand = step_distribution(problem.levels[i], 0.0, problem.before_knots[i, -1 - point])
        else:
            v, p = divmod(int(point), points)
            demand = step_distribution(
                problem.levels[i], problem.floor[i, v], problem.knots[i, v, p]
            )
        usable = supply_balance.supply(problem.supply[i, 0, 0] + shift, orders[i][: u + 1])
        taken.append(weight * _expected_stock(model, f"stock_{r}_{n}", usable, demand))
    shared_limit.add(model, taken, row.bound)


def _entries(entries: Entries | StockEntries) -> list[tuple[int, int, float]]:
    """Series, decision and weight of each entry."""
    columns = (entries.series.tolist(), entries.decision.tolist(), entries.weight.tolist())
    return list(zip(*columns, strict=True))


def _whole_orders(
    model: pulp.LpProblem,
    problem: Problem,
    orders: list[list[pulp.LpVariable]],
    counted: set[tuple[int, int]],
) -> tuple[pulp.LpAffineExpression, Lines]:
    """Minimums, packs, line and order costs; the cost of the lines and orders placed."""
    import pulp

    cost = []
    lines: Lines = {}
    events: dict[tuple[int, int], pulp.LpVariable] = {}
    for i, row in enumerate(orders):
        group = int(problem.order_group[i])
        joint = group >= 0 and problem.order_cost[group] > 0
        for u, order in enumerate(row):
            if problem.multiple[i] > 0:
                packs = model.add_variable(f"packs_{i}_{u}", lowBound=0, cat="Integer")
                order_multiple.add(model, order, packs, float(problem.multiple[i]))
            cost.append(_price_breaks(model, problem, i, u, order))
            fixed = problem.minimum[i] > 0 or problem.line_cost[i] > 0 or joint
            if not fixed and (i, u) not in counted:
                continue
            placed = model.add_variable(f"placed_{i}_{u}", cat="Binary")
            lines[i, u] = placed
            order_size.add(model, order, placed, float(problem.minimum[i]), _most(problem, i))
            cost.append(problem.line_cost[i] * placed)
            if joint:
                key = (group, int(problem.cycles.order_day[i, u]))
                if key not in events:
                    events[key] = model.add_variable(f"order_of_{group}_{key[1]}", cat="Binary")
                    cost.append(problem.order_cost[group] * events[key])
                order_cost.add(model, placed, events[key])
    return pulp.lpSum(cost), lines


def _price_breaks(
    model: pulp.LpProblem, problem: Problem, i: int, u: int, order: pulp.LpVariable
) -> pulp.LpAffineExpression:
    """What an order costs less than at the first price, below 0: - Σ saving · part."""
    import pulp

    if problem.break_from is None or problem.break_saving is None:
        return pulp.lpSum([])
    there = np.flatnonzero(np.isfinite(problem.break_from[i]))
    if not there.size:
        return pulp.lpSum([])
    starts = [0.0, *problem.break_from[i, there].tolist()]
    parts = [
        (
            model.add_variable(f"part_{i}_{u}_{t}", lowBound=0),
            model.add_variable(f"price_{i}_{u}_{t}", cat="Binary"),
            start,
        )
        for t, start in enumerate(starts)
    ]
    price_break.add(model, order, parts, _most(problem, i))
    saving = [0.0, *problem.break_saving[i, there].tolist()]
    return pulp.lpSum(-less * part for less, (part, _, _) in zip(saving, parts, strict=True))


def _most(problem: Problem, i: int) -> float:
    """No order is larger: all demand there may be, from nothing, in whole packs and minimums."""
    lack = max(-float(problem.supply[i].min()), 0.0)
    if problem.break_from is not None:
        starts = problem.break_from[i]
        lack += float(starts[np.isfinite(starts)].max(initial=0.0))
    return float(problem.knots[i].max() + lack + problem.minimum[i] + 2 * problem.multiple[i] + 1.0)
