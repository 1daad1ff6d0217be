"""What an event did to demand, before, during and after, and what it will do again."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from domain.promotions import Promotions
from domain.settings import Settings
from domain.terms import Known, Panel
from forecasting.local import fit_local, span_buckets
from forecasting.profiles import MOST_POSITIONS
from forecasting.promoted import ordinary_only
from forecasting.result import Forecast
from forecasting.threads import kernel
from forecasting.uplift import Excess, Uplift, excess_demand, uplift


@dataclass(frozen=True)
class Effect:
    """One phase of an event's past: each bucket's excess, and the uplift of every series."""

    excess: Excess
    uplift: Uplift


def without_days(panel: Panel, days: Mapping[str, Promotions]) -> Panel:
    """The panel with nothing known of any bucket that some of these days reach into."""
    hidden = np.zeros(panel.known.shape, np.bool_)
    for each in days.values():
        hidden |= each.shares(panel.calendar, panel.series, 0, panel.buckets) > 0
    hidden &= panel.known != Known.OUTSIDE
    known = np.where(hidden, np.uint8(Known.UNKNOWN), panel.known)
    demand = np.where(hidden, np.float32(0), panel.demand)
    return dataclasses.replace(panel, known=known, demand=demand)


def effects(
    panel: Panel, settings: Settings, phases: Mapping[str, Promotions]
) -> Mapping[str, Effect]:
    """What came in each phase of the past against what would have come without the event.

    `phases`: days of every series by phase, such as before, during, after.
    """
    quiet = ordinary_only(without_days(panel, phases))
    last = np.array([panel.buckets - 1], np.int64)
    with kernel(settings.solver.threads):
        fit = fit_local(
            quiet, last, np.ones(1, np.int64), span_buckets(settings, quiet), MOST_POSITIONS
        )
    found = {}
    for phase, days in phases.items():
        share = days.shares(panel.calendar, panel.series, 0, panel.buckets)
        series, bucket = np.nonzero(share)
        cells = series, bucket, share[series, bucket].astype(np.float64)
        excess = excess_demand(quiet, fit, panel, cells)
        found[phase] = Effect(excess, uplift(excess, panel.category))
    return found


def lifted(forecast: Forecast, measured: Uplift, days: Promotions) -> Forecast:
    """The forecast with the uplift that was measured on the days of an event ahead."""
    calendar, ahead = forecast.calendar, forecast.cumulative.shape[1] - 1
    share = days.shares(calendar, len(forecast.keys), calendar.count, calendar.count + ahead)
    factor = 1.0 + share * measured.excess[:, None]
    cumulative = np.zeros_like(forecast.cumulative)
    np.cumsum(np.diff(forecast.cumulative, axis=1) * factor, axis=1, out=cumulative[:, 1:])
    mean = forecast.mean * factor[:, : forecast.horizon]
    return dataclasses.replace(forecast, mean=mean, cumulative=cumulative)
