"""Goods cost less to buy."""

from __future__ import annotations

from dataclasses import dataclass

from domain.terms import Floats
from planning.situation import Situation
from planning.stress.changed_costs import priced_anew
from planning.stress.scenarios import SCENARIOS, Spared, Struck, refuse_all_gone


@SCENARIOS.register("price_down")
@dataclass(frozen=True)
class PriceDown:
    """Every purchase price falls by `share`, and what hangs on it: see `priced_anew`."""

    share: float = 0.10

    def __post_init__(self) -> None:
        refuse_all_gone(self.share)

    def strike(self, situation: Situation, ordered: Floats) -> Struck | Spared:
        """See `Scenario.strike`."""
        if not situation.terms.costs_known:
            return Spared("No unit cost is known, so no price can change.")
        return priced_anew(
            situation,
            1.0 - self.share,
            f"Every purchase price falls by {100 * self.share:g} %, and holding cost with it.",
        )
