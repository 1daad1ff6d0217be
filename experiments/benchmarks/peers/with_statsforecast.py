"""How statsforecast's models are asked: one series at a time, intervals at every level.

Their intervals are symmetric in level, so that the quantile τ above a half is the upper end of
the interval of 2τ - 1, and the mean stands for the median. There is no distribution of sums:
`normal_sums` makes one from the interval of 80 %.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np

from experiments.benchmarks.peers.forecasting import Answer, Given, Numbers, normal_sums

MOST_BUCKETS = 730
"""History a model is given: two years of days, all there is of weeks and months."""
WINDOWS = 4
"""Windows of past errors behind a conformal interval; a shorter series gives two or three."""
WIDE = 80
"""Percent of the interval that a standard deviation is read from."""


def forecast_with(given: Given, model_of: Callable[[Numbers], Any | None]) -> Answer:
    """What `model_of(history)` says of every series; nothing where it is None or refuses."""
    answer = Answer.empty(given)
    percents = sorted({round(100 * abs(2 * level - 1)) for level in given.levels} - {0} | {WIDE})
    normal = np.array([NormalDist().inv_cdf(level) for level in given.sum_levels])
    for i, history in enumerate(given.histories(MOST_BUCKETS)):
        model = model_of(history)
        if model is None:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                said = model.forecast(y=history, h=given.horizon, level=percents)
            except Exception:  # such as its "tiny datasets": no answer is an answer
                continue
        answer.mean[i] = said["mean"]
        answer.quantiles[i] = _quantiles(said, given.levels)
        width = (said[f"hi-{WIDE}"] - said[f"lo-{WIDE}"]) / 2.0
        spread = width / NormalDist().inv_cdf(0.5 + WIDE / 200.0)
        answer.sums[i] = normal_sums(given, answer.mean[i], spread, normal)
    return answer


def _quantiles(said: dict[str, Numbers], levels: Numbers) -> Numbers:
    """H × K from the ends of intervals."""
    columns = []
    for level in levels:
        percent = round(100 * abs(2 * level - 1))
        end = "mean" if percent == 0 else f"{'hi' if level > 0.5 else 'lo'}-{percent}"
        columns.append(said[end])
    return np.stack(columns, axis=-1)


def conformal(given: Given, history: Numbers) -> Any | None:
    """Intervals from the errors of past windows; None where fewer than two windows fit."""
    from statsforecast.utils import ConformalIntervals

    windows = min(WINDOWS, (history.size - 1) // given.horizon)
    return None if windows < 2 else ConformalIntervals(n_windows=windows, h=given.horizon)
