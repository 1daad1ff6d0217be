"""Problems that share limits as parts that are priced alike, and back.

A part's series are in the order of the scarcest limit each is under, so that the groups of the
master, which are runs of them, have few limits each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from domain.terms import Flags, Floats, Integers
from optimization.integer import smallest_order
from optimization.order_costs import has_order_cost, paid_order_costs, share_out
from optimization.price_breaks import has_breaks
from optimization.problem import Problem
from optimization.shared.entries import weights_of
from optimization.shared.pricer import Pricer
from optimization.shared.rows import Part, Planned, Row, Weights, Whole
from optimization.solve import cost_of
from optimization.threads import available, on_threads

LEAST_GROUPS, MOST_GROUPS, SERIES_PER_GROUP = 100, 200, 500
"""Groups of series, each with its own mix of plans in the master: more of them need fewer rounds
of pricing, which matters where series are many, and a larger master."""


class Joint:
    """Problems split into parts that are priced alike, and put together again."""

    def __init__(
        self, problems: Sequence[Problem], places: Sequence[Integers], rows: Sequence[Row],
        threads: int, whole: bool = False, planned: Sequence[Planned] = (),
    ) -> None:  # fmt: skip
        """`whole`: every series is priced by the exact programme, whatever its orders; `planned`:
        first orders of each problem that an earlier plan had, where one has a say."""
        self.problems = problems
        self.threads = threads
        self.index: list[tuple[int, Integers]] = []
        parts = []
        series = 1 + max((int(place.max()) for place in places if place.size), default=0)
        series = max([series, *(1 + int(most) for most in map(_highest, rows))])

        def make(number: int) -> list[tuple[Integers, Part]]:
            problem, place = problems[number], places[number]
            fixed = _fixed(problem) | on_lines(rows, place, series) | whole
            kinds = np.where(has_breaks(problem), 2, fixed.astype(np.int64))
            order = np.argsort(scarcest(rows, place, series), kind="stable")
            split = [order[kinds[order] == kind] for kind in range(3)]
            return [
                (which, _part(problem, which, weights_of(rows, place[which], series), bool(kind)))
                for kind, which in enumerate(split)
                if which.size
            ]

        made = on_threads(make, range(len(problems)), threads or available())
        for number, split in enumerate(made):
            for which, part in split:
                self.index.append((number, which))
                parts.append(_with_planned(part, planned[number]) if planned else part)
        extra = [_extra(part, rows) for part in parts]
        groups = sum(part.series for part in parts) // SERIES_PER_GROUP
        groups = min(max(groups, LEAST_GROUPS), MOST_GROUPS)
        self.pricer = Pricer(parts, len(rows), groups, threads, extra)
        self.whole = any(
            part.whole is not None or bool((part.multiple > 0).any()) for part in parts
        )

    def split(self, quantity: Sequence[Floats]) -> list[Floats]:
        """Orders of problems as orders of parts."""
        return [np.ascontiguousarray(quantity[number][which]) for number, which in self.index]

    def limiting(self, price: Floats, rows: Sequence[Row]) -> list[np.ndarray]:
        """The limit that charges most for a unit of each series' first order, text, S each."""
        names = np.array([row.limit for row in rows], dtype=object)
        found = [np.full(problem.series, "", dtype=object) for problem in self.problems]
        for (number, which), part in zip(self.index, self.pricer.parts, strict=True):
            series, row, charge = first_charges(part.weights, price)
            order = np.lexsort((-row, charge, series))  # of equal charges the first row
            last = order[np.flatnonzero(np.diff(series[order], append=-1) != 0)]
            name = np.full(which.size, "limits", dtype=object)
            name[series[last]] = np.where(charge[last] > 0, names[row[last]], "limits")
            found[number][which] = name
        return found

    def cost(self, orders: Sequence[Floats]) -> float:
        """Expected cost of orders of parts, money."""
        return sum(
            float(cost_of(problem, plan, self.threads).sum()) + paid_order_costs(problem, plan)
            for problem, plan in zip(self.problems, self.joined(orders), strict=True)
        )

    def costs_of_waiting(self, price: Floats) -> list[Floats]:
        """What the series of each problem cost with nothing ordered today and what is best at
        prices `price` (R) from then on, S each, money: as `cost_of` judges those orders."""
        orders = self.pricer.orders(price, first=1)
        found = [np.zeros(problem.series) for problem in self.problems]
        priced = zip(self.index, orders, self.pricer.parts, self.pricer.cost, strict=True)
        for (number, which), plan, part, cost in priced:
            found[number][which] = cost
            if part.whole is not None:  # what others share an order with is not of the series
                problem = self.problems[number]
                shares = part.whole.fixed - problem.line_cost[which, None]
                found[number][which] -= np.where(plan > 0, shares, 0.0).sum(axis=1)
        return found

    def joined(self, orders: Sequence[Floats]) -> list[Floats]:
        """Orders of parts as orders of problems."""
        whole = [np.zeros(problem.floor.shape) for problem in self.problems]
        for (number, which), part in zip(self.index, orders, strict=True):
            whole[number][which] = part
        return whole


