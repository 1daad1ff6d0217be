"""What comes again with the calendar and with events, by ridge regression.

Demand = trend + harmonics of the seasons + events + regressors + error, the trend broken at
knots (FPP3, section 7.4 and 12.1): the regression says what is season and what is event, so that
smoothing may see the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.periods import Bucket, Days, as_days
from domain.terms import Floats
from forecasting.models.one_series import History

YEAR_DAYS, WEEK_DAYS = 365.25, 7.0
HARMONICS = {Bucket.DAY: 6, Bucket.WEEK: 6, Bucket.MONTH: 4}
"""Sine and cosine pairs of the year."""
YEARS_NEEDED = 2.0
"""Years of history from which on a yearly season is believed."""
KNOT_DAYS = 182.0
RIDGE_SEASON, RIDGE_EVENT, RIDGE_KNOT = 0.5, 0.5, 2.0
"""Weight against each squared coefficient, in squared units of the columns."""


def season_columns(bucket: Bucket, starts: Days, span_days: float) -> Floats:
    """Harmonics of week (days) and year (from YEARS_NEEDED on), one row per bucket."""
    middle = as_days(starts).astype(np.float64) + bucket.mean_days / 2
    waves = []
    if bucket is Bucket.DAY and span_days >= 2 * WEEK_DAYS:
        waves += [(WEEK_DAYS, k) for k in (1, 2, 3)]
    if span_days >= YEARS_NEEDED * YEAR_DAYS:
        waves += [(YEAR_DAYS, k) for k in range(1, HARMONICS[bucket] + 1)]
    angles = [2 * np.pi * k * middle / period for period, k in waves]
    columns = [wave(angle) for angle in angles for wave in (np.sin, np.cos)]
    return np.stack(columns, axis=1) if columns else np.zeros((middle.size, 0))


@dataclass(frozen=True)
class Effects:
    """What regression says of each bucket, T + H each, in the unit of the target."""

    season: Floats
    events: Floats
    regressors: Floats


def effects(history: History, target: Floats) -> Effects:
    """Seasons, events and regressors of `target` (T, of the size of 1; NaN: not known)."""
    number, seen = history.demand.size, np.isfinite(target)
    days = as_days(history.starts).astype(np.float64)
    span = days[number - 1] - days[np.flatnonzero(seen)[0]]
    season = season_columns(history.bucket, history.starts, float(span))
    events = _columns(list(history.events.values()), days.size)
    others = _columns([_centred(values, number) for values in history.regressors.values()],
                      days.size)  # fmt: skip
    trend = _trend_columns(days, number)
    blocks = (trend, season, events, others)
    ridge = np.concatenate(
        [
            np.append([1e-9, 1e-3], np.full(trend.shape[1] - 2, RIDGE_KNOT)),
            np.full(season.shape[1], RIDGE_SEASON),
            np.full(events.shape[1] + others.shape[1], RIDGE_EVENT),
        ]
    )
    every = np.concatenate(blocks, axis=1)
    past = every[:number][seen]
    solved = np.linalg.solve(past.T @ past + np.diag(ridge), past.T @ target[seen])
    cuts = np.cumsum([block.shape[1] for block in blocks])[:-1]
    _, of_season, of_events, of_others = np.split(solved, cuts)
    return Effects(season @ of_season, events @ of_events, others @ of_others)


def _columns(found: list[Floats], rows: int) -> Floats:
    return np.stack(found, axis=1) if found else np.zeros((rows, 0))


def _centred(values: Floats, number: int) -> Floats:
    """A regressor less its mean over history, over its spread there."""
    spread = float(values[:number].std())
    return (values - values[:number].mean()) / (spread if spread > 0 else 1.0)


def _trend_columns(days: Floats, number: int) -> Floats:
    """1, time in years from the end of history, and a bend at every knot before it."""
    years = (days - days[number - 1]) / YEAR_DAYS
    back = np.arange(KNOT_DAYS, days[number - 1] - days[0] - KNOT_DAYS / 2, KNOT_DAYS) / YEAR_DAYS
    bends = [np.minimum(years + knot, 0.0) for knot in back]
    return np.stack([np.ones_like(years), np.minimum(years, 0.0), *bends], axis=1)
