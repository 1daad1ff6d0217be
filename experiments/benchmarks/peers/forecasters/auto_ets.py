"""Exponential smoothing, its form chosen per series by AICc (FPP3, chapter 8)."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.benchmarks.peers.forecasting import (
    FORECASTERS,
    Answer,
    Given,
    run_forecaster,
)
from experiments.benchmarks.peers.with_statsforecast import forecast_with


@dataclass(frozen=True)
class AutoETS:
    """statsforecast's AutoETS with the season of the data; above 24 buckets it knows none."""

    most_series: int | None = None

    def forecast(self, given: Given) -> Answer:
        """Gaussian intervals of the chosen model; sums of independent buckets."""
        from statsforecast.models import AutoETS as Model

        return forecast_with(given, lambda history: Model(season_length=given.season))


FORECASTERS.register("auto_ets")(AutoETS())

if __name__ == "__main__":
    run_forecaster(AutoETS())
