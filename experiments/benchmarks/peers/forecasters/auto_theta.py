"""The Theta method, its variant chosen per series (Fiorucci et al. 2016)."""

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
class AutoTheta:
    """statsforecast's AutoTheta; deseasonalizes where its own test finds a season."""

    most_series: int | None = None

    def forecast(self, given: Given) -> Answer:
        """Simulated intervals of the chosen variant; sums of independent buckets."""
        from statsforecast.models import AutoTheta as Model

        return forecast_with(given, lambda history: Model(season_length=given.season))


FORECASTERS.register("auto_theta")(AutoTheta())

if __name__ == "__main__":
    run_forecaster(AutoTheta())
