"""Forecasts as they would have been made at many days of the past, for the price of few.

A local model is one pass over the panel that can be looked at after any bucket. So levels and
slopes of all origins between two fits of the seasonal profile come from one pass, and the
heads (what errors are like) are fitted anew at most every thirteen weeks, on what was known
then. (Yearly profiles are fitted after whole years, and so between such stretches too.) At an
origin at which heads are fitted the result is that of `forecasting.run.forecast`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.settings import Settings
from domain.terms import NEVER, Flags, Integers, Panel, Singles
from forecasting.evidence import gather
from forecasting.heads import HEADS
from forecasting.local import LocalFit, fit_local, span_buckets
from forecasting.prior import with_prior
from forecasting.profiles import season_of
from forecasting.result import Forecast
from forecasting.run import (
    HEAD,
    Judged,
    assembled,
    backtest_lengths,
    backtest_origins,
    forecast,
    positions_ahead,
)
from forecasting.threads import kernel

HEADS_STAND_DAYS = 91
"""Days after which heads are fitted anew."""


def panel_until(panel: Panel, buckets: int) -> Panel:
    """The panel as it was known after `buckets` buckets; days are counted from there.

    Whether a series sells in whole units is judged by what it had sold by then.
    """
    demand = np.ascontiguousarray(panel.demand[:, :buckets])
    share = panel.stockout_share
    calendar = dataclasses.replace(panel.calendar, count=buckets)
    later = int((panel.calendar.as_of - calendar.as_of).astype(np.int64))
    ends = np.where(panel.ends_day >= NEVER, panel.ends_day, panel.ends_day + later)
    starts = np.where(panel.starts_day == 0, 0, np.maximum(panel.starts_day + later, 0))
    return dataclasses.replace(
        panel,
        calendar=calendar,
        demand=demand,
        known=np.ascontiguousarray(panel.known[:, :buckets]),
        stockout_share=None if share is None else np.ascontiguousarray(share[:, :buckets]),
        whole_units=_whole_so_far(demand),
        first=np.minimum(panel.first, buckets),
        starts_day=starts,
        ends_day=ends,
    )


def _whole_so_far(demand: Singles) -> Flags:
    """Whether all that a series sold is in whole units; one that never sold is as most are."""
    whole = (demand == np.rint(demand)).all(axis=1)
    some = (demand > 0).any(axis=1)
    if some.any():
        whole = np.where(some, whole, whole[some].mean() >= 0.5)
    return np.asarray(whole)


def forecast_at(panel: Panel, settings: Settings, origin: int, horizon_days: int) -> Forecast:
    """The forecast after bucket `origin`, made from nothing but what was known then."""
    return forecast(panel_until(panel, origin + 1), settings, horizon_days)


@dataclass(frozen=True)
class _Backtest:
    """What a backtest said at the origin at which it was made."""

    origin: int
    span: int
    fit: LocalFit  # as of that origin, before anything was raised
    judged: Judged


def forecasts_of_the_past(
    panel: Panel, settings: Settings, origins: Integers, horizon_days: int, head: str = HEAD
) -> Iterator[Forecast]:
    """A forecast for each of `origins` (bucket numbers, ascending), in their order.

    Nothing after an origin has a say in its forecast.
    """
    step = HEADS_STAND_DAYS / panel.calendar.bucket.mean_days
    refit = season_of(panel.calendar, 1).refit
    stands: _Backtest | None = None
    for part in _stretches(origins, refit):
        if stands is None or part[0] - stands.origin >= step - 1e-9:
            stands, made = _judge(panel, settings, int(part[0]), horizon_days, head)
            yield made
            part = part[1:]
        if part.size:
            yield from _carry(panel, settings, stands, part, horizon_days)


def _stretches(origins: Integers, refit: int) -> list[Integers]:
    """Origins in runs between which no profile is fitted: after every `refit` buckets one is."""
    period = (np.asarray(origins, np.int64) + 1) // refit
    return np.split(np.asarray(origins, np.int64), np.flatnonzero(np.diff(period)) + 1)


def _judge(
    panel: Panel, settings: Settings, origin: int, horizon_days: int, head: str
) -> tuple[_Backtest, Forecast]:
    """Backtest and heads as of an origin, and its own forecast."""
    past = panel_until(panel, origin + 1)
    span, lengths = span_buckets(settings, past), backtest_lengths(past)
    with kernel(settings.solver.threads):
        ahead = positions_ahead(past, horizon_days)
        fit = fit_local(past, backtest_origins(past), lengths, span, ahead)
    raised, extra, fallback = with_prior(past, fit)
    make = HEADS.get(head)
    judged = Judged(
        sum_head=make(gather(raised, past.whole_units, extra, span, summed=True)),
        bucket_head=make(gather(raised, past.whole_units, extra, span, summed=False)),
        diagnostics=pd.DataFrame({"fallback": fallback}),
        lengths=lengths,
    )
    made = assembled(past, raised, judged, horizon_days, settings.solver.threads)
    return _Backtest(origin, span, fit, judged), made


def _carry(
    panel: Panel, settings: Settings, stands: _Backtest, origins: Integers, horizon_days: int
) -> Iterator[Forecast]:
    """Forecasts of later origins, all of one profile, with the heads that stand."""
    past, threads = panel_until(panel, int(origins[-1]) + 1), settings.solver.threads
    with kernel(threads):
        ahead = positions_ahead(past, horizon_days)
        later = fit_local(past, origins, stands.fit.lengths[:1], stands.span, ahead)
    for place, origin in enumerate(origins):
        then = panel_until(panel, int(origin) + 1)
        raised, _, _ = with_prior(then, _joined(stands.fit, later, place))
        yield assembled(then, raised, stands.judged, horizon_days, threads)


def _joined(judged: LocalFit, later: LocalFit, place: int) -> LocalFit:
    """The backtest's origins and, last, one of the later ones, which has nothing to judge yet."""
    one = slice(place, place + 1)

    def with_one(name: str) -> Singles:
        return np.concatenate([getattr(judged, name), getattr(later, name)[:, one]], axis=1)

    def with_nothing(name: str) -> Singles:
        return np.pad(getattr(judged, name), ((0, 0), (0, 1), (0, 0)), constant_values=np.nan)

    return dataclasses.replace(
        later,
        origins=np.append(judged.origins, later.origins[place]),
        lengths=judged.lengths,
        level=with_one("level"),
        slope=with_one("slope"),
        age=with_one("age"),
        mean=with_nothing("mean"),
        actual=with_nothing("actual"),
        bucket_mean=with_nothing("bucket_mean"),
        bucket_actual=with_nothing("bucket_actual"),
    )
