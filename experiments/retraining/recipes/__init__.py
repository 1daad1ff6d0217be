"""Recipes for a challenger: one file each, filed in `RECIPES`, judged by replayed cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.registry import Registry
from domain.settings import Settings
from domain.settings_trees import TreesSetting
from optimization.policies import Policy
from optimization.policies.calibrated_optimizer import CalibratedOptimizer

ForecastMode = Literal["local", "full"]


@dataclass(frozen=True)
class Recipe:
    """How a challenger forecasts and orders."""

    forecast_mode: ForecastMode
    meaning: str
    trees: TreesSetting | None = None  # how a global model learns; None: as the settings say

    def settings(self, typed: Settings) -> Settings:
        """The settings it forecasts by."""
        told = typed.model_copy(update={"forecast_mode": self.forecast_mode})
        return told if self.trees is None else told.model_copy(update={"trees": self.trees})

    def policy(self) -> Policy:
        """What orders with its forecasts: the optimizer, shortage costs as calibrated."""
        return CalibratedOptimizer()


RECIPES: Registry[Recipe] = Registry("recipe", __name__)
