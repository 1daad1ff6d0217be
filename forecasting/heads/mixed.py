"""A law and records of errors: the mean of their quantiles.

Where one is wrong in the tails or for small means, the others hold it. In the upper tail of series
that have sold rarely, records in sales of their own size say up to all.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers
from forecasting.evidence import Evidence
from forecasting.heads import HEADS, FittedHead, Learned, MakeHead
from forecasting.heads.negative_binomial import NegativeBinomial
from forecasting.heads.pooled import Pooled
from forecasting.heads.scaled import Scaled
from forecasting.heads.sized import RARE, Sized
from forecasting.sales import Sales

ALIKE: dict[str, MakeHead] = {
    "negative_binomial": NegativeBinomial,
    "pooled": Pooled,
    "scaled": Scaled,
}
"""Parts that say as much as each other."""
PARTS: dict[str, MakeHead] = {**ALIKE, "sized": Sized}
MOST, FEW_SALES = 1.1, 8.0
"""Share of `sized` before any sale, but for what takes it to nothing at RARE sales; sales at which
it would be half of that."""
TAIL = (0.9, 0.95)
"""Levels from which on it has a say, and has its whole share."""
WATCHED = 26.0
"""Ordinary buckets after which a series is no new one."""


@HEADS.register("mixed")
class Mixed:
    """The mean of three parts, its tail moved to the fourth by how few sales a series has had."""

    def __init__(self, evidence: Evidence, learned: Learned | None = None) -> None:
        self.parts: dict[str, FittedHead] = {}
        for name, make in PARTS.items():
            own = None if learned is None else _of_part(learned, name)
            self.parts[name] = make(evidence, own)
        self.share = share_of_sized(evidence.now)

    @property
    def learned(self) -> Learned:
        """See `Head.learned`."""
        parts = self.parts.items()
        return {f"{name}.{label}": x for name, part in parts for label, x in part.learned.items()}

    def quantiles(self, series: Integers, lengths: Floats, mean: Floats, levels: Floats) -> Floats:
        """See `Head.quantiles`."""
        first, *others = (self.parts[name] for name in ALIKE)
        total = first.quantiles(series, lengths, mean, levels)
        for part in others:
            total += part.quantiles(series, lengths, mean, levels)
        total /= len(ALIKE)
        rare = np.flatnonzero(self.share[series] > 0)
        high = np.flatnonzero((levels > TAIL[0]).any(axis=0))
        if rare.size and high.size:
            tail = slice(int(high[0]), None)
            found, some, asked = total[rare, :, tail], series[rare], levels[rare, tail]
            own = self.parts["sized"].quantiles(some, lengths, mean[rare], asked)
            own -= found
            own *= (self.share[some, None] * np.interp(asked, TAIL, (0.0, 1.0)))[:, None, :]
            found += own
            if tail.start:
                np.maximum(found, total[rare, :, tail.start - 1, None], out=found)
            total[rare, :, tail] = np.maximum.accumulate(found, axis=2, out=found)
        return total


def share_of_sized(sales: Sales) -> Floats:
    """What `sized` says: all where nothing was ever sold, nothing from 80 on, nor of new ones.

    A new one's mean is a guess from others, and its kind has sold at that rate.
    """
    left = FEW_SALES / (FEW_SALES + sales.number) - FEW_SALES / (FEW_SALES + RARE)
    return np.asarray(MOST * np.maximum(left, 0.0) * np.minimum(sales.age / WATCHED, 1.0))


def _of_part(learned: Learned, name: str) -> Learned:
    """What one of the parts learned."""
    begin = f"{name}."
    return {label.removeprefix(begin): x for label, x in learned.items() if label.startswith(begin)}
