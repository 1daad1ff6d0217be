"""Prices in, the best plans of all series out: their cost and what they take, group by group.

A group is a run of series of one part; each is worked by one thread and added up in the order
of its series, so that the number of threads changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np

from domain.terms import Flags, Floats, Integers
from optimization.curves import Terms, terms_of
from optimization.shared.broken_pricing import price_broken_series
from optimization.shared.kept import nothing_kept
from optimization.shared.layout import Prices
from optimization.shared.planned_pricing import (
    price_planned_series,
    price_planned_whole_series,
)
from optimization.shared.pricing import price_series, targets_and_tops, use_of_series
from optimization.shared.rows import Part, Planned, Weights
from optimization.shared.whole_pricing import price_whole_series
from optimization.threads import available, in_blocks, on_threads

NOWHERE = np.zeros((0, 0))
NOTHING = nothing_kept(0, 1, 0)


class Group(NamedTuple):
    """Series begin … end - 1 of a part."""

    part: int
    begin: int
    end: int


class Priced(NamedTuple):
    """What the best plans of each of G groups cost and take at some prices."""

    cost: Floats  # G, money, without prices
    use: Floats  # G × R
    curvature: Floats  # R × R, how use falls as prices rise, where it was asked for
    slack: float = 0.0  # money, by which the cheapest plans may cost less


class Separable(Protocol):
    """What a decomposition asks: the best plans of G groups of series at prices."""

    groups: list[Group]

    def price(self, value: Floats, money: float = 1.0, curved: bool = False) -> Priced:
        """Least cost plus `value` (R) times use, of each group; `money` 0: of use alone."""

    def least(self) -> Priced:
        """The plans that take least of all limits together, each weighed by 1."""


class Pricer:
    """The separable solves of all parts at prices of R shared limits."""

    def __init__(
        self, parts: Sequence[Part], rows: int, groups: int, threads: int, extra: Sequence[Floats]
    ) -> None:
        """`groups`: how many, about; `extra`: S each, units above every demand still worth it."""
        self.parts = parts
        self.rows = rows
        self.threads = threads or available()
        self.groups = _grouped(parts, groups)
        self.series = [np.arange(group.begin, group.end) for group in self.groups]
        self.cost = [np.zeros(part.series) for part in parts]
        self.slack = [np.zeros(part.series) for part in parts]
        self._least: Priced | None = None
        self._terms = [terms_of(part.problem) for part in parts]
        self._kept = [
            nothing_kept(
                *part.shape, int(part.weights.stock_start[-1]) if part.whole is None else 0
            )
            for part in parts
        ]
        self._prices = on_threads(
            lambda place: self._fixed(place, extra[place]), range(len(parts)), self.threads
        )

    def _fixed(self, place: int, extra: Floats) -> Prices:
        """What of a part's prices never changes."""
        part, terms = self.parts[place], self._terms[place]
        problem, weights = part.problem, part.weights
        starts, saving = part.breaks
        before = np.ascontiguousarray(problem.before_knots, dtype=np.float64)
        series, cycles = part.shape
        nothing = np.full(series, -np.inf)
        packs = np.ascontiguousarray(part.multiple, dtype=np.float64)
        hint = np.full((series, 2, cycles), -np.inf, dtype=np.float32)
        blank = Prices(
            value=np.zeros(self.rows),
            place=np.ascontiguousarray(part.which, dtype=np.int64),
            target=nothing,
            multiple=packs,
            highest=nothing,
            knots=terms.knots.reshape(-1, terms.knots.shape[-1]),
            before=before.reshape(-1, terms.knots.shape[-1]),
            queries=before.shape[1],
            most=int(np.diff(weights.stock_start).max(initial=0)),
            hint=hint,
            money=1.0,
            begin=_first_decisions(part),
            break_from=np.ascontiguousarray(starts, dtype=np.float64),
            break_saving=np.ascontiguousarray(saving, dtype=np.float64),
        )
        target, highest = np.empty(series), np.empty(series)
        targets_and_tops(terms, weights, blank, target, highest)
        return blank._replace(target=target, highest=highest + extra)

    def price(
        self, value: Floats, money: float = 1.0, curved: bool = False,
        chosen: Sequence[Integers] | None = None,
    ) -> Priced:  # fmt: skip
        """Least cost plus `value` (R) times use, of each group; `money` 0: of use alone.

        `chosen` G: which of a group's series count, all without. What each costs is in `cost`.
        """
        cost = np.zeros(len(self.groups))
        use = np.zeros((len(self.groups), self.rows))
        size = self.rows if curved else 0
        curvature = np.zeros((len(self.groups), size, size))

        def work(place: int) -> None:
            which = self.series[place] if chosen is None else chosen[place]
            part = self.groups[place].part
            self._run(part, which, value, money, 0, NOWHERE, use[place], curvature[place])
            cost[place] = self.cost[part][which].sum()

        self._on_threads(work, range(len(self.groups)))
        slack = sum(float(each.sum()) for each in self.slack)
        return Priced(cost, use, curvature.sum(axis=0), slack)

    def least(self) -> Priced:
        """The plans that take least of all limits together, each weighed by 1; priced once."""
        if self._least is None:
            self._least = self.price(np.ones(self.rows), 0.0)
        return self._least

    def orders(
        self, value: Floats, money: float = 1.0, first: int = 0, wanted: Flags | None = None
    ) -> list[Floats]:
        """The plans at these prices that begin to order at decision `first`, S × U each part.

        `wanted` G: the groups whose plans are asked for (all without); the others get 0.
        """
        found = [np.zeros(part.shape) for part in self.parts]
        unused = np.zeros((len(self.groups), self.rows))

        def work(place: int) -> None:
            part, series = self.groups[place].part, self.series[place]
            self._run(part, series, value, money, first, found[part], unused[place], NOWHERE)

        asked = range(len(self.groups)) if wanted is None else np.flatnonzero(wanted).tolist()
        self._on_threads(work, asked)
        return found

    def use(self, orders: Sequence[Floats]) -> Floats:
        """What any orders (S × U for each part) take of each limit, R."""
        use = np.zeros((len(self.groups), self.rows))

        def work(place: int) -> None:
            part, begin, end = self.groups[place]
            use_of_series(
                self._terms[part], self.parts[part].weights, self._prices[part], begin, end,
                orders[part], use[place],
            )  # fmt: skip

        self._on_threads(work, range(len(self.groups)))
        return np.asarray(use.sum(axis=0))

    def with_fixed(self, fixed: Sequence[Floats]) -> Pricer:
        """The same series at other fixed costs of an order (S × U each part), all whole."""
        other = copy(self)
        other._least = None
        other.parts = [
            replace(part, whole=part.whole._replace(fixed=np.ascontiguousarray(costs)))
            for part, costs in zip(self.parts, fixed, strict=True)
            if part.whole is not None
        ]
        return other

    def forget(self) -> None:
        """Let go of the plans of the round before: all there is to price has been priced.

        Only orders that begin later (`orders` with `first` 1) can be asked for from now on.
        """
        self._kept.clear()

    def ground(self, number: int, value: Floats) -> tuple[Terms, Weights, Prices]:
        """What compiled code reads of a part at prices (R)."""
        prices = self._prices[number]._replace(value=value)
        return self._terms[number], self.parts[number].weights, prices

    def in_blocks(self, work: Callable[[int, int], None], count: int) -> None:
        """Call `work(begin, end)` on blocks of `count` series."""
        in_blocks(work, count, self.threads)

    def _run(
        self, number: int, series: Integers, value: Floats, money: float, first: int,
        orders: Floats, use: Floats, curvature: Floats,
    ) -> None:  # fmt: skip
        part, terms = self.parts[number], self._terms[number]
        cost = self.cost[number]
        prices = self._prices[number]._replace(value=value, money=money)
        if part.whole is not None and prices.break_from.shape[1]:
            planned = part.planned or Planned(np.full(part.series, np.nan), 0.0)
            price_broken_series(
                terms, part.weights, prices, part.whole.smallest, part.whole.fixed, *planned,
                first > 0, series, orders, cost, self.slack[number], use,
            )  # fmt: skip
            return
        if part.planned is not None and first == 0:
            known = np.isfinite(part.planned.units[series])
            self._run_planned(number, series[known], prices, orders, use, curvature)
            series = series[~known]
        if part.whole is None:
            kept = self._kept[number] if first == 0 else NOTHING
            price_series(
                terms, part.weights, prices, kept, first, series, orders, cost, use,
                curvature,
            )  # fmt: skip
        else:
            price_whole_series(
                terms, part.weights, prices, part.whole.smallest, part.whole.fixed, first > 0,
                series, orders, cost, use,
            )  # fmt: skip

    def _run_planned(
        self, number: int, series: Integers, prices: Prices, orders: Floats, use: Floats,
        curvature: Floats,
    ) -> None:  # fmt: skip
        part, terms, cost = self.parts[number], self._terms[number], self.cost[number]
        if part.planned is None or not series.size:
            return
        if part.whole is None:
            price_planned_series(
                terms, part.weights, prices, *part.planned, series, orders, cost, use, curvature
            )
        else:
            price_planned_whole_series(
                terms, part.weights, prices, part.whole.smallest, part.whole.fixed, *part.planned,
                series, orders, cost, use,
            )  # fmt: skip

    def _on_threads(self, work: Callable[[int], None], places: Iterable[int]) -> None:
        on_threads(work, places, self.threads)


def _first_decisions(part: Part) -> Integers:
    """The first decision at which each series may order, S."""
    given = part.problem.given
    if given is None:
        return np.zeros(part.series, dtype=np.int64)
    return given[part.which].astype(np.int64)


def _grouped(parts: Sequence[Part], groups: int) -> list[Group]:
    """About so many groups of about as many series each, none across two parts."""
    series = sum(part.series for part in parts)
    size = max(-(-series // groups), 1)
    found = []
    for place, part in enumerate(parts):
        count = part.series
        pieces = max(round(count / size), 1) if count else 0
        cuts = np.linspace(0, count, pieces + 1).astype(int).tolist()
        found += [Group(place, a, b) for a, b in pairwise(cuts)]
    return found
