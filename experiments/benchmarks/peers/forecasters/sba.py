"""Croston's method with the correction of Syntetos & Boylan (2005)."""

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
class SBA:
    """statsforecast's CrostonSBA with conformal intervals."""

    most_series: int | None = None

    def forecast(self, given: Given) -> Answer:
        """Intervals from past errors; sums of independent buckets."""
        from statsforecast.models import CrostonSBA as Model

        def model_of(history: Numbers) -> Any | None:
            errors = conformal(given, history)
            return None if errors is None else Model(prediction_intervals=errors)

        return forecast_with(given, model_of)


FORECASTERS.register("sba")(SBA())

if __name__ == "__main__":
    run_forecaster(SBA())
