"""Forecasts as they would have been made at many days of the past, for the price of few.

A local model is one pass over the panel that can be looked at after any bucket. So levels and
slopes of all origins between two fits of the seasonal profile come from one pass, and the
heads (what errors are like) are fitted anew at most every thirteen weeks, with a global model
every thirty-nine, on what was known then. (Yearly profiles are fitted after whole years, and so
between such stretches too.) At an origin at which heads are fitted the result is that of
`forecasting.run.forecast`.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.periods import Bucket
from domain.settings import Settings
from domain.terms import NEVER, Flags, Floats, Integers, Panel, Singles
from forecasting.assembling import Judged, assembled
from forecasting.class_losses import CLASS_SAMPLE
from forecasting.evidence import gather
from forecasting.festive import learned_from
from forecasting.global_model.cross_fit import Standing, followed, in_stock_only
from forecasting.heads import HEADS
from forecasting.local import LocalFit, fit_local, span_buckets
from forecasting.named import with_named
from forecasting.prior import shrunk_levels, with_prior
from forecasting.profiles import season_of
from forecasting.promoted import ordinary_only
from forecasting.reconcile import with_reconciled
from forecasting.result import Forecast
from forecasting.run import (
    HEAD,
    backtest_lengths,
    fit_all,
    forecast,
    positions_ahead,
)
from forecasting.threads import kernel

HEADS_STAND_DAYS, TREES_STAND_DAYS = 91, 273
"""Days after which heads are fitted anew; where a global model is fitted with them, as it takes
long."""


def panel_until(panel: Panel, buckets: int) -> Panel:
    """A copy of the panel as it was known after `buckets` buckets; days are counted from there.

    Whether a series sells in whole units is judged by what it had sold by then.
    """
    cut = panel.first_buckets(buckets)
    later = int((panel.calendar.as_of - cut.calendar.as_of).astype(np.int64))
    ends = np.where(panel.ends_day >= NEVER, panel.ends_day, panel.ends_day + later)
    starts = np.where(panel.starts_day == 0, 0, np.maximum(panel.starts_day + later, 0))
    return dataclasses.replace(
        cut, whole_units=whole_so_far(cut.demand), starts_day=starts, ends_day=ends
    )


def whole_so_far(demand: Singles) -> Flags:
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
    levels: Floats  # S × O, its levels shrunk
    judged: Judged
    standing: Standing | None  # the global model; None in local mode

    def over(self, origin: int, bucket: Bucket) -> bool:
        """Whether it is time for another."""
        days = HEADS_STAND_DAYS if self.standing is None else TREES_STAND_DAYS
        return origin - self.origin >= days / bucket.mean_days - 1e-9


class Rolling:
    """One forecast after another as history grows; heads stand for thirteen weeks.

    History may be another each time, as when a policy sees what it sold itself: only what heads
    have learned, and the backtest they learned from, is carried from one to the next.
    """

    def __init__(self, settings: Settings, horizon_days: int, head: str = HEAD) -> None:
        self.settings, self.horizon_days, self.head = settings, horizon_days, head
        self.stands: _Backtest | None = None

    def twin(self) -> Rolling:
        """Another that stands where this one does, and goes its own way from here."""
        return copy.copy(self)

    def at(self, panel: Panel) -> Forecast:
        """The forecast after the last bucket of a panel."""
        origin = np.array([panel.buckets - 1])
        return next(self.through(panel, origin))

    def through(self, panel: Panel, origins: Integers) -> Iterator[Forecast]:
        """Forecasts after some buckets of a panel, ascending, between two fits of a profile."""
        if self.stands is None or self.stands.over(int(origins[0]), panel.calendar.bucket):
            self.stands, made = _judge(
                panel, self.settings, int(origins[0]), self.horizon_days, self.head
            )
            yield made
            origins = origins[1:]
        if origins.size:
            yield from _carry(panel, self.settings, self.stands, origins, self.horizon_days)


def forecasts_of_the_past(
    panel: Panel, settings: Settings, origins: Integers, horizon_days: int, head: str = HEAD
) -> Iterator[Forecast]:
    """A forecast for each of `origins` (bucket numbers, ascending), in their order.

    Nothing after an origin has a say in its forecast.
    """
    rolling = Rolling(settings, horizon_days, head)
    for part in _stretches(origins, season_of(panel.calendar, 1).refit):
        yield from rolling.through(panel, part)


def _stretches(origins: Integers, refit: int) -> list[Integers]:
    """Origins in runs between which no profile is fitted: after every `refit` buckets one is."""
    period = (np.asarray(origins, np.int64) + 1) // refit
    return np.split(np.asarray(origins, np.int64), np.flatnonzero(np.diff(period)) + 1)


def _judge(
    panel: Panel, settings: Settings, origin: int, horizon_days: int, head: str
) -> tuple[_Backtest, Forecast]:
    """Backtest and heads as of an origin, and its own forecast."""
    past = panel_until(panel, origin + 1)
    span = span_buckets(settings, past)
    fitted = fit_all(past, settings, horizon_days)
    make = HEADS.get(head)
    fit, extra, whole = fitted.fit, fitted.extra, past.whole_units
    judged = Judged(
        sum_head=make(gather(fit, whole, extra, span, summed=True)),
        bucket_head=make(gather(fit, whole, extra, span, summed=False)),
        diagnostics=pd.DataFrame({"fallback": fitted.fallback}),
        lengths=backtest_lengths(past),
    )
    made = assembled(past, fit, judged, horizon_days, settings.solver.threads, fitted.advice)
    levels = shrunk_levels(past, fitted.smoothed)
    return _Backtest(origin, span, fitted.smoothed, levels, judged, fitted.standing), made


def _carry(
    panel: Panel, settings: Settings, stands: _Backtest, origins: Integers, horizon_days: int
) -> Iterator[Forecast]:
    """Forecasts of later origins, all of one profile, with the heads and trees that stand."""
    past, threads = panel_until(panel, int(origins[-1]) + 1), settings.solver.threads
    full = stands.standing is not None
    past = learned_from(ordinary_only(past), full)
    ahead = positions_ahead(past, horizon_days)
    in_stock = past if stands.standing is None else in_stock_only(past)
    # Classes of thousands of series hardly change in thirteen weeks; those of few do.
    losses = stands.fit.class_losses if past.series > CLASS_SAMPLE else None

    def passed(history: Panel) -> LocalFit:
        with kernel(threads):
            return fit_local(history, origins, stands.fit.lengths[:1], stands.span, ahead, losses)

    later = passed(past)
    unsold = later if in_stock is past else passed(in_stock)
    for place, origin in enumerate(origins):
        whole = panel_until(panel, int(origin) + 1)
        ordinary = ordinary_only(whole)
        then = learned_from(ordinary, full)
        fit, _, _ = with_prior(then, _joined(stands.fit, later, place), stands.levels)
        advice = None
        if stands.standing is not None:
            shown, seen = then, fit
            if in_stock is not past:
                shown = in_stock_only(then)
                seen, _, _ = with_prior(shown, _joined(stands.fit, unsold, place), stands.levels)
            fit = followed(shown, fit, seen, stands.standing)
            advice = stands.standing.advice(shown, seen, fit)
        fit, _ = with_reconciled(ordinary, fit, settings, stands.span)
        fit, _ = with_named(ordinary, fit, settings, ahead, judge=False)
        yield assembled(whole, fit, stands.judged, horizon_days, threads, advice)


def _joined(judged: LocalFit, later: LocalFit, place: int) -> LocalFit:
    """The backtest's origins and, last, one of the later ones, which has nothing to judge yet."""
    one = slice(place, place + 1)

    def with_one(name: str) -> np.ndarray:
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
        sold=with_one("sold"),
        size=with_one("size"),
        mean=with_nothing("mean"),
        actual=with_nothing("actual"),
        bucket_mean=with_nothing("bucket_mean"),
        bucket_actual=with_nothing("bucket_actual"),
    )
