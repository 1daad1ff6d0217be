"""A sample of the series, whose prices are near those of all: found in a fraction of the time.

A few series hold most of the money, so those that cost most without limits are all in the
sample, and of the others one in so many, which stands for as many (stratified sampling,
Cochran 1977, ch. 5).
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats
from optimization.shared.pricer import Priced, Pricer

ONE_IN = 20
"""Share of the series that are in the sample for what they cost, and of the rest that are."""


class Sample:
    """The dearest series of each group, and one in `ONE_IN` of the others."""

    def __init__(self, pricer: Pricer, free: Priced) -> None:
        """`free`: what `pricer` has just found for all series without prices."""
        self.pricer = pricer
        self._dear, self._others = [], []
        share = []
        for group, series in zip(pricer.groups, pricer.series, strict=True):
            order = np.argsort(-pricer.cost[group.part][series], kind="stable")
            dear = series.size // ONE_IN
            others = series[order[dear + ONE_IN // 2 :: ONE_IN]]
            self._dear.append(np.sort(series[order[:dear]]))
            self._others.append(np.sort(others))
            share.append((series.size - dear) / max(others.size, 1))
        self._each = np.array(share)
        self._share = np.ones(free.use.shape[1])
        told = self.price(np.zeros(free.use.shape[1]), 1.0, False).use.sum(axis=0)
        whole = free.use.sum(axis=0)
        known = (told > 0) & (whole > 0)
        self._share = np.where(known, whole / np.where(known, told, 1.0), 1.0)

    def price(self, value: Floats, money: float, curved: bool) -> Priced:
        """As `Pricer.price`, of all series as the sample tells: right where prices are 0."""
        dear = self.pricer.price(value, money, curved, self._dear)
        others = self.pricer.price(value, money, curved, self._others)
        each = float(self._each.mean())
        return Priced(
            dear.cost + self._each * others.cost,
            (dear.use + self._each[:, None] * others.use) * self._share,
            (dear.curvature + each * others.curvature),
        )
