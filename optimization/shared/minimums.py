"""Limits that ask for something or for nothing at all: the smallest orders of suppliers.

They are left out first, which bounds the cost from below. Where the plan then orders less than
the smallest order, but something, the order is dropped or raised, whichever is nearer, and all is
solved again with that settled, until every order is large enough or none. Where that drops a first
order, one raised to the smallest and none after it is tried, and the cheaper is kept. A good
choice, no proof: the gap to the first bound is reported.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from domain.errors import InfeasibleError
from domain.settings import Solver
from domain.terms import Flags, Floats, Integers
from optimization.problem import Problem
from optimization.shared.rows import Row, turned
from optimization.shared.solve import OPTIMAL_GAP, Shared, solve_limits

NEARER = 0.5
"""Share of the smallest order from which on an order is raised to it."""
WITHIN = 1e-7
"""Share of the smallest order that is no order, and by which it may be missed."""
ROUNDS = 12
WORTH_TRYING = 1000.0
"""Times what is wanted of a limit in all, up to which a smallest order is tried."""


def solve_shared(
    problems: Sequence[Problem], places: Sequence[Integers], rows: Sequence[Row], options: Solver
) -> Shared:
    """The plans of several prepared problems that keep the limits `rows` together.

    `places`: which of the series that the rows speak of are in each problem. Raises
    InfeasibleError where the limits cannot hold together. What is used, and the prices, are of
    `rows`, in their order.
    """
    hard = np.array([not row.or_nothing for row in rows], dtype=np.bool_)
    if hard.all():
        return solve_limits(problems, places, rows, options)
    deadline = time.monotonic() + options.time_limit_seconds
    raised: dict[int, bool] = {}
    bound = -np.inf
    least = np.array([row.taken - row.bound for row in rows])
    wanted = np.zeros(0)

    def settled(choice: dict[int, bool]) -> Shared:
        kept = [row for row, is_hard in zip(rows, hard, strict=True) if is_hard]
        kept += [rows[r] if up else forbidden(rows[r]) for r, up in choice.items()]
        left = max(deadline - time.monotonic(), 1e-3)
        limited = options.model_copy(update={"time_limit_seconds": left})
        return solve_limits(problems, places, kept, limited)

    for last in range(ROUNDS, -1, -1):
        try:
            found = settled(raised)
        except InfeasibleError:
            if not any(raised.values()):
                raise
            raised = dict.fromkeys(raised, False)  # what is raised does not fit: drop it all
            continue
        bound = max(bound, found.bound) if not raised else bound
        ordered = ordered_of(rows, places, found)
        wanted = wanted if wanted.size else ordered
        small = ~hard & _too_small(ordered, least, wanted)
        fresh = [r for r in np.flatnonzero(small).tolist() if r not in raised]
        if not fresh and not small.any():
            break
        for r in fresh or np.flatnonzero(small).tolist():
            raised[r] = bool(fresh) and last > 1 and bool(ordered[r] >= NEARER * least[r])
    for trial in _first_raised(rows, raised, least, wanted):
        choice = raised | trial
        if time.monotonic() >= deadline:
            break
        try:
            other = settled(choice)
        except InfeasibleError:
            continue
        small = ~hard & _too_small(ordered_of(rows, places, other), least, wanted)
        if other.objective < found.objective and not small.any():
            raised, found = choice, other
    return _told(rows, hard, raised, found, bound, options)


def _too_small(ordered: Floats, least: Floats, wanted: Floats) -> Flags:
    """Orders that are something, but less than the smallest, R; `wanted` tells dust, however much
    the smallest order is."""
    dust = WITHIN * np.where(wanted > 0, np.minimum(least, wanted), least)
    return np.asarray((ordered > dust) & (ordered < least * (1 - WITHIN)))


def _first_raised(
    rows: Sequence[Row], raised: dict[int, bool], least: Floats, wanted: Floats
) -> list[dict[int, bool]]:
    """For each limit whose first order was dropped: that one raised, none on later days."""
    limits: dict[str, list[int]] = {}
    for r, row in enumerate(rows):
        if row.or_nothing:
            limits.setdefault(row.limit, []).append(r)
    found = []
    for days in limits.values():
        first = min(days, key=lambda r: rows[r].day or 0)
        if raised.get(first, True) or least[first] > WORTH_TRYING * wanted[days].sum():
            continue
        found.append({r: r == first for r in days})
    return found


def forbidden(row: Row) -> Row:
    """The row that allows no order where `row` asks for a large one or none."""
    return replace(row, orders=turned(row.orders), bound=0.0, at_least=False, or_nothing=False)


def ordered_of(rows: Sequence[Row], places: Sequence[Integers], found: Shared) -> Floats:
    """What the plans order of the series of each row, with what was settled before, R."""
    size = 1 + max((int(place.max()) for place in places if place.size), default=0)
    width = max((solution.quantity.shape[1] for solution in found.solutions), default=0)
    quantity = np.zeros((size, width))
    for place, solution in zip(places, found.solutions, strict=True):
        quantity[place, : solution.quantity.shape[1]] = solution.quantity
    return np.array(
        [
            row.taken - row.orders.weight @ quantity[row.orders.series, row.orders.decision]
            for row in rows
        ]
    )


def _told(
    rows: Sequence[Row], hard: np.ndarray, raised: dict[int, bool], found: Shared, bound: float,
    options: Solver,
) -> Shared:  # fmt: skip
    """The outcome with numbers of all rows, in their order, and the first bound."""
    order = [*np.flatnonzero(hard).tolist(), *raised]

    def all_rows(values: Floats) -> Floats:
        whole = np.zeros(len(rows))
        whole[order] = values
        return whole

    asked = [r for r, up in raised.items() if not up]
    price, more, less = (all_rows(v) for v in (found.marginal_value, found.more, found.less))
    price[asked] = more[asked] = less[asked] = 0.0  # no order, so nothing is asked of it
    gap = (found.objective - bound) / max(abs(found.objective), 1e-300)
    status = "optimal" if gap <= min(options.relative_gap, OPTIMAL_GAP) else "feasible"
    return replace(
        found, used=all_rows(found.used), marginal_value=price, more=more, less=less,
        bound=min(bound, found.objective), status=status,
    )  # fmt: skip
