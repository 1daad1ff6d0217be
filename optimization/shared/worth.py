"""What a limit is worth, solved again: with a little more of it, and with a little less.

The least cost is convex in what there is of a limit. Its price, from the best bound, is one slope
there; how much it falls with more and rises with less only another solve tells. Plans and prices
of the first are kept, so that a few rounds of pricing suffice. Whole orders count by their convex
hull, as in the bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from domain.settings import Solver
from domain.terms import Integers
from optimization.clock import solving_seconds
from optimization.problem import Problem
from optimization.shared.decomposition import (
    FREE_PRICE,
    GROWTH,
    NARROW_BOX,
    STEP,
    WITHIN,
    Decomposition,
)
from optimization.shared.joint import Joint
from optimization.shared.rows import Row, bounds
from optimization.shared.solve import Shared

MOST_SOLVED_AGAIN = 3
"""Limits, those worth most, that are solved again."""
SERIES_IN_ALL = 50_000
"""Series times limits solved again, at most: more limits keep what the plans at hand say."""
LIMITS_IN_ALL = 100
"""Limits that are worth something times limits solved again, at most: what masters take."""
AS_MANY = 20
"""Series of any amount that a series of whole orders counts for: what pricing it takes."""
SURE = 0.05
"""Share of what a step is worth by which the cost with it may be unsure."""
ROUNDS = 25
"""Of pricing, of each solve."""
FIRST_WIDTH = 0.02
"""Half the width of the first box, as a share of the prices."""
TIME_SHARE = 0.25
"""Share of the time limit that all of it may take."""


def solved_again(
    problems: Sequence[Problem], places: Sequence[Integers], rows: Sequence[Row], found: Shared,
    options: Solver,
) -> Shared:  # fmt: skip
    """The outcome with true ranges of the limits that are worth most, where there are not too many
    series and none of the limits asks for much or nothing."""
    deadline = solving_seconds() + TIME_SHARE * options.time_limit_seconds
    price = found.marginal_value
    many = sum(problem.series for problem in problems) > SERIES_IN_ALL
    if many or not (price > 0).any() or any(row.or_nothing for row in rows):
        return found
    layout = Joint(problems, places, rows, options.threads)
    count = sum(
        part.series * (1 if part.whole is None else AS_MANY) for part in layout.pricer.parts
    )
    most = min(SERIES_IN_ALL // max(count, 1), LIMITS_IN_ALL // int((price > 0).sum()))
    most = min(most, MOST_SOLVED_AGAIN)
    if not most:
        return found
    search = Trial(layout.pricer, bounds(rows), options.relative_gap, deadline)
    search.run(price)
    worth = price * search.row_scale
    dearest = np.argsort(-worth, kind="stable")[:most]
    more, less, again = found.more.copy(), found.less.copy(), found.again.copy()
    for r in np.sort(dearest[price[dearest] > 0]).tolist():
        tried = search.slopes(r, float(worth[r]) / search.cost_scale)
        if tried is not None:
            unit = search.cost_scale / search.row_scale[r]
            more[r] = np.clip(tried[0] * unit, 0.0, price[r])
            less[r] = max(tried[1] * unit, float(price[r]))
            again[r] = True
    return replace(found, more=more, less=less, again=again)


class Trial(Decomposition):
    """A search that goes on with other bounds once it is over."""

    def slopes(self, r: int, price: float) -> tuple[float, float] | None:
        """What each of STEP more of limit r saves and each of STEP less costs, scaled; None where
        they are not surely known. `price`: about what a unit is worth, scaled."""
        sure = SURE * price * STEP
        costs = [self._cost(r, change, sure) for change in (0.0, STEP, -STEP)]
        here, more, less = costs
        if here is None or more is None or less is None:
            return None
        return (here - more) / STEP, (less - here) / STEP

    def _cost(self, r: int, change: float, sure: float) -> float | None:
        """The least cost, scaled, with so much more of limit r; None where it is not known."""
        known, price = self.bound, self.center
        self.bound = known.copy()
        self.bound[r] += change
        self.best = -np.inf
        self.radius = np.maximum(FIRST_WIDTH * price, NARROW_BOX)
        self._ask(price)
        for _ in range(ROUNDS):
            mix = self._master(self.center - self.radius, self.center + self.radius)
            near = mix is not None and mix.objective - self.best <= sure
            late = solving_seconds() >= self.deadline
            if late or mix is None or (near and mix.outside <= WITHIN):
                break
            wider = np.where(self._at_edge(mix), self.radius * GROWTH, self.radius)
            if not self._follow(mix) and not near:
                break
            self.radius = wider if near else self.radius
        within = self._master(np.zeros(known.size), np.full(known.size, FREE_PRICE))
        found = None
        if within is not None and within.outside <= WITHIN:
            kept = within.weight @ self.columns.use <= self.bound + WITHIN
            found = within.cost if kept.all() and within.cost - self.best <= sure else None
        self.bound, self.center = known, price
        return found
