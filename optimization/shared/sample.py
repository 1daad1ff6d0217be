"""A sample of the series, whose prices are near those of all: found in a fraction of the time.

A few series hold most of the money, so those that cost most are all in the sample, and of the
others one in so many, which stands for as many (stratified sampling, Cochran 1977, ch. 5). What
series cost at prices near the best tells a sample's answer better than what they cost without.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats
from optimization.shared.pricer import Priced, Pricer

ONE_IN = 20
"""Share of the series that are in the sample for what they cost, and of the rest that are."""
MOST_SAMPLED = 40_000
"""Series in the sample about, where that is fewer."""


class Sample:
    """The dearest series of each group, and one in `ONE_IN` of the others."""

    def __init__(self, pricer: Pricer, value: Floats, priced: Priced) -> None:
        """`priced`: what `pricer` has just found for all series at prices `value` (R)."""
        self.pricer = pricer
        self.groups = pricer.groups
        self._dear, self._others = [], []
        count = sum(part.series for part in pricer.parts)
        one_in = max(ONE_IN, round(2 * count / MOST_SAMPLED))
        share = []
        for group, series in zip(pricer.groups, pricer.series, strict=True):
            order = np.argsort(-pricer.cost[group.part][series], kind="stable")
            dear = series.size // one_in
            others = series[order[dear + one_in // 2 :: one_in]]
            self._dear.append(np.sort(series[order[:dear]]))
            self._others.append(np.sort(others))
            share.append((series.size - dear) / max(others.size, 1))
        self._each = np.array(share)
        told = self.price(value).use.sum(axis=0)
        whole = priced.use.sum(axis=0)
        known = (told > 0) & (whole > 0)
        self._share = np.where(known, whole / np.where(known, told, 1.0), 1.0)

    def price(self, value: Floats, money: float = 1.0, curved: bool = False) -> Priced:
        """As `Pricer.price`, of all series as far as the sample tells."""
        dear = self.pricer.price(value, money, curved, self._dear)
        others = self.pricer.price(value, money, curved, self._others)
        return Priced(
            dear.cost + self._each * others.cost,
            dear.use + self._each[:, None] * others.use,
            dear.curvature + float(self._each.mean()) * others.curvature,
        )

    def least(self) -> Priced:
        """As `Pricer.least`, of all series as far as the sample tells."""
        return self.price(np.ones(self.pricer.rows), 0.0)

    def scaled(self, value: Floats) -> Priced:
        """The same with its curvature, and what is taken of limits right where prices are 0."""
        found = self.price(value, curved=True)
        return found._replace(use=found.use * self._share)
