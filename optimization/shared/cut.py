"""Limits cut to some of the series that share them: what the others order is taken as given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import TypeVar

import numpy as np

from domain.terms import Floats, Integers
from optimization.problem import Problem
from optimization.shared.entries import weights_of
from optimization.shared.pricer import Pricer
from optimization.shared.rows import Entries, Part, Row, StockEntries

AnyEntries = TypeVar("AnyEntries", Entries, StockEntries)


def taken_by(problem: Problem, place: Integers, rows: Sequence[Row], quantity: Floats) -> Floats:
    """What orders (S × U, units) of the series `place` take of each limit, R."""
    size = 1 + max(
        [int(place.max(initial=0))]
        + [int(e.series.max(initial=0)) for r in rows for e in (r.orders, r.lines, r.stock)]
    )
    part = Part(problem, np.arange(problem.series), weights_of(rows, place, size))
    pricer = Pricer([part], len(rows), 1, 1, [np.zeros(problem.series)])
    return pricer.use([np.ascontiguousarray(quantity)])


def cut_to(rows: Sequence[Row], count: int, others: Floats) -> list[Row]:
    """The rows for series 0 … count - 1 alone, less what the `others` take of each (R)."""
    return [
        replace(
            row,
            bound=row.bound - float(taken),
            taken=row.taken + float(taken),
            orders=_kept(row.orders, count),
            lines=_kept(row.lines, count),
            stock=_kept(row.stock, count),
        )
        for row, taken in zip(rows, others, strict=True)
    ]


def _kept(entries: AnyEntries, count: int) -> AnyEntries:
    """The entries of series below `count`."""
    mine = entries.series < count
    return replace(
        entries, **{field.name: getattr(entries, field.name)[mine] for field in fields(entries)}
    )
