"""What was refused in a column, and where: judgements on values become faults of rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.columns import Column
from domain.errors import SHOWN_PROBLEMS

Judgement = tuple[NDArray[np.bool_], str]
"""A fault found among values: where it holds, and the words that follow the value."""


@dataclass(frozen=True)
class Fault:
    """A refused cell: `row` counts from 0; `other` is a second row that the words end with."""

    row: int
    column: str
    value: str
    why: str
    other: int | None = None


@dataclass
class Faults:
    """The first refused cells, by row, and the number of all."""

    first: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, faults: list[Fault], count: int) -> None:
        """Take in `faults`, the first of `count` found together."""
        self.first = sorted([*self.first, *faults], key=lambda fault: fault.row)[:SHOWN_PROBLEMS]
        self.count += count


@dataclass
class Cells:
    """One column as read: typed `values`, and what was done or refused on the way."""

    values: Any  # NumPy array, or a sorted pandas Categorical for text
    faults: Faults
    filled: int = 0  # blank cells that took the column's default
    trimmed: int = 0  # cells of text that lost blanks around them


def spread(
    judgements: list[Judgement],
    show: Callable[[int], str],
    codes: NDArray[np.int64] | None,
    column: Column,
    first_row: int,
) -> Faults:
    """The judgements on distinct values (or on rows, without `codes`) as faults of rows."""
    faults = Faults()
    for mask, why in judgements:
        if not mask.any():
            continue
        hit = mask if codes is None else np.append(mask, False)[codes]
        rows = np.flatnonzero(hit)
        shown = [
            Fault(
                first_row + int(row),
                column.name,
                show(int(row) if codes is None else int(codes[row])),
                why,
            )
            for row in rows[:SHOWN_PROBLEMS]
        ]
        faults.add(shown, rows.size)
    return faults


def fill_blanks(missing: NDArray[np.bool_], column: Column, first_row: int, faults: Faults) -> int:
    """How many blank cells take the column's default; in a required column they are faults."""
    if column.required:
        judged = [(missing, "is blank, and a value is needed")]
        blank = spread(judged, lambda _: "", None, column, first_row)
        faults.add(blank.first, blank.count)
        return 0
    return 0 if column.default is None else int(missing.sum())
