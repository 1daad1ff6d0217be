"""A law and two records of errors, alike: the mean of their quantiles."""

from __future__ import annotations

from domain.terms import Floats, Integers
from forecasting.evidence import Evidence
from forecasting.heads import HEADS
from forecasting.heads.negative_binomial import NegativeBinomial
from forecasting.heads.pooled import Pooled
from forecasting.heads.scaled import Scaled


@HEADS.register("mixed")
class Mixed:
    """Where one is wrong in the tails or for small means, the others hold it."""

    def __init__(self, evidence: Evidence) -> None:
        self.parts = (NegativeBinomial(evidence), Pooled(evidence), Scaled(evidence))

    def quantiles(self, series: Integers, lengths: Floats, mean: Floats, levels: Floats) -> Floats:
        """See `Head.quantiles`."""
        total = self.parts[0].quantiles(series, lengths, mean, levels)
        for part in self.parts[1:]:
            total += part.quantiles(series, lengths, mean, levels)
        total /= len(self.parts)
        return total
