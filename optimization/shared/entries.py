"""The entries of limits sorted by series and decision, by counting: nothing is laid out twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from domain.terms import Floats, Integers
from optimization.compiling import kernel
from optimization.shared.rows import Entries, Row, Short, StockEntries, Weights


def weights_of(rows: Sequence[Row], index: Integers, series: int) -> Weights:
    """The entries of `rows` that are of the series in `index`, counted as there.

    `series`: how many there are in all. Of one series and decision the entries stand in the
    order of their rows; those that weigh nothing are left out.
    """
    place = np.full(series, -1, dtype=np.int64)
    place[index] = np.arange(index.size)
    orders = _sorted([row.orders for row in rows], place, index.size)
    lines = _sorted([row.lines for row in rows], place, index.size)
    stock = _sorted([row.stock for row in rows], place, index.size)
    return Weights(
        orders.start, orders.row, orders.decision, orders.weight,
        lines.start, lines.row, lines.decision, lines.weight,
        stock.start, stock.row, stock.decision, stock.weight, stock.point, stock.shift,
    )  # fmt: skip


class _Sorted(NamedTuple):
    start: Integers  # S + 1
    row: Short  # N
    decision: Short  # N
    weight: Floats  # N
    point: Short  # N, of stock only
    shift: Floats  # N, of stock only


def _sorted(entries: Sequence[Entries | StockEntries], place: Integers, series: int) -> _Sorted:
    """The entries of rows on some series, those of each together."""
    decisions = 1 + max(
        (int(part.decision.max()) for part in entries if part.decision.size), default=0
    )
    start = np.zeros(series * decisions + 1, dtype=np.int64)
    for some in entries:
        _count(place, _whole(some.series), _whole(some.decision), _plain(some.weight), decisions,
               start)  # fmt: skip
    np.cumsum(start, out=start)
    size = int(start[-1])
    begins = start[::decisions].copy()
    of_stock = any(isinstance(part, StockEntries) for part in entries)
    short = _short(entries, decisions)
    row, decision, weight = np.empty(size, short), np.empty(size, short), np.empty(size)
    point, shift = np.empty(size * of_stock, short), np.empty(size * of_stock)
    for r, part in enumerate(entries):
        points, shifts = np.zeros(0, dtype=np.int64), np.zeros(0)
        if isinstance(part, StockEntries):
            points, shifts = _whole(part.point), _plain(part.shift)
        _put(place, _whole(part.series), _whole(part.decision), points, _plain(part.weight), shifts,
             decisions, r, start, row, decision, point, weight, shift)  # fmt: skip
    return _Sorted(begins, row, decision, weight, point, shift)


def _short(entries: Sequence[Entries | StockEntries], decisions: int) -> type[np.signedinteger]:
    """The smallest kind of number that holds rows, decisions and points."""
    most = max(len(entries), decisions)
    for part in entries:
        if isinstance(part, StockEntries) and part.point.size:
            most = max(most, int(part.point.max()), -int(part.point.min()))
    return np.int16 if most < np.iinfo(np.int16).max else np.int32


def _whole(values: np.ndarray) -> Integers:
    return np.require(values, dtype=np.int64, requirements=["C", "W"])


def _plain(values: np.ndarray) -> Floats:
    return np.require(values, dtype=np.float64, requirements=["C", "W"])


@kernel
def _count(
    place: Integers, series: Integers, decision: Integers, weight: Floats, decisions: int,
    start: Integers,
) -> None:  # fmt: skip
    """Count the entries of each series and decision, each one place further on in `start`."""
    for e in range(series.size):
        s = place[series[e]]
        if s >= 0 and weight[e] != 0.0:
            start[s * decisions + decision[e] + 1] += 1


@kernel
def _put(
    place: Integers, series: Integers, decision: Integers, point: Integers, weight: Floats,
    shift: Floats, decisions: int, number: int, next_one: Integers, row: Short, decided: Short,
    points: Short, weights: Floats, shifts: Floats,
) -> None:  # fmt: skip
    """Put the entries of row `number` where `next_one` says, and move it on."""
    for e in range(series.size):
        s = place[series[e]]
        if s >= 0 and weight[e] != 0.0:
            key = s * decisions + decision[e]
            at = next_one[key]
            next_one[key] = at + 1
            row[at] = number
            decided[at] = decision[e]
            weights[at] = weight[e]
            if point.size > 0:
                points[at] = point[e]
                shifts[at] = shift[e]
