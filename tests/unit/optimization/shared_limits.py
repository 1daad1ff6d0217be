"""Random problems whose series share limits of every kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from domain.settings import Settings, Solver
from domain.terms import Floats
from experiments.benchmarks.optimization_instances import Shape, random_problem
from optimization.constraints import LIMITS, Limit
from optimization.constraints.group_cycle_service import short_column
from optimization.problem import Problem
from optimization.shared.entries import weights_of
from optimization.shared.ground import Ground
from optimization.shared.minimums import solve_shared
from optimization.shared.opening_spread import opening_deviation
from optimization.shared.openings import stock_at
from optimization.shared.pricer import Pricer
from optimization.shared.rows import Part, Row
from optimization.shared.shortages import cycle_demand, short_at_level, shortages
from optimization.shared.solve import Shared
from optimization.solve import prepare, solve_prepared

EVERY_KIND = (
    "budget", "storage", "supplier_capacity", "supplier_minimum", "order_lines", "linear_limit",
    "container_fill", "group_service", "group_cycle_service",
    "source_stock",
)  # fmt: skip
LAST_DAY = 10_000
SERVED = 0.9
EXACT = Solver(time_limit_seconds=60.0, relative_gap=1e-9, threads=1)


def ground_of(problem: Problem, settings: Settings, seed: int = 0) -> Ground:
    """The series of a prepared problem with names, costs and volumes."""
    draw = np.random.default_rng(seed)
    series = np.arange(problem.series)
    frame = pd.DataFrame(
        {
            "sku": [f"sku-{i:04}" for i in series],
            "location": np.where(series % 3 == 0, "north", "south"),
            "supplier": np.where(series % 2 == 0, "even", "odd"),
            "category": np.where(series % 5 < 2, "tools", "toys"),
            "from_location": np.where(series % 3 == 0, "", "hub"),
            "unit_cost": problem.holding * 365 / 0.25,
            "volume_m3": draw.lognormal(-1.0, 1.0, problem.series),
        }
    )
    return Ground(
        place=series,
        problem=problem,
        frame=frame,
        solved=np.ones(problem.series, dtype=np.bool_),
        settled=np.zeros(problem.series),
        supply_on=lambda day: problem.supply[:, 0, 0],
        lost=settings.unmet_demand == "lost",
    )


def limits_of_kind(kind: str, ground: Ground) -> list[Limit]:
    """Limits of a kind that bind nothing yet: their bounds are set by `tightened`."""
    make = LIMITS.get(kind)
    if kind == "budget":
        return [
            make("first week", "", 0.0, 0, 6),
            make("all", "", 0.0, 0, LAST_DAY),
        ]
    if kind == "storage":
        return [make("north", 0.0), make("south", 0.0, 0.9, 0.2)]
    if kind == "supplier_capacity":
        return [make("even", None, "", 0.0, 0, 6), make("odd", "south", "", 0.0, 0, LAST_DAY)]
    if kind == "supplier_minimum":
        return [make("even", "south", 0.0)]
    if kind == "order_lines":
        return [make(0.0)]
    if kind == "container_fill":
        return [make("odd", None, 1e6, 0.0), make("even", "south", 1e6, 0.0)]
    if kind == "group_service":
        return [
            make("all", 0.5),
            make("toys", 0.5, "toys"),
            make("north", 0.5, None, None, "north"),
        ]
    if kind == "group_cycle_service":
        return [
            make("all", SERVED),
            make("toys", SERVED, "toys"),
            make("north", SERVED, None, None, "north"),
        ]
    if kind == "source_stock":
        return [make(f"sku-{i:04}", "hub", 0.0, 0, LAST_DAY) for i in (1, 2, 4)]
    weights = ground.frame[["sku"]].assign(location=None, weight=1.5)
    return [make("crates", "", 0.0, 0, LAST_DAY, weights)]


def rows_of(kinds: Sequence[str], ground: Ground) -> list[Row]:
    """The rows of limits of these kinds."""
    return [row for kind in kinds for limit in limits_of_kind(kind, ground)
            for row in limit.rows([ground])]  # fmt: skip


def use_of(problem: Problem, rows: Sequence[Row], quantity: Floats) -> Floats:
    """What orders take of each row."""
    every = np.arange(problem.series)
    part = Part(problem, every, weights_of(rows, every, every.size))
    pricer = Pricer([part], len(rows), 1, 1, [np.zeros(problem.series)])
    return pricer.use([np.ascontiguousarray(quantity)])


def tightened(problem: Problem, rows: Sequence[Row], share: float) -> list[Row]:
    """The rows with `share` of what the plan without limits takes above ordering nothing."""
    free = use_of(problem, rows, solve_prepared(problem, 1).quantity)
    idle = use_of(problem, rows, np.zeros(problem.floor.shape))
    bound = idle + share * (free - idle)
    return [
        replace(row, bound=float(np.floor(b)) if row.kind == "order_lines" else float(b))
        for row, b in zip(rows, bound, strict=True)
    ]


def instance(
    shape: Shape, seed: int, settings: Settings, kinds: Sequence[str], share: float
) -> tuple[Problem, list[Row]]:
    """A prepared problem and rows that bind."""
    problem = prepare(random_problem(shape, seed), settings)
    return problem, tightened(problem, rows_of(kinds, ground_of(problem, settings, seed)), share)


def solved(problem: Problem, rows: Sequence[Row], options: Solver = EXACT) -> Shared:
    """All series together."""
    return solve_shared([problem], [np.arange(problem.series)], rows, options)


def plan_frame(ground: Ground, quantity: Floats) -> pd.DataFrame:
    """A finished plan as the limits judge it."""
    alive = np.arange(quantity.shape[1]) < ground.problem.cycles.count[:, None]
    rows, decisions = np.nonzero(alive)
    frame = ground.frame.iloc[rows].reset_index(drop=True)
    return frame.assign(
        decision=decisions + 1,
        order_day=ground.problem.cycles.order_day[rows, decisions],
        quantity=quantity[rows, decisions],
        expected_demand=cycle_demand(ground.problem)[0][rows, decisions],
        expected_short=shortages(ground.problem, quantity)[rows, decisions],
        **{short_column(SERVED): short_at_level(ground.problem, SERVED)[rows, decisions]},
    )


def opening_frame(ground: Ground, quantity: Floats) -> pd.DataFrame:
    """Expected stock at the opening of every day of arrival."""
    days = np.unique(ground.problem.cycles.arrival_day)
    return pd.concat(
        [
            ground.frame.assign(
                day=int(day),
                on_hand=stock_at(ground, quantity, int(day)),
                deviation=opening_deviation(ground, int(day)),
            )
            for day in days[days > 0]
        ],
        ignore_index=True,
    )
