"""Shared limits as sparse rows: what each order, order line and unit in stock takes of each limit.

A row says Σ weight · (what is ordered, lines placed, expected stock) ≤ bound. Its entries name
series and decision; a row that asks for at least something is kept with its signs turned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from domain.terms import Flags, Floats, Integers
from optimization.problem import Problem

Short = npt.NDArray[np.int16] | npt.NDArray[np.int32]
"""Rows, decisions and points: there are many entries, and seldom more rows than 16 bits hold."""

Places = Integers | npt.NDArray[np.int32]
"""Series, decisions and points of entries, of 32 bits where there are many."""

ROUNDING = 1e-9
"""Share of what is taken already by which floating point may miss a limit."""


@dataclass(frozen=True)
class Entries:
    """What N orders take: of the units of each, or of each that is placed at all."""

    series: Places  # N
    decision: Places  # N
    weight: Floats  # N, of the limit's unit per unit ordered, or per line


@dataclass(frozen=True)
class StockEntries:
    """What expected stock takes, N entries: weight · E(position + shift - D)⁺ at a point.

    `decision`: the last order that is in by then. `point` names the demand D: u · P + p for
    evaluation point p of cycle u, -1 - q for point q before the first delivery.
    """

    series: Places  # N
    decision: Places  # N
    point: Places  # N
    weight: Floats  # N, of the limit's unit per unit in stock
    shift: Floats  # N, units: supply by then above that of the first evaluation point


NO_ENTRIES = Entries(*(np.zeros(0, dtype=np.int32),) * 2, weight=np.zeros(0))
NO_STOCK = StockEntries(*(np.zeros(0, dtype=np.int32),) * 3, weight=np.zeros(0), shift=np.zeros(0))


@dataclass(frozen=True)
class Row:
    """One limit in one period."""

    limit: str  # its name, such as "budget" or "space at main"
    kind: str  # the kind of limit, as the registry calls it
    period: str  # the days it holds for, in words; "" where that is always
    bound: float  # what there is, in `unit`, less what is taken already
    unit: str  # money, cubic metres, units, lines
    taken: float = 0.0  # what is taken already, in `unit`
    orders: Entries = NO_ENTRIES
    lines: Entries = NO_ENTRIES
    stock: StockEntries = NO_STOCK
    at_least: bool = False  # entries and bound have their signs turned
    day: int | None = None  # the one day it is about, from `as_of`
    location: str | None = None  # the one location it is about
    or_nothing: bool = False  # with `at_least`: or nothing is ordered at all
    size: float = np.inf  # with `or_nothing`: what one container holds; the bound is of the last

    @property
    def name(self) -> str:
        """Limit and period."""
        return f"{self.limit} ({self.period})" if self.period else self.limit


def turned(entries: Entries) -> Entries:
    """The same with signs turned."""
    return Entries(entries.series, entries.decision, -entries.weight)


def forbidden(row: Row) -> Row:
    """The row that allows no order where `row` asks for a large one or none."""
    return replace(row, orders=turned(row.orders), bound=0.0, at_least=False, or_nothing=False)


class Weights(NamedTuple):
    """The entries of all rows on S series, sorted by series and decision; starts are S + 1."""

    order_start: Integers
    order_row: Short
    order_decision: Short
    order_weight: Floats
    line_start: Integers
    line_row: Short
    line_decision: Short
    line_weight: Floats
    stock_start: Integers
    stock_row: Short
    stock_decision: Short
    stock_weight: Floats
    stock_point: Short
    stock_shift: Floats


class Whole(NamedTuple):
    """What makes orders whole: they are nothing, or cost something and are not small."""

    smallest: Floats  # S, units
    fixed: Floats  # S × U, money per order


class Planned(NamedTuple):
    """First orders that an earlier plan had, and what another one costs beside all else."""

    units: Floats  # S, units; NaN: it had no say
    change_cost: float  # money


@dataclass(frozen=True)
class Part:
    """Some of the series that share the limits: where they are in a prepared problem, which is
    not copied, and their entries, in their order."""

    problem: Problem
    which: Integers  # S, places in the problem
    weights: Weights  # of the S series
    whole: Whole | None = None  # None: any amount, or any number of packs
    planned: Planned | None = None  # None: no earlier plan has a say

    @property
    def series(self) -> int:
        """Number of series [S]."""
        return int(self.which.size)

    @property
    def shape(self) -> tuple[int, int]:
        """S × U."""
        return self.series, int(self.problem.floor.shape[1])

    @property
    def multiple(self) -> Floats:
        """Pack size of each series, S, units; 0: any amount."""
        return self.problem.multiple[self.which]

    @property
    def breaks(self) -> tuple[Floats, Floats]:
        """Units from which lower prices hold (infinite: none) and what each is below the first
        price, money per unit, S × T; no T where no series has any."""
        starts, saving = self.problem.break_from, self.problem.break_saving
        nothing = np.zeros((self.series, 0))
        if starts is None or saving is None or not np.isfinite(starts[self.which]).any():
            return nothing, nothing
        return starts[self.which], saving[self.which]

    @property
    def known(self) -> Flags:
        """Series that an earlier plan has a say in, S."""
        if self.planned is None:
            return np.zeros(self.series, dtype=np.bool_)
        return np.isfinite(self.planned.units)


def bounds(rows: Sequence[Row]) -> Floats:
    """What each of R rows leaves to be taken, R: 0 where it is below by floating point only."""
    bound = np.array([row.bound for row in rows], dtype=np.float64)
    taken = np.array([abs(row.taken) for row in rows], dtype=np.float64)
    return np.where((bound < 0) & (bound >= -ROUNDING * taken), 0.0, bound)
