"""Currencies that suppliers are paid in cost less."""

from __future__ import annotations

from dataclasses import dataclass

from domain.terms import Floats
from planning.situation import Situation
from planning.stress.changed_costs import foreign, not_foreign, priced_anew
from planning.stress.scenarios import SCENARIOS, Spared, Struck, refuse_all_gone


@SCENARIOS.register("currency_down")
@dataclass(frozen=True)
class CurrencyDown:
    """Every currency but the plan's falls by `share`: what is bought in it is priced anew.

    Items do not share costs: what one currency costs alone is the sum of its suppliers.
    """

    share: float = 0.10

    def __post_init__(self) -> None:
        refuse_all_gone(self.share)

    def strike(self, situation: Situation, ordered: Floats) -> Struck | Spared:
        """See `Scenario.strike`."""
        rows, named = foreign(situation)
        if not rows.size:
            return Spared(not_foreign(situation))
        return priced_anew(
            situation,
            1.0 - self.share,
            f"{', '.join(named)} falls by {100 * self.share:g} % against"
            f" {situation.dataset.settings.currency}, and prices in it with it.",
            rows,
        )
