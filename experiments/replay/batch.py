"""Orders under way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from domain.terms import Flags, Floats, Integers


@dataclass(frozen=True)
class Batch:
    """Orders under way to some of S series: a row each. Days count from the replay's start."""

    rows: Integers
    units: Floats
    expected: Integers  # day at whose opening it is due on the shelf
    arrives: Integers  # day at whose opening it is

    def part(self, some: Flags) -> Self:
        """Some of the rows."""
        return type(self)(
            self.rows[some], self.units[some], self.expected[some], self.arrives[some]
        )

    def and_also(self, other: Self) -> Self:
        """These rows, and those of another after them."""
        both = zip(
            (self.rows, self.units, self.expected, self.arrives),
            (other.rows, other.units, other.expected, other.arrives),
            strict=True,
        )
        return type(self)(*(np.concatenate(pair) for pair in both))
