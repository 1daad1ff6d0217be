"""What earlier work left that a forecast may use."""

from __future__ import annotations

from dataclasses import dataclass

from forecasting.global_model.trained import Trained
from forecasting.states import StateStore


@dataclass(frozen=True)
class Kept:
    """Neither changes what a forecast of the day it was made on would be."""

    states: StateStore | None = None  # of local models; they save time and change nothing
    trees: Trained | None = None  # used where they fit the panel, else trees are trained anew


NOTHING = Kept()
