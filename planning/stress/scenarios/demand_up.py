"""Customers want more than was forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Floats
from planning.situation import Situation
from planning.stress.changed_demand import with_demand
from planning.stress.scenarios import SCENARIOS, Spared, Struck


@SCENARIOS.register("demand_up")
@dataclass(frozen=True)
class DemandUp:
    """Demand of every item rises by `share`, from tomorrow on."""

    share: float = 0.30

    def strike(self, situation: Situation, ordered: Floats) -> Struck | Spared:
        """See `Scenario.strike`."""
        return Struck(
            np.arange(situation.series),
            with_demand(situation, 1.0 + self.share),
            f"Demand of every item is {100 * self.share:g} % more than forecast, from tomorrow on.",
        )
