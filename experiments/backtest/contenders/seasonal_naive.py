"""Last season again, with the errors it made before: what anybody can do (FPP3, section 5.2)."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from domain.terms import Floats
from experiments.backtest.contenders import CONTENDERS, SEASON, Answer, Past
from experiments.scoring import observed, row_mean
from forecasting.accuracy import difference_scale

SEASONAL_NAIVE = "seasonal_naive"


@CONTENDERS.register(SEASONAL_NAIVE)
def seasonal_naive(past: Past) -> Answer:
    """The bucket one season before, normal around it (FPP3, table 5.2), never below 0.

    Buckets that were sold out are not known; the same bucket of an earlier season stands in,
    and the series' mean where there is none.
    """
    season, history = SEASON[past.panel.calendar.bucket], observed(past.panel)
    mean = _seasons_before(history, season, past.horizon)
    squared = np.nan_to_num(difference_scale(history, season, 2))
    times = np.arange(past.horizon) // season + 1
    z = np.array([NormalDist().inv_cdf(level) for level in past.levels])
    error = np.sqrt(squared[:, None] * times)
    # A bucket that is asked for r seasons ahead carries the errors of all r.
    own = times**2
    added = np.sqrt(squared[:, None] * np.cumsum(own))
    return Answer(
        mean,
        np.maximum(mean[:, :, None] + error[:, :, None] * z, 0.0),
        np.maximum(np.cumsum(mean, axis=1)[:, :, None] + added[:, :, None] * z, 0.0),
    )


def _seasons_before(history: Floats, season: int, horizon: int) -> Floats:
    """S × `horizon`: the last known bucket of the same place in the season."""
    end = history.shape[1]
    usual = np.nan_to_num(row_mean(history))
    out = np.full((len(history), horizon), np.nan)
    for ahead in range(horizon):
        for back in range(end + ahead - season * (ahead // season + 1), -1, -season):
            missing = ~np.isfinite(out[:, ahead])
            if not missing.any():
                break
            out[missing, ahead] = history[missing, back]
    return np.where(np.isfinite(out), out, usual[:, None])
