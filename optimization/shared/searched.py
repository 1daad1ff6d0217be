"""Whole orders under limits: the plan that prices lead to, and where its gap is wide one more.

At prices of limits a cost that lines share, and packs of lines that are alike, come in fits and
starts, so that a plan made from the mix lies far from its bound. Where every series is ordered in
packs the search of `smallest_orders` begins at those prices: the cheaper plan that keeps the
limits and the higher bound are told, and what limits are worth stays what prices say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from domain.settings import Solver
from domain.terms import Floats, Integers
from optimization.clock import solving_seconds
from optimization.problem import Problem
from optimization.shared.certificate import relative_gap
from optimization.shared.rows import Row, bounds
from optimization.shared.smallest_orders import in_packs_only, solve_smallest_orders
from optimization.shared.solve import BROKEN, OPTIMAL_GAP, Shared, solve_limits

MOST_SERIES = 2_000
"""Series up to which the search was measured (docs/decisions/0023)."""
FIRST_SHARE = 0.5
"""Share of the time there is that prices may take where a search may follow."""


def solve_searched(
    problems: Sequence[Problem], places: Sequence[Integers], rows: Sequence[Row], options: Solver,
    start: Floats | None = None,
) -> Shared:  # fmt: skip
    """As `solve.solve_limits`, none of whose rows is one of `or_nothing`, with the search."""
    if not _in_reach(problems, rows):
        return solve_limits(problems, places, rows, options, start)
    deadline = solving_seconds() + options.time_limit_seconds
    first = solve_limits(
        problems, places, rows, _within(options, FIRST_SHARE * options.time_limit_seconds), start
    )
    left = deadline - solving_seconds()
    gap = relative_gap(first.objective, first.bound)
    if not first.rounds or gap <= options.relative_gap or left <= 0:
        return first
    settled = solve_smallest_orders(
        problems, places, rows, _within(options, left), first.marginal_value
    )
    best = min((first, settled.shared), key=lambda found: _rank(found, rows))
    bound = min(max(first.bound, settled.bound), best.objective)
    optimal = relative_gap(best.objective, bound) <= min(options.relative_gap, OPTIMAL_GAP)
    return replace(
        best,
        marginal_value=first.marginal_value,
        more=first.more,
        less=first.less,
        bound=bound,
        status="optimal" if optimal else "feasible",
        rounds=first.rounds,
    )


def _in_reach(problems: Sequence[Problem], rows: Sequence[Row]) -> bool:
    """Whether the search is one for the problems: packs, some limit on units, not too many."""
    series = sum(problem.series for problem in problems)
    on_units = any(not (row.lines.series.size or row.stock.series.size) for row in rows)
    return on_units and 0 < series <= MOST_SERIES and in_packs_only(problems, rows)


def _within(options: Solver, seconds: float) -> Solver:
    return options.model_copy(update={"time_limit_seconds": seconds})


def _rank(found: Shared, rows: Sequence[Row]) -> tuple[float, float]:
    """Which of two plans is better: by how far a limit is broken, then by cost."""
    limit = bounds(rows)
    over = (found.used - limit) / np.maximum(np.abs(limit), 1e-9)
    return max(float(over.max()), BROKEN), found.objective
