"""IMAPA: one series smoothed at many levels of temporal aggregation, their forecasts averaged.

Of each level 1 … m, m the mean interval between demands, sums of so many buckets, not overlapping
and counted back from the last, are smoothed simply with the α that erred least; the mean of what
the levels expect of a bucket is the forecast (Petropoulos & Kourentzes 2015). Seasons, events
and regressors are taken out by regression first, as they are for the other models of one series.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats
from forecasting.models.one_series import SERIES_MODELS, History, Parts, SeriesModel
from forecasting.models.regression import effects

ALPHAS = np.array([0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1.0])
MOST_LEVELS = 26
FEWEST_SUMS = 4
"""Sums that a level has, at least."""


def available() -> bool:
    """It needs nothing that may be missing."""
    return True


def fit(history: History) -> Parts:
    """The parts of a series; one scale, so that the size of demand changes nothing."""
    scale = float(np.nanmean(history.demand))
    demand = history.demand / scale
    found = effects(history, demand)
    rest = demand - (found.season + found.events + found.regressors)[: demand.size]
    level = _averaged(rest, demand, history.starts.size)
    parts = (level, found.season, found.events, found.regressors)
    return Parts(*(scale * part for part in parts))


def _averaged(rest: Floats, demand: Floats, width: int) -> Floats:
    """Mean over levels of the smoothed rest (T; NaN: not known), T + H."""
    index, seen = np.arange(rest.size), np.isfinite(rest)
    first = int(np.flatnonzero(seen)[0])
    filled = np.interp(index, index[seen], rest[seen])[first:]
    lived = demand[first:]
    interval = np.isfinite(lived).sum() / max(1, int((lived > 0).sum()))
    most = int(np.clip(np.rint(interval), 1, min(MOST_LEVELS, max(1, filled.size // FEWEST_SUMS))))
    paths = [_smoothed(filled, length, width - first) for length in range(1, most + 1)]
    level = np.mean(paths, axis=0)
    return np.concatenate([np.full(first, level[0]), level])


def _smoothed(values: Floats, length: int, width: int) -> Floats:
    """Means of `length` buckets smoothed, with what was expected of each of `width` buckets.

    The buckets before the first whole sum share what is expected of it.

    >>> _smoothed(np.array([9.0, 0.0, 2.0, 4.0, 6.0, 8.0, 10.0]), 2, 8)
    array([1., 1., 1., 1., 1., 5., 5., 9.])
    """
    left = values.size % length
    means = values[left:].reshape(-1, length).mean(axis=1)
    expected = np.empty((means.size + 1, ALPHAS.size))
    expected[0] = means[0]
    for place, came in enumerate(means):
        expected[place + 1] = expected[place] + ALPHAS * (came - expected[place])
    errors = ((means[1:, None] - expected[1:-1]) ** 2).sum(axis=0)
    best = expected[:, int(errors.argmin())]
    path = np.concatenate([np.full(left, best[0]), np.repeat(best[:-1], length)])
    return np.concatenate([path, np.full(width - values.size, best[-1])])


SERIES_MODELS.register("imapa")(
    SeriesModel(
        name="imapa",
        library="Restock",
        source="Petropoulos & Kourentzes (2015), J. of the Operational Research Society 66",
        available=available,
        fit=fit,
    )
)
