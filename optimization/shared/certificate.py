"""What a decomposition knows as it goes: bound and cost of each round, and the mix at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from domain.terms import Floats


@dataclass(frozen=True)
class Round:
    """What was known after a round of pricing."""

    bound: float  # money
    cost: float  # money, infinite until a plan keeps the limits
    seconds: float

    @property
    def gap(self) -> float:
        """(cost - bound) / |cost|, a share."""
        return relative_gap(self.cost, self.bound)


def relative_gap(cost: float, bound: float) -> float:
    """How far a cost may be from the least one, as a share of it."""
    return max(cost - bound, 0.0) / max(abs(cost), 1e-300) if np.isfinite(cost) else np.inf


class Mixed(NamedTuple):
    """The plans at one price vector, and what share they have in the mix."""

    price: Floats  # R, money per unit of each limit
    money: float  # 1, or 0 where only the limits counted
    share: Floats  # G, of each group


@dataclass(frozen=True)
class Decomposed:
    """Prices and the mix of plans at the end."""

    price: Floats  # R, money per unit of each limit: those of the best bound
    bound: float  # money
    cost: float  # money, of the mix
    rounds: tuple[Round, ...]
    plans: tuple[Mixed, ...]
    finished: bool  # the gap asked for was reached
