"""Prophet: a trend with bends, seasons of harmonics, events and regressors, fitted as one.

Taylor & Letham, *Forecasting at Scale*, The American Statistician 72 (2018). The most likely fit
alone (no samples): spreads come from our heads. Its Stan program comes with the package, nothing
is downloaded, and neither it nor Stan says a word.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from domain.periods import Bucket, as_days
from domain.terms import Floats
from forecasting.models.one_series import SERIES_MODELS, History, Parts, SeriesModel
from forecasting.models.regression import YEAR_DAYS, YEARS_NEEDED

FLOOR, MOST_NEAR_NOTHING = 0.05, 0.03
"""Up to so large a share of buckets below so small a share of the mean, seasons are factors."""
YEARLY = {Bucket.DAY: 10, Bucket.WEEK: 6, Bucket.MONTH: 4}
"""Harmonics of the year."""
EVENT_SCALE = 10.0
"""Prior spread of an event's or regressor's coefficient: Prophet's own default for holidays."""
LOGGERS = ("prophet", "prophet.plot", "prophet.models", "cmdstanpy")


@cache
def available() -> bool:
    """Whether Prophet can be loaded."""
    for name in LOGGERS:  # levels would be set again by the libraries themselves
        logging.getLogger(name).disabled = True
    try:
        import prophet  # noqa: F401
    except ImportError:
        return False
    return True


def fit(history: History) -> Parts:
    """The parts of a series."""
    number = history.demand.size
    columns = {**history.events, **history.regressors}
    frame = pd.DataFrame({"ds": pd.DatetimeIndex(as_days(history.starts).astype("datetime64[s]"))})
    for place, values in enumerate(columns.values()):
        frame[f"x{place}"] = values
    past = frame[:number].assign(y=history.demand)
    past = past[past["y"].notna()]
    known = past["y"].to_numpy()
    factors = float((known < FLOOR * known.mean()).mean()) <= MOST_NEAR_NOTHING
    model = _model(history, past["ds"], factors)
    for place in range(len(columns)):
        event = place < len(history.events)
        model.add_regressor(
            f"x{place}", prior_scale=EVENT_SCALE, standardize=False if event else "auto"
        )
    model.fit(past, seed=history.seed)
    made = model.predict(frame)
    trend = made["trend"].to_numpy(np.float64)
    share = trend if factors else np.ones(trend.size)

    def total(names: list[str]) -> Floats:
        found = [made[name].to_numpy(np.float64) for name in names if name in made]
        return np.asarray(share * np.sum(found, axis=0)) if found else np.zeros(trend.size)

    names = [f"x{place}" for place in range(len(columns))]
    return Parts(
        trend=trend,
        season=total(["weekly", "yearly"]),
        events=total(names[: len(history.events)]),
        regressors=total(names[len(history.events) :]),
    )


def _model(history: History, days: pd.Series, factors: bool) -> Any:
    """Prophet with the seasons that so much history can show."""
    from prophet import Prophet

    span = (days.iloc[-1] - days.iloc[0]).days
    yearly = span >= YEARS_NEEDED * YEAR_DAYS
    return Prophet(
        growth="linear",
        yearly_seasonality=YEARLY[history.bucket] if yearly else False,
        weekly_seasonality=3 if history.bucket is Bucket.DAY and span >= 14 else False,
        daily_seasonality=False,
        seasonality_mode="multiplicative" if factors else "additive",
        uncertainty_samples=0,
    )


SERIES_MODELS.register("prophet")(
    SeriesModel(
        name="prophet",
        library="prophet",
        source="Taylor & Letham, The American Statistician 72 (2018), 37-45",
        available=available,
        fit=fit,
    )
)
