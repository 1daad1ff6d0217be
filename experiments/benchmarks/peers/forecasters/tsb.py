"""Smoothed probability and size of demand (Teunter, Syntetos & Babai 2011)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from experiments.benchmarks.peers.forecasting import (
    FORECASTERS,
    Answer,
    Given,
    Numbers,
    run_forecaster,
)
from experiments.benchmarks.peers.with_statsforecast import conformal, forecast_with


@dataclass(frozen=True)
class TSB:
    """statsforecast's TSB with conformal intervals; it does not choose its own smoothing."""

    most_series: int | None = None
    smoothing: float = 0.1  # of size and of probability

    def forecast(self, given: Given) -> Answer:
        """Intervals from past errors; sums of independent buckets."""
        from statsforecast.models import TSB as Model

        def model_of(history: Numbers) -> Any | None:
            errors = conformal(given, history)
            if errors is None:
                return None
            return Model(self.smoothing, self.smoothing, prediction_intervals=errors)

        return forecast_with(given, model_of)


FORECASTERS.register("tsb")(TSB())

if __name__ == "__main__":
    run_forecaster(TSB())
