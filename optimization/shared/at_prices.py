"""Series solved for themselves at prices of the shared limits that are known already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.terms import Floats
from optimization.problem import Problem
from optimization.shared.joint import Joint
from optimization.shared.rows import Row
from optimization.shared.solve import in_packs


class AtPrices:
    """The best plans of a prepared problem, the series of `rows` in its order, at any prices."""

    def __init__(self, problem: Problem, rows: Sequence[Row]) -> None:
        self.problem = problem
        self._joint = Joint([problem], [np.arange(problem.series)], rows, threads=1)

    def orders(self, price: Floats, first: int = 0) -> Floats:
        """Orders, S × U units, at prices (R, money per unit) that begin at decision `first`."""
        found = self._joint.joined(self._joint.pricer.orders(price, first=first))
        return in_packs(self.problem, found[0])
