"""A law and two records of errors, alike: the mean of their quantiles."""

from __future__ import annotations

from domain.terms import Floats, Integers
from forecasting.evidence import Evidence
from forecasting.heads import HEADS, FittedHead, Learned, MakeHead
from forecasting.heads.negative_binomial import NegativeBinomial
from forecasting.heads.pooled import Pooled
from forecasting.heads.scaled import Scaled

PARTS: dict[str, MakeHead] = {
    "negative_binomial": NegativeBinomial,
    "pooled": Pooled,
    "scaled": Scaled,
}


@HEADS.register("mixed")
class Mixed:
    """Where one is wrong in the tails or for small means, the others hold it."""

    def __init__(self, evidence: Evidence, learned: Learned | None = None) -> None:
        self.parts: list[FittedHead] = []
        for name, make in PARTS.items():
            own = None if learned is None else _of_part(learned, name)
            self.parts.append(make(evidence, own))

    @property
    def learned(self) -> Learned:
        """See `Head.learned`."""
        parts = zip(PARTS, self.parts, strict=True)
        return {f"{name}.{label}": x for name, part in parts for label, x in part.learned.items()}

    def quantiles(self, series: Integers, lengths: Floats, mean: Floats, levels: Floats) -> Floats:
        """See `Head.quantiles`."""
        total = self.parts[0].quantiles(series, lengths, mean, levels)
        for part in self.parts[1:]:
            total += part.quantiles(series, lengths, mean, levels)
        total /= len(self.parts)
        return total


def _of_part(learned: Learned, name: str) -> Learned:
    """What one of the parts learned."""
    begin = f"{name}."
    return {label.removeprefix(begin): x for label, x in learned.items() if label.startswith(begin)}
