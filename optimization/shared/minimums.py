"""Limits that ask for something or for nothing at all: smallest orders, filled containers.

Where every series is ordered in packs `smallest_orders` chooses. Else (any amount, containers)
they are left out first, which bounds the cost from below. Where the plan then orders less than
the smallest order (or fills the last container too little), but something, the order is lowered
(to none, or to a container less) or raised, whichever is nearer, and all is solved again with that
settled, until every order is large enough or none. Where that drops a first order, one raised to
the smallest and none after it is tried, with containers one more and one less, and the cheapest is
kept. A good choice, no proof: the gap to the first bound is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from domain.errors import InfeasibleError
from domain.settings import Solver
from domain.terms import Flags, Floats, Integers
from optimization.clock import solving_seconds
from optimization.problem import Problem
from optimization.shared.rows import Row, forbidden
from optimization.shared.searched import solve_searched
from optimization.shared.smallest_orders import in_packs_only, solve_smallest_orders
from optimization.shared.solve import OPTIMAL_GAP, Shared, solve_limits

NEARER = 0.5
"""Share of the smallest order from which on an order is raised to it."""
WITHIN = 1e-7
"""Share of the smallest order that is no order, and by which it may be missed."""
ROUNDS, MOST_ROUNDS = 12, 18
"""Rounds in which orders are settled by what is nearer, and after which none gives way."""
FIRST_SHARE = 0.5
"""Share of the time there is left that each solve may take, for more to come after it."""
WORTH_TRYING = 1000.0
"""Times what is wanted of a limit in all, up to which a smallest order is tried."""


def solve_shared(
    problems: Sequence[Problem], places: Sequence[Integers], rows: Sequence[Row], options: Solver,
    start: Floats | None = None,
) -> Shared:  # fmt: skip
    """The plans of several prepared problems that keep the limits `rows` together.

    `places`: which of the series that the rows speak of are in each problem. `start` R: prices
    near which to search first, where no row asks for much or nothing. Raises InfeasibleError
    where the limits cannot hold together. What is used, and the prices, are of `rows`, in their
    order.
    """
    hard = np.array([not row.or_nothing for row in rows], dtype=np.bool_)
    if hard.all():
        return solve_searched(problems, places, rows, options, start)
    if in_packs_only(problems, rows):
        settled = solve_smallest_orders(problems, places, rows, options)
        raised = {int(r): int(settled.placed[r]) for r in np.flatnonzero(~hard)}
        return _told(rows, hard, raised, settled.shared, settled.bound, options)
    return _StepByStep(problems, places, rows, options).run()


class _StepByStep:
    """One solve: orders are settled round by round, and all is solved again."""

    def __init__(
        self, problems: Sequence[Problem], places: Sequence[Integers], rows: Sequence[Row],
        options: Solver,
    ) -> None:  # fmt: skip
        self.problems, self.places, self.rows, self.options = problems, places, rows, options
        self.hard = np.array([not row.or_nothing for row in rows], dtype=np.bool_)
        self.least = np.array([row.taken - row.bound for row in rows])
        self.size = np.array([row.size for row in rows])
        self.deadline = solving_seconds() + options.time_limit_seconds
        self.raised: dict[int, int] = {}
        self.asked: set[int] = set()  # raised because limits cannot hold without them
        self.wanted = np.zeros(0)
        self.bound = -np.inf

    @property
    def late(self) -> bool:
        """Whether time is up."""
        return solving_seconds() >= self.deadline

    def run(self) -> Shared:
        """The plan once every order is large enough or none, or a first order raised instead."""
        found = self._first_found()
        for trial in _first_changed(self.rows, self.raised, self.least, self.wanted):
            choice = self.raised | trial
            if self.late:
                break
            try:
                other = self._solved(choice)
            except InfeasibleError:
                continue
            if other.objective < found.objective and not self._small(self._ordered(other)).any():
                self.raised, found = choice, other
        return _told(self.rows, self.hard, self.raised, found, self.bound, self.options)

    def _first_found(self) -> Shared:
        """The plan with orders settled until none is too small.

        After ROUNDS, or once time is up, those that are too small are none, unless limits ask for
        them. Raises InfeasibleError where nothing that was tried holds.
        """
        rounds = 0
        while True:
            late = rounds >= ROUNDS - 1 or self.late
            rounds += 1
            try:
                found = self._solved(self.raised)
            except InfeasibleError as error:
                if rounds > MOST_ROUNDS:
                    raise
                self._give_way(error, late)
                continue
            self.bound = max(self.bound, found.bound) if not self.raised else self.bound
            ordered = self._ordered(found)
            self.wanted = self.wanted if self.wanted.size else ordered
            small = np.flatnonzero(self._small(ordered)).tolist()
            if not small:
                return found
            self._settle(small, ordered, late)

    def _give_way(self, error: InfeasibleError, late: bool) -> None:
        """Where limits cannot hold with orders as they are settled: those raised that are among
        them a step less, else of those that are none the one wanted most raised, for good.

        Raises `error` where nothing that was settled is among them.
        """
        named = [r for r in self.raised if self.rows[r].name in error.limits]
        raised = [r for r in named if self.raised[r] and r not in self.asked]
        closed = [r for r in named if not self.raised[r] and r not in self.asked]
        for r in raised:
            self.raised[r] = 0 if late else self.raised[r] - 1
        if not raised:
            if not closed:
                raise error
            share = self.wanted[closed] / np.maximum(self.least[closed], 1e-300)
            most = closed[int(np.argmax(share))]
            self.raised[most] = 1
            self.asked.add(most)

    def _settle(self, small: Sequence[int], ordered: Floats, late: bool) -> None:
        """Settle the orders that are too small and were not yet; if all were, a step less."""
        fresh = [r for r in small if r not in self.raised]
        known = dict(self.raised)
        for r in fresh or small:
            self.raised[r] = 0 if late else _nearest(ordered[r], self.least[r], self.size[r])
            if not fresh:
                self.raised[r] = max(min(self.raised[r], known[r] - 1), 0)

    def _solved(self, choice: dict[int, int]) -> Shared:
        kept = [row for row, hard in zip(self.rows, self.hard, strict=True) if hard]
        kept += [row for r, count in choice.items() for row in in_steps(self.rows[r], count)]
        left = max((self.deadline - solving_seconds()) * FIRST_SHARE, 1e-3)
        limited = self.options.model_copy(update={"time_limit_seconds": left})
        return solve_limits(self.problems, self.places, kept, limited)

    def _ordered(self, found: Shared) -> Floats:
        return ordered_of(self.rows, self.places, found)

    def _small(self, ordered: Floats) -> Flags:
        wanted = self.wanted if self.wanted.size else ordered
        return np.asarray(~self.hard & too_small(ordered, self.least, self.size, wanted))


def _begun(ordered: Floats, size: Floats) -> Floats:
    """Containers that are begun, R; 1 where there is no size."""
    held = np.where(np.isfinite(size), size, 1.0)
    begun = np.maximum(np.ceil(ordered / held - WITHIN), 1.0)
    return np.where(np.isfinite(size), begun, 1.0)


def _least_of(least: Floats, size: Floats, count: Floats) -> Floats:
    """The least that an order of so many containers takes, R."""
    return least + np.where(np.isfinite(size), (count - 1.0) * np.nan_to_num(size, posinf=0.0), 0.0)


def too_small(ordered: Floats, least: Floats, size: Floats, wanted: Floats) -> Flags:
    """Orders that are something, but less than the smallest, R; `wanted` tells dust, however much
    the smallest order is."""
    dust = WITHIN * np.where(wanted > 0, np.minimum(least, wanted), least)
    asked = _least_of(least, size, _begun(ordered, size))
    return np.asarray((ordered > dust) & (ordered < asked * (1 - WITHIN)))


def _nearest(ordered: float, least: float, size: float) -> int:
    """How many containers (1: the smallest order) an order too small is settled at."""
    count = int(_begun(np.array([ordered]), np.array([size]))[0])
    last = ordered - (count - 1) * size if np.isfinite(size) else ordered
    return count if last >= NEARER * least else count - 1


def _first_changed(
    rows: Sequence[Row], raised: dict[int, int], least: Floats, wanted: Floats
) -> list[dict[int, int]]:
    """For each limit what else its first order could be: raised from none, with none on later
    days; of containers, one more and one less."""
    limits: dict[str, list[int]] = {}
    for r, row in enumerate(rows):
        if row.or_nothing:
            limits.setdefault(row.limit, []).append(r)
    found = []
    for days in limits.values():
        first = min(days, key=lambda r: rows[r].day or 0)
        if first not in raised or least[first] > WORTH_TRYING * wanted[days].sum():
            continue
        count = raised[first]
        if np.isfinite(rows[first].size):
            found += [{first: other} for other in (count - 1, count + 1) if other >= 0]
        elif count == 0:
            found.append({r: int(r == first) for r in days})
    return found


def in_steps(row: Row, count: int) -> list[Row]:
    """The rows that settle an order at so many containers (1: at the smallest order), or none."""
    if count == 0:
        return [forbidden(row)]
    if not np.isfinite(row.size):
        return [row]
    lower = replace(row, bound=row.bound - (count - 1) * row.size)
    upper = replace(forbidden(row), bound=count * row.size - row.taken)
    return [lower, upper]


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
    rows: Sequence[Row], hard: np.ndarray, raised: dict[int, int], found: Shared, bound: float,
    options: Solver,
) -> Shared:  # fmt: skip
    """The outcome with numbers of all rows, in their order, and the first bound."""
    order = np.array(
        [*np.flatnonzero(hard), *(r for r, n in raised.items() for _ in in_steps(rows[r], n))],
        dtype=np.int64,
    )

    def all_rows(values: Floats) -> Floats:
        whole = np.zeros(len(rows))
        whole[order[::-1]] = values[::-1]  # of two for one row the first
        return whole

    def highest(values: Floats) -> Floats:
        whole = np.zeros(len(rows))
        np.maximum.at(whole, order, values)
        return whole

    asked = [r for r, count in raised.items() if not count]
    price, more, less = (highest(v) for v in (found.marginal_value, found.more, found.less))
    price[asked] = more[asked] = less[asked] = 0.0  # no order, so nothing is asked of it
    gap = (found.objective - bound) / max(abs(found.objective), 1e-300)
    status = "optimal" if gap <= min(options.relative_gap, OPTIMAL_GAP) else "feasible"
    return replace(
        found, used=all_rows(found.used), marginal_value=price, more=more, less=less,
        bound=min(bound, found.objective), status=status,
        again=np.zeros(len(rows), dtype=np.bool_),
    )  # fmt: skip
