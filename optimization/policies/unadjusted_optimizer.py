"""The plan of this moment as it would be had nobody adjusted the forecast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from optimization.policies import POLICIES
from optimization.policies.optimizer import Optimizer


@POLICIES.register("unadjusted_optimizer")
@dataclass(frozen=True)
class UnadjustedOptimizer(Optimizer):
    """The optimizer, deaf to planners' words and customers' orders: beside it, their value."""

    hears: ClassVar[bool] = False
