"""Shared limits as sparse rows: what each order, order line and unit in stock takes of each limit.

A row says Σ weight · (what is ordered, lines placed, expected stock) ≤ bound. Its entries name
series and decision; a row that asks for at least something is kept with its signs turned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from domain.terms import Floats, Integers
from optimization.problem import Problem

Short = npt.NDArray[np.int32]

ROUNDING = 1e-9
"""Share of what is taken already by which floating point may miss a limit."""


@dataclass(frozen=True)
class Entries:
    """What N orders take: of the units of each, or of each that is placed at all."""

    series: Integers  # N
    decision: Integers  # N
    weight: Floats  # N, of the limit's unit per unit ordered, or per line


@dataclass(frozen=True)
class StockEntries:
    """What expected stock takes, N entries: weight · E(position + shift - D)⁺ at a point.

    `decision`: the last order that is in by then. `point` names the demand D: u · P + p for
    evaluation point p of cycle u, -1 - q for point q before the first delivery.
    """

    series: Integers  # N
    decision: Integers  # N
    point: Integers  # N
    weight: Floats  # N, of the limit's unit per unit in stock
    shift: Floats  # N, units: supply by then above that of the first evaluation point


NO_ENTRIES = Entries(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
NO_STOCK = StockEntries(*(np.zeros(0, dtype=np.int64),) * 3, weight=np.zeros(0), shift=np.zeros(0))


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
    stock_point: Short
    stock_weight: Floats
    stock_shift: Floats


class Whole(NamedTuple):
    """What makes orders whole: they are nothing, or cost something and are not small."""

    smallest: Floats  # S, units
    fixed: Floats  # S × U, money per order


@dataclass(frozen=True)
class Part:
    """Some of the series that share the limits: a prepared problem and its entries."""

    problem: Problem
    weights: Weights
    whole: Whole | None = None  # None: any amount, or any number of packs


def bounds(rows: Sequence[Row]) -> Floats:
    """What each of R rows leaves to be taken, R: 0 where it is below by floating point only."""
    bound = np.array([row.bound for row in rows], dtype=np.float64)
    taken = np.array([abs(row.taken) for row in rows], dtype=np.float64)
    return np.where((bound < 0) & (bound >= -ROUNDING * taken), 0.0, bound)


def weights_of(rows: Sequence[Row], index: Integers, series: int) -> Weights:
    """The entries of `rows` that are of the series in `index`, counted as there.

    `series`: how many there are in all.
    """
    place = np.full(series, -1, dtype=np.int32)
    place[index] = np.arange(index.size, dtype=np.int32)
    orders = _gathered([row.orders for row in rows], place)
    lines = _gathered([row.lines for row in rows], place)
    stock = _gathered([row.stock for row in rows], place)
    points = np.concatenate([row.stock.point for row in rows] or [np.zeros(0, dtype=np.int64)])
    shifts = np.concatenate([row.stock.shift for row in rows] or [np.zeros(0)])
    return Weights(
        *_sorted(orders, index.size)[:4],
        *_sorted(lines, index.size)[:4],
        *_sorted(stock, index.size, points, shifts),
    )


class _Gathered(NamedTuple):
    keep: Integers  # places of the entries that are kept among all
    series: Short
    row: Short
    decision: Short
    weight: Floats


def _gathered(entries: Sequence[Entries] | Sequence[StockEntries], place: Short) -> _Gathered:
    """The entries of all rows that stand for a series that is there and weigh anything.

    Numbers of 32 bits, for there are dozens of entries a series.
    """
    if not entries:
        nothing = np.zeros(0, dtype=np.int32)
        return _Gathered(np.zeros(0, dtype=np.int64), nothing, nothing, nothing, np.zeros(0))
    series = np.concatenate([place[part.series] for part in entries])
    row = np.repeat(np.arange(len(entries), dtype=np.int32), [part.series.size for part in entries])
    decision = np.concatenate([part.decision.astype(np.int32) for part in entries])
    weight = np.concatenate([part.weight for part in entries]).astype(np.float64, copy=False)
    kept = (series >= 0) & (weight != 0.0)
    keep = np.flatnonzero(kept)
    if kept.all():  # no copies where entries are many
        return _Gathered(keep, series, row, decision, weight)
    return _Gathered(keep, series[keep], row[keep], decision[keep], weight[keep])


def _sorted(found: _Gathered, series: int, *more: np.ndarray) -> list[np.ndarray]:
    """Starts of each series, then row, decision, what else there is and weight, sorted.

    The order is start, row, decision, (point,) weight(, shift).
    """
    order = np.lexsort((found.row, found.decision, found.series))
    start = np.searchsorted(found.series[order], np.arange(series + 1)).astype(np.int64)
    extra = [values[found.keep][order] for values in more]
    out: list[np.ndarray] = [start, found.row[order], found.decision[order]]
    if extra:
        return [*out, extra[0].astype(np.int32), found.weight[order], extra[1]]
    return [*out, found.weight[order]]
