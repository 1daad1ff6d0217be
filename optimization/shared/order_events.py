"""Orders of a supplier on a day: what each must come to, what it costs, and whose lines it has.

An event is one order that may be placed or not: with a smallest order (a limit of `or_nothing`),
with an order cost, or both. Limits that charge for units ordered and nothing else stand beside
them, by the same cells (series, decision), all parts of a pricer together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from domain.terms import Floats, Integers
from optimization.order_costs import order_events
from optimization.shared.joint import Joint
from optimization.shared.rows import Row


class Entered(NamedTuple):
    """What orders of cells s · U + u count for: N entries in the order of cells."""

    start: Integers  # S · U + 1, first entry of each cell
    cell: Integers  # N
    which: Integers  # N, which limit or event
    weight: Floats  # N, of its unit per unit ordered


@dataclass(frozen=True)
class Events:
    """E orders that may be placed or not."""

    entered: Entered
    least: Floats  # E, what it must come to, 0: any amount
    cost: Floats  # E, money
    row: Integers  # E, which of the limits it is about, -1: none


@dataclass(frozen=True)
class Charges:
    """L limits that take of units ordered alone."""

    entered: Entered
    bound: Floats  # L
    row: Integers  # L, which of the limits it is


def cells_of(layout: Joint, width: int) -> tuple[Integers, Integers, Floats]:
    """Cell, row and weight of every entry on orders, in the order of cells."""
    cells, rows, weights, offset = [], [], [], 0
    for part in layout.pricer.parts:
        series = np.repeat(np.arange(part.series), np.diff(part.weights.order_start))
        cells.append((offset + series) * width + part.weights.order_decision)
        rows.append(part.weights.order_row.astype(np.int64))
        weights.append(part.weights.order_weight)
        offset += part.series
    cell = np.concatenate(cells)
    order = np.argsort(cell, kind="stable")
    return cell[order], np.concatenate(rows)[order], np.concatenate(weights)[order]


def charges_of(layout: Joint, rows: Sequence[Row], limit: Floats, width: int) -> Charges:
    """The limits that count orders and nothing else, and none of `or_nothing`."""
    plain = np.array([not (row.or_nothing or _else(row)) for row in rows], dtype=np.bool_)
    place = np.cumsum(plain) - 1
    cell, row, weight = cells_of(layout, width)
    kept = plain[row]
    entered = _entered(cell[kept], place[row[kept]], weight[kept], _count(layout) * width)
    index = np.flatnonzero(plain)
    return Charges(entered, limit[index], index)


def _else(row: Row) -> bool:
    return bool(row.lines.series.size or row.stock.series.size)


def events_of(layout: Joint, rows: Sequence[Row], width: int) -> Events:
    """The orders that have a smallest order or a cost; where it is the same order, one event."""
    own, cost_of = _costs(layout, width)
    cell, row, weight = cells_of(layout, width)
    lines = np.bincount(own[own >= 0], minlength=cost_of.size)
    free = np.ones(cost_of.size, dtype=np.bool_)
    cells, weights, least, cost, about = [], [], [], [], []
    by_row = np.argsort(row, kind="stable")
    first = np.searchsorted(row[by_row], np.arange(len(rows) + 1))
    for r in [r for r, one in enumerate(rows) if one.or_nothing and one.bound < 0]:
        entries = by_row[first[r] : first[r + 1]]
        theirs = cell[entries]
        ids = np.unique(own[theirs])
        same = ids.size == 1 and ids[0] >= 0 and lines[ids[0]] == theirs.size
        cells.append(theirs)
        weights.append(-weight[entries])
        least.append(-rows[r].bound)
        cost.append(float(cost_of[ids[0]]) if same else 0.0)
        about.append(r)
        if same:
            free[ids[0]] = False
            own[theirs] = -1
    order = np.argsort(own, kind="stable")
    for event in np.flatnonzero(free & (lines > 0)).tolist():
        begin, end = np.searchsorted(own[order], (event, event + 1))
        cells.append(np.sort(order[begin:end]))
        weights.append(np.zeros(end - begin))
        least.append(0.0)
        cost.append(float(cost_of[event]))
        about.append(-1)
    sizes = [theirs.size for theirs in cells]
    which = np.repeat(np.arange(len(cells)), np.array(sizes, dtype=np.int64))
    cell = np.concatenate([np.zeros(0, dtype=np.int64), *cells])
    weight = np.concatenate([np.zeros(0), *weights])
    order = np.argsort(cell, kind="stable")
    entered = _entered(cell[order], which[order], weight[order], _count(layout) * width)
    return Events(entered, np.array(least), np.array(cost), np.array(about, dtype=np.int64))


def _costs(layout: Joint, width: int) -> tuple[Integers, Floats]:
    """Of which order with a cost each cell is a line (S · U, -1: none), and the costs."""
    found, costs, known = [], [np.zeros(0)], 0
    parts = [order_events(problem) for problem in layout.problems]
    first = np.cumsum([0, *(count for _, _, count in parts)])
    for (number, which), part in zip(layout.index, layout.pricer.parts, strict=True):
        event = parts[number][0][which]
        own = np.full((part.series, width), -1, dtype=np.int64)
        own[:, : event.shape[1]] = np.where(event >= 0, event + first[number], -1)
        found.append(own)
    for problem, (_, group, count) in zip(layout.problems, parts, strict=True):
        costs.append(problem.order_cost[group] if count else np.zeros(0))
        known += count
    return np.concatenate(found).reshape(-1), np.concatenate(costs)


def _count(layout: Joint) -> int:
    return sum(part.series for part in layout.pricer.parts)


def _entered(cell: Integers, which: Integers, weight: Floats, cells: int) -> Entered:
    start = np.searchsorted(cell, np.arange(cells + 1))
    return Entered(
        np.asarray(start, dtype=np.int64), cell, np.ascontiguousarray(which, dtype=np.int64),
        np.ascontiguousarray(weight),
    )  # fmt: skip
