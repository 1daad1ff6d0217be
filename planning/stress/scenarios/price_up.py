"""Goods cost more to buy."""

from __future__ import annotations

from dataclasses import dataclass

from domain.terms import Floats
from planning.situation import Situation
from planning.stress.changed_costs import priced_anew
from planning.stress.scenarios import SCENARIOS, Spared, Struck


@SCENARIOS.register("price_up")
@dataclass(frozen=True)
class PriceUp:
    """Every purchase price rises by `share`, and what hangs on it: see `priced_anew`."""

    share: float = 0.10

    def strike(self, situation: Situation, ordered: Floats) -> Struck | Spared:
        """See `Scenario.strike`."""
        if not situation.terms.costs_known:
            return Spared("No unit cost is known, so no price can change.")
        return priced_anew(
            situation,
            1.0 + self.share,
            f"Every purchase price rises by {100 * self.share:g} %, and holding cost with it.",
        )
