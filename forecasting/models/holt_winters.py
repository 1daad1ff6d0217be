"""Damped Holt-Winters smoothing by statsmodels, its seasons, events and regressors by regression.

Where demand is seldom near nothing all is done in logarithms: seasons and events are shares of
the level, as they are in a growing shop. FPP3, sections 8.3 (damped trend) and 12.1 (harmonics of
long seasons); Gardner & McKenzie, *Management Science* 31 (1985).
"""

from __future__ import annotations

from functools import cache

import numpy as np

from domain.terms import Floats
from forecasting.models.one_series import SERIES_MODELS, History, Parts, SeriesModel
from forecasting.models.regression import effects

FLOOR = 0.05
"""Share of its mean below which demand is near nothing."""
MOST_NEAR_NOTHING = 0.03
"""Share of such buckets up to which logarithms are taken."""
SMALLEST_SPREAD = 1e-9


@cache
def available() -> bool:
    """Whether statsmodels can be loaded."""
    try:
        import statsmodels  # noqa: F401
    except ImportError:
        return False
    return True


def fit(history: History) -> Parts:
    """The parts of a series; one scale, so that the size of demand changes nothing."""
    scale = float(np.nanmean(history.demand))
    demand = history.demand / scale
    near_nothing = float((demand[np.isfinite(demand)] < FLOOR).mean())
    logs = near_nothing <= MOST_NEAR_NOTHING
    target = np.log(np.maximum(demand, FLOOR)) if logs else demand
    found = effects(history, target)
    level = _smoothed(target - (found.season + found.events + found.regressors)[: target.size],
                      history.starts.size)  # fmt: skip
    if not logs:
        return Parts(*(scale * part for part in (level, found.season, found.events,
                                                 found.regressors)))  # fmt: skip
    # Each part is what it adds to those before it.
    sums = np.exp(np.cumsum([level, found.season, found.events, found.regressors], axis=0))
    seen = np.isfinite(demand)
    # The mean of logarithms is below the logarithm of the mean.
    sums *= scale * demand[seen].sum() / sums[-1, : demand.size][seen].sum()
    return Parts(sums[0], *np.diff(sums, axis=0))


def _smoothed(rest: Floats, width: int) -> Floats:
    """Level and damped trend of what regression left (T; NaN: not known), T + H."""
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    index = np.arange(rest.size)
    seen = np.isfinite(rest)
    first = int(np.flatnonzero(seen)[0])
    filled = np.interp(index, index[seen], rest[seen])[first:]
    ahead = width - rest.size
    if np.ptp(filled) <= SMALLEST_SPREAD:
        return np.full(width, filled[-1])
    model = ExponentialSmoothing(
        filled, trend="add", damped_trend=True, initialization_method="estimated"
    )
    made = model.fit(optimized=True, use_brute=False)
    level = np.asarray(made.fittedvalues, np.float64)
    coming = np.asarray(made.forecast(ahead) if ahead else [], np.float64)
    return np.concatenate([np.full(first, level[0]), level, coming])


SERIES_MODELS.register("holt_winters")(
    SeriesModel(
        name="holt_winters",
        library="statsmodels",
        source="Hyndman & Athanasopoulos, FPP3, sections 8.3 and 12.1",
        available=available,
        fit=fit,
    )
)
