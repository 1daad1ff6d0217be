"""Currencies that suppliers are paid in cost more."""

from __future__ import annotations

from dataclasses import dataclass

from domain.terms import Floats
from planning.situation import Situation
from planning.stress.changed_costs import foreign, not_foreign, priced_anew
from planning.stress.scenarios import SCENARIOS, Spared, Struck


@SCENARIOS.register("currency_up")
@dataclass(frozen=True)
class CurrencyUp:
    """Every currency but the plan's rises by `share`: what is bought in it is priced anew.

    Items do not share costs: what one currency costs alone is the sum of its suppliers.
    """

    share: float = 0.10

    def strike(self, situation: Situation, ordered: Floats) -> Struck | Spared:
        """See `Scenario.strike`."""
        rows, named = foreign(situation)
        if not rows.size:
            return Spared(not_foreign(situation))
        return priced_anew(
            situation,
            1.0 + self.share,
            f"{', '.join(named)} rises by {100 * self.share:g} % against"
            f" {situation.dataset.settings.currency}, and prices in it with it.",
            rows,
        )
