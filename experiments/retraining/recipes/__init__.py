"""Recipes for a challenger: one file each, filed in `RECIPES`, judged by replayed cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.registry import Registry
from optimization.policies import Policy
from optimization.policies.calibrated_optimizer import CalibratedOptimizer

ForecastMode = Literal["local", "full"]


@dataclass(frozen=True)
class Recipe:
    """How a challenger forecasts and orders."""

    forecast_mode: ForecastMode
    meaning: str

    def policy(self) -> Policy:
        """What orders with its forecasts: the optimizer, shortage costs as calibrated."""
        return CalibratedOptimizer()


RECIPES: Registry[Recipe] = Registry("recipe", __name__)