def scarcest(rows: Sequence[Row], place: Integers, series: int) -> Integers:
    """Of the limits that each series in `place` is under the one with the fewest entries, its rank.

    `series`: how many there are in all. Series under no limit come last.
    """
    entries = [(row.orders.series, row.lines.series, row.stock.series) for row in rows]
    count = np.array([sum(part.size for part in parts) for parts in entries], dtype=np.int64)
    found = np.full(series, count.size, dtype=np.int64)
    for rank, r in enumerate(np.argsort(count, kind="stable").tolist()):
        for part in entries[r]:
            found[part] = np.minimum(found[part], rank)
    return found[place]


def on_lines(rows: Sequence[Row], place: Integers, series: int) -> Flags:
    """Which series in `place` have orders that count as lines of a limit."""
    found = np.zeros(series, dtype=np.bool_)
    for row in rows:
        found[row.lines.series[row.lines.weight != 0]] = True
    return np.asarray(found[place])


def _highest(row: Row) -> int:
    entries = (row.orders.series, row.lines.series, row.stock.series)
    return max((int(series.max()) for series in entries if series.size), default=0)


def _fixed(problem: Problem) -> Flags:
    """Which series' orders are more than a number of packs: minimums and costs of an order."""
    small = smallest_order(problem) > problem.multiple
    return np.asarray(small | (problem.line_cost > 0) | has_order_cost(problem))


def _part(problem: Problem, which: Integers, weights: Weights, fixed: bool) -> Part:
    if not fixed:
        return Part(problem, which, weights)
    demanded = np.ones(problem.floor.shape)
    shares = share_out(problem, demanded)[which]
    whole = Whole(smallest_order(problem)[which], problem.line_cost[which, None] + shares)
    if problem.given is not None:
        whole.fixed[problem.given[which], 0] = np.inf
    return Part(problem, which, weights, whole)


def _with_planned(part: Part, planned: Planned) -> Part:
    units = np.ascontiguousarray(planned.units[part.which], dtype=np.float64)
    return replace(part, planned=Planned(units, planned.change_cost))


def _extra(part: Part, rows: Sequence[Row]) -> Floats:
    """Units above all demand that a limit which asks for something may make worth ordering, S."""
    extra = np.zeros(part.series)
    if not any(row.at_least for row in rows):
        return extra
    series = np.repeat(np.arange(extra.size), np.diff(part.weights.order_start))
    for r, row in enumerate(rows):
        if row.at_least:
            theirs = (part.weights.order_row == r) & (part.weights.order_weight < 0)
            need = max(-row.bound, 0.0) / -part.weights.order_weight[theirs]
            np.maximum.at(extra, series[theirs], need)
    return extra


def first_charges(weights: Weights, price: Floats) -> tuple[Integers, Integers, Floats]:
    """Series, row and charge of every entry on a first decision, money per unit, line, stock."""
    kinds = (
        (weights.order_start, weights.order_row, weights.order_decision, weights.order_weight),
        (weights.line_start, weights.line_row, weights.line_decision, weights.line_weight),
        (weights.stock_start, weights.stock_row, weights.stock_decision, weights.stock_weight),
    )
    series, rows, charges = [], [], []
    for start, row, decision, weight in kinds:
        first = decision == 0
        series.append(np.repeat(np.arange(start.size - 1), np.diff(start))[first])
        rows.append(row[first])
        charges.append((price[row] * weight)[first])
    return np.concatenate(series), np.concatenate(rows), np.concatenate(charges)
