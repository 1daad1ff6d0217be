"""Smallest orders of suppliers, and whole orders in general, where all series are in packs.

Which supplier is ordered of on which day is a choice of its own. A bound that shares what an
order must come to out to its lines (`order_shares`) says in how much of the mix each is
placed; a search (`order_days`) makes that a choice, and series ordered one after the other
(`spreading`) make the choice a plan that keeps every limit. The bound is proven by the exact
programme at the prices that were found; the plan is a good one, no proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.settings import Solver
from domain.terms import Flags, Floats, Integers
from optimization.clock import solving_seconds
from optimization.problem import Problem, Solution
from optimization.shared.certificate import Decomposed, Round
from optimization.shared.decomposition import Decomposition
from optimization.shared.feasible import check_feasible
from optimization.shared.joint import Joint
from optimization.shared.order_days import Choice, chosen_orders
from optimization.shared.order_events import charges_of, events_of
from optimization.shared.order_shares import Lines, Ticketed, raised_bound
from optimization.shared.repair import TOLERATED, repair
from optimization.shared.rows import Row, bounds, forbidden
from optimization.shared.solve import WITHIN, Shared, free_plan, outcome_of
from optimization.shared.spreading import spread_orders
from optimization.shared.tables import tables_of
from optimization.solve import decide

LOOSE_GAP = 1e-3
"""Gap to which the first prices are looked for: they move on from there."""
PRICES_UNTIL, BOUND_UNTIL, CHOICE_UNTIL, ORDERS_UNTIL = 0.15, 0.4, 0.7, 0.85
"""Share of the time there is by which each stage ends."""
LEAST_SIZE = 0.1
"""Share of what the plan without limits takes of a limit, below which its size is not put."""
SETTLED = 5
"""Times orders that stay too small may be closed and the plan mended."""


@dataclass(frozen=True)
class Settled:
    """The best plan found, which orders it places, and a bound for any plan."""

    shared: Shared
    placed: Flags  # R, whether an order of each limit of `or_nothing` may be placed
    bound: float  # money


def in_packs_only(problems: Sequence[Problem], rows: Sequence[Row]) -> bool:
    """Whether this way of solving is one for the problems and limits."""
    packs = all(bool((problem.multiple > 0).all()) for problem in problems)
    return packs and not any(row.or_nothing and np.isfinite(row.size) for row in rows)


def solve_smallest_orders(
    problems: Sequence[Problem], places: Sequence[Integers], rows: Sequence[Row], options: Solver,
    start: Floats | None = None,
) -> Settled:  # fmt: skip
    """The plans of several prepared problems that keep `rows` together; see `solve_shared`.

    `start` R: prices of the hard limits to begin at, money per unit; else they are looked for.
    """
    return _Search(problems, places, rows, options).run(start)


class _Search:
    """One solve, stage by stage."""

    def __init__(
        self, problems: Sequence[Problem], places: Sequence[Integers], rows: Sequence[Row],
        options: Solver,
    ) -> None:  # fmt: skip
        self.begun = solving_seconds()
        self.problems, self.places, self.rows, self.options = problems, places, rows, options
        self.hard = np.array([not row.or_nothing for row in rows], dtype=np.bool_)
        self.limit = bounds(rows)
        self.layout = Joint(problems, places, rows, options.threads, whole=True)

    def until(self, share: float) -> float:
        """When a stage has to end, `solving_seconds()`."""
        return self.begun + share * self.options.time_limit_seconds

    def run(self, start: Floats | None) -> Settled:
        """The plan without limits where it keeps them, else the best one found."""
        threads = self.options.threads
        decided = [decide(problem, threads) for problem in self.problems]
        quantity = self.layout.split([solution.quantity for solution, _ in decided])
        used = self.layout.pricer.use(quantity)
        if self._kept(used):
            free = free_plan(self.problems, decided, np.where(self.hard, used, 0.0), threads)
            return Settled(free, np.ones(self.hard.size, dtype=np.bool_), free.bound)
        price = self._first_prices() if start is None else start
        lines = self._lines(price, used)
        found = raised_bound(lines, price[lines.charges.row], self.until(BOUND_UNTIL))
        bound = max(self._proven(lines, found, price), sum(one.bound for one, _ in decided))
        choice, begun = chosen_orders(lines, found, self.until(CHOICE_UNTIL))
        orders = spread_orders(lines, choice, begun, self.until(ORDERS_UNTIL))
        first = [replace(one, quantity=one.quantity[:, :1].copy()) for one, _ in decided]
        return self._settled(lines, choice, price, orders, first, bound)

    def _kept(self, used: Floats) -> bool:
        """Whether what a plan takes of each row (R) keeps all: orders are large or nothing."""
        room = np.maximum(np.abs(self.limit), np.abs(used))
        kept = used <= self.limit + WITHIN * room
        nothing = ~self.hard & (used >= -WITHIN * room)
        return bool((kept | nothing).all())

    def _first_prices(self) -> Floats:
        """Prices of the hard limits (R, 0 for the others) were any amount ordered at no cost, and
        all of it at the first price."""
        price = np.zeros(self.limit.size)
        hard = [row for row in self.rows if not row.or_nothing]
        if not hard:
            return price
        relaxed = [
            replace(
                problem,
                minimum=np.zeros(problem.series),
                multiple=np.zeros(problem.series),
                line_cost=np.zeros(problem.series),
                order_cost=np.zeros(problem.order_cost.size),
                break_from=None,
                break_saving=None,
            )
            for problem in self.problems
        ]
        pricer = Joint(relaxed, self.places, hard, self.options.threads).pricer
        check_feasible(pricer, hard, self.until(1.0))
        search = Decomposition(pricer, bounds(hard), LOOSE_GAP, self.until(PRICES_UNTIL))
        price[self.hard] = search.run().price
        return price

    def _lines(self, price: Floats, free_use: Floats) -> Lines:
        """All series on tables; limits that count more than orders keep their `price` (R).

        `free_use` R: what the plan without limits takes of each.
        """
        parts = self.layout.pricer.parts
        width = max(part.shape[1] for part in parts)
        charges = charges_of(self.layout, self.rows, self.limit, width)
        stay = self.hard.copy()
        stay[charges.row] = False
        fixed = []
        for part in parts:
            weights = part.weights
            costs = np.zeros((part.series, width))
            costs[:] = part.problem.line_cost[part.which, None]
            series = np.repeat(np.arange(part.series), np.diff(weights.line_start))
            charge = price[weights.line_row] * weights.line_weight
            np.add.at(costs, (series, weights.line_decision), charge)
            if part.problem.given is not None:
                costs[part.problem.given[part.which], 0] = np.inf
            fixed.append(costs)
        taken = np.abs(free_use[charges.row])
        size = np.maximum(np.abs(charges.bound), LEAST_SIZE * taken)
        return Lines(
            tables=tables_of(self.layout.pricer, np.where(stay, price, 0.0)),
            charges=charges,
            events=events_of(self.layout, self.rows, width),
            fixed=np.concatenate(fixed),
            scale=np.where(size > 0, size, 1.0),
            threads=self.layout.pricer.threads,
        )

    def _prices(self, lines: Lines, moved: Floats, credit: Floats, price: Floats) -> Floats:
        """Prices of all rows (R) from those that moved (L), credits (E), and those that stayed."""
        found = price.copy()
        found[lines.charges.row] = moved
        about = lines.events.row
        found[about[about >= 0]] = credit[about >= 0]
        return found

    def _proven(self, lines: Lines, found: Ticketed, price: Floats) -> float:
        """The bound at prices, credits and shares, by the exact programme; money."""
        e, parts = lines.events.entered, self.layout.pricer.parts
        ticket = lines.events.cost + found.credit * lines.events.least
        shares = np.zeros(lines.fixed.size)
        np.add.at(shares, e.cell, found.share * ticket[e.which])
        each = np.split(
            shares.reshape(lines.fixed.shape), np.cumsum([p.series for p in parts])[:-1]
        )
        fixed = [
            mine[:, : part.shape[1]] + part.problem.line_cost[part.which, None]
            for mine, part in zip(each, parts, strict=True)
        ]
        value = self._prices(lines, found.price, found.credit, price)
        priced = self.layout.pricer.with_fixed(fixed).price(value)
        total = float(priced.cost.sum() + value @ priced.use.sum(axis=0))
        return total - float(value[self.hard] @ self.limit[self.hard])

    def _settled(
        self, lines: Lines, choice: Choice, price: Floats, orders: Floats,
        first: Sequence[Solution], bound: float,
    ) -> Settled:  # fmt: skip
        """The orders mended until they keep every row, orders that stay too small closed."""
        value = self._prices(lines, choice.price, choice.credit, price)
        events = lines.events
        came = lines.added(events.entered, orders, events.least.size)
        about = events.row >= 0
        placed = np.ones(self.hard.size, dtype=np.bool_)
        placed[events.row[about]] = (came > 0)[about]
        parts = self.layout.pricer.parts
        each = np.split(orders, np.cumsum([part.series for part in parts])[:-1])
        whole = self.layout.joined(
            [mine[:, : part.shape[1]] for mine, part in zip(each, parts, strict=True)]
        )
        for last in range(SETTLED - 1, -1, -1):
            kept = settled_rows(self.rows, placed)
            layout = Joint(self.problems, self.places, kept, self.options.threads)
            plan = layout.split(whole)
            limit = bounds(kept)
            scale = np.maximum(np.abs(limit), 1e-9)
            prices = self._of_kept(value, placed)
            left = repair(layout.pricer, plan, limit, prices, scale, self.until(1.0))
            broken = left < -TOLERATED * scale
            small = np.zeros(self.hard.size, dtype=np.bool_)
            small[self._order()] = broken
            small &= ~self.hard & placed
            if not last or not small.any():
                break
            placed = placed & ~small
            whole = layout.joined(plan)
        seconds = solving_seconds() - self.begun
        rounds = (Round(bound, float("inf"), seconds),)
        known = Decomposed(prices, bound, float("inf"), rounds, (), finished=False)
        shared = outcome_of(layout, kept, first, known, plan, self.options)
        return Settled(shared, placed, bound)

    def _order(self) -> Integers:
        """The rows in the order in which they are kept: hard ones first."""
        return np.concatenate([np.flatnonzero(self.hard), np.flatnonzero(~self.hard)])

    def _of_kept(self, value: Floats, placed: Flags) -> Floats:
        """Prices of the kept rows: none where no order is asked for."""
        return np.where(placed | self.hard, value, 0.0)[self._order()]


def settled_rows(rows: Sequence[Row], placed: Flags) -> list[Row]:
    """The hard rows, then those of `or_nothing` as hard ones: large enough, or nothing."""
    hard = [row for row in rows if not row.or_nothing]
    return hard + [
        row if placed[r] else forbidden(row) for r, row in enumerate(rows) if row.or_nothing
    ]
