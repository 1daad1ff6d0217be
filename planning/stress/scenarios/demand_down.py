"""Customers want less than was forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Floats
from planning.situation import Situation
from planning.stress.changed_demand import with_demand
from planning.stress.scenarios import SCENARIOS, Spared, Struck, refuse_all_gone


@SCENARIOS.register("demand_down")
@dataclass(frozen=True)
class DemandDown:
    """Demand of every item falls by `share`, from tomorrow on."""

    share: float = 0.30

    def __post_init__(self) -> None:
        refuse_all_gone(self.share)

    def strike(self, situation: Situation, ordered: Floats) -> Struck | Spared:
        """See `Scenario.strike`."""
        return Struck(
            np.arange(situation.series),
            with_demand(situation, 1.0 - self.share),
            f"Demand of every item is {100 * self.share:g} % less than forecast, from tomorrow on.",
        )
