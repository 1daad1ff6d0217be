"""Half negative binomial, half pooled errors: the mean of their quantiles."""

from __future__ import annotations

from domain.terms import Floats, Integers
from forecasting.evidence import Evidence
from forecasting.heads import HEADS
from forecasting.heads.negative_binomial import NegativeBinomial
from forecasting.heads.pooled import Pooled


@HEADS.register("mixed")
class Mixed:
    """Where one is wrong in the tails or for small means, the other holds it."""

    def __init__(self, evidence: Evidence) -> None:
        self.parts = (NegativeBinomial(evidence), Pooled(evidence))

    def quantiles(self, series: Integers, lengths: Floats, mean: Floats, levels: Floats) -> Floats:
        """See `Head.quantiles`."""
        one, other = (part.quantiles(series, lengths, mean, levels) for part in self.parts)
        return 0.5 * (one + other)
