"""The last season again (FPP3, section 5.2): what any forecast must beat."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from experiments.benchmarks.peers.forecasting import (
    FORECASTERS,
    Answer,
    Given,
    Numbers,
    normal_sums,
    run_forecaster,
)


@dataclass(frozen=True)
class SeasonalNaive:
    """Normal intervals of the textbook (FPP3, section 5.5); answers for every series."""

    most_series: int | None = None

    def forecast(self, given: Given) -> Answer:
        """The last season; the last bucket where a series is shorter than one."""
        answer = Answer.empty(given)
        normal = np.array([NormalDist().inv_cdf(level) for level in given.levels])
        of_sums = np.array([NormalDist().inv_cdf(level) for level in given.sum_levels])
        for i, history in enumerate(given.histories(given.sales.shape[1])):
            mean, spread = last_season(history, given.season, given.horizon)
            answer.mean[i] = mean
            answer.quantiles[i] = mean[:, None] + spread[:, None] * normal
            answer.sums[i] = normal_sums(given, mean, spread, of_sums)
        return answer


def last_season(history: Numbers, season: int, horizon: int) -> tuple[Numbers, Numbers]:
    """Mean and standard deviation of each bucket ahead (both H)."""
    if history.size == 0:
        return np.zeros(horizon), np.zeros(horizon)
    lag = season if history.size > season else 1
    ahead = np.arange(horizon)
    errors = history[lag:] - history[:-lag]
    variance = float((errors**2).mean()) if errors.size else 0.0
    seasons_ahead = ahead // lag + 1
    return history[history.size - lag + ahead % lag], np.sqrt(variance * seasons_ahead)


FORECASTERS.register("seasonal_naive")(SeasonalNaive())

if __name__ == "__main__":
    run_forecaster(SeasonalNaive())
