"""Panel in, forecast out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from domain.settings import Settings
from domain.terms import Flags, Floats, Integers, Panel
from forecasting.festive import event_lifts, learned_from
from forecasting.fitted import Fitted, diagnostics_of
from forecasting.global_model.cross_fit import (
    Wanted,
    in_stock_only,
    recorded_lengths,
    with_global,
)
from forecasting.global_model.guided import Guided, Guides
from forecasting.global_model.mode import FULL, LOCAL, TOO_LITTLE, choose
from forecasting.heads import Head
from forecasting.judging import errors_of
from forecasting.kept import NOTHING, Kept
from forecasting.local import LocalFit, fit_local, span_buckets
from forecasting.named import NamedFit, with_named
from forecasting.prior import with_prior
from forecasting.profiles import MOST_POSITIONS
from forecasting.promoted import lifts_ahead, ordinary_only
from forecasting.reconcile import with_reconciled
from forecasting.result import Forecast, Grounds, share_on_sale
from forecasting.shared_errors import USUAL
from forecasting.states import fit_from
from forecasting.threads import kernel

HEAD = "mixed"
BACKTEST_ORIGINS = 24
FEWEST_ORIGINS = 4
MOST_WINDOWS = 300_000
"""Backtest windows of one length, at most: more say nothing new."""
LENGTHS = (1, 2, 3, 5, 8, 14, 24, 42, 75, 130, 220, 365)
"""Buckets in the sums that the backtest judges; between them dispersion is interpolated."""

FULL_ORIGINS = 24
"""Origins of the backtest, at least, where a global model learns from them."""
MARGIN_DAYS = 60
"""Days beyond the horizon for which means are kept: windows that vary may end there."""


@dataclass(frozen=True)
class Judged:
    """What a backtest says of errors, and of each series."""

    sum_head: Head  # of sums of ordinary buckets
    bucket_head: Head  # of single buckets
    diagnostics: pd.DataFrame  # a row per series
    lengths: Integers  # buckets in the sums that were judged
    error_correlation: float = USUAL  # of two series' sums


Progress = Callable[[float], None]
"""Told the share of the work that is done, 0 to 1."""


def forecast(
    panel: Panel,
    settings: Settings,
    horizon_days: int,
    progress: Progress | None = None,
    head: str = HEAD,
    allowed: Flags | None = None,
    kept: Kept = NOTHING,
) -> Forecast:
    """The demand forecast of every series, to at least `horizon_days` past `as_of`.

    `diagnostics` of the result has a row per series: sku, location, demand_class,
    average_demand_interval, demand_cv_squared, level (units per ordinary bucket), dispersion
    (of one such bucket), buckets_corrected, a column of weight per family of models, and
    fallback: "" or why a simple method stands in. How far ahead is asked changes nothing but how
    far the result reaches. `allowed`: which candidates are blended
    (see `fit_local`). `kept`: what earlier work left.
    """
    tell = progress or _nobody
    span, lengths = span_buckets(settings, panel), backtest_lengths(panel)
    fitted = fit_all(panel, settings, horizon_days, allowed, kept)
    fit, extra = fitted.fit, fitted.extra
    own = fitted.smoothed.level[:, -1].astype(np.float64)
    fitted = replace(fitted, smoothed=fitted.smoothed.without_record())  # hundreds of megabytes
    tell(0.6)
    threads, store = settings.solver.threads, None if fitted.standing is not None else kept.states
    errors = errors_of(fit, panel.whole_units, extra, span, head, threads, store)
    tell(0.9)
    ordinary = fit.means_ahead(fit.season.length).mean(axis=1)
    judged = Judged(
        sum_head=errors.sum_head,
        bucket_head=errors.bucket_head,
        diagnostics=diagnostics_of(panel, fitted, errors.of_sums.dispersion, ordinary),
        lengths=lengths,
        error_correlation=errors.error_correlation,
    )
    full = fitted.standing is not None
    made = assembled(panel, fit, judged, horizon_days, threads, full, fitted.guides)
    tell(1.0)
    mode = LOCAL if fitted.standing is None else FULL
    own = np.where(np.isfinite(own), own, fit.level[:, -1])
    grounds = Grounds(fit.without_record(), own)
    made = replace(made, mode=mode, mode_reason=fitted.reason, reconciled=fitted.reconciled)
    return replace(made, grounds=grounds).noting("promotions")


def fit_all(
    panel: Panel,
    settings: Settings,
    horizon_days: int,
    allowed: Flags | None = None,
    kept: Kept = NOTHING,
) -> Fitted:
    """Local models, priors, and the global model where the mode says so.

    Promotions are left out, and by local models events that are rare.
    """
    panel = ordinary_only(panel)
    mode, reason = choose(panel, settings)
    if mode == FULL:
        fitted = _fit(learned_from(panel, True), settings, horizon_days, allowed, True, kept)
        if fitted.standing is not None:
            return _own_models(panel, settings, horizon_days, fitted)
        reason = TOO_LITTLE
    quiet = learned_from(panel, False)
    fitted = _fit(quiet, settings, horizon_days, allowed, False, kept)
    fitted = replace(fitted, reason=reason)
    return _own_models(panel, settings, horizon_days, fitted)


def _own_models(panel: Panel, settings: Settings, horizon_days: int, fitted: Fitted) -> Fitted:
    """Means moved toward that of the total, and of named series those of the model named."""
    ahead = positions_ahead(panel, horizon_days)
    fit, reconciled = with_reconciled(panel, fitted.fit, settings, span_buckets(settings, panel))
    fit, words = with_named(panel, fit, settings, ahead)
    fallback = np.where(words != "", words, fitted.fallback)
    return replace(fitted, fit=fit, fallback=fallback, reconciled=reconciled)


def _fit(
    panel: Panel, settings: Settings, horizon_days: int, allowed: Flags | None, full: bool,
    kept: Kept = NOTHING,
) -> Fitted:  # fmt: skip
    """See `fit_all`; `standing` is None, too, where there is too little to learn from."""
    span, lengths = span_buckets(settings, panel), backtest_lengths(panel)
    origins = backtest_origins(panel, FULL_ORIGINS if full else FEWEST_ORIGINS)
    recorded = recorded_lengths(panel, lengths) if full else lengths
    ahead = positions_ahead(panel, horizon_days)
    with kernel(settings.solver.threads):
        if not full and kept.states is not None and allowed is None:
            smoothed = fit_from(panel, origins, recorded, span, ahead, kept.states)
        else:
            smoothed = fit_local(panel, origins, recorded, span, ahead, None, allowed)
    fit, extra, fallback = with_prior(panel, smoothed)
    if not full:
        return Fitted(smoothed, fit, extra, fallback, None, "")
    in_stock, seen = in_stock_only(panel), fit
    if in_stock is not panel:
        with kernel(settings.solver.threads):
            seen = fit_local(in_stock, origins, recorded, span, ahead, None, allowed)
        seen, _, _ = with_prior(in_stock, seen)
    wanted = Wanted(lengths, span)
    fit, standing = with_global(in_stock, fit, seen, settings, wanted, kept.trees)
    made = Fitted(smoothed, fit, extra, fallback, standing, standing.anew if standing else "")
    if standing is None:
        return made
    return replace(made, guides=standing.guides(in_stock, seen, fit))


def assembled(
    panel: Panel, fit: LocalFit, judged: Judged, horizon_days: int, threads: int, full: bool,
    guides: Guides | None = None,
) -> Forecast:  # fmt: skip
    """The forecast of a fit at its last origin, with the errors that were judged.

    `panel`: with the buckets of promotions and rare events that the fit was made without.
    `full`: whether a global model was fitted. `guides`: of the quantiles of series that have no
    model of their own.
    """
    sum_head, bucket_head = judged.sum_head, judged.bucket_head
    if guides is not None:
        guides = guides.silent_on(fit.rows) if isinstance(fit, NamedFit) else guides
        sum_head = Guided(sum_head, guides.sums)
        bucket_head = Guided(bucket_head, guides.buckets)
    buckets = max(panel.calendar.buckets_to_cover(horizon_days), 1)
    reach = panel.calendar.buckets_to_cover(horizon_days + MARGIN_DAYS)
    mean = fit.means_ahead(max(reach, fit.season.length))
    ordinary = mean[:, : fit.season.length].copy().mean(axis=1)
    lifts = _lifts(panel, fit, reach, full)
    if lifts is not None:
        mean[:, :reach] *= lifts
    days = np.append(0, panel.calendar.ends_ahead(reach)).astype(np.float64)
    cumulative = np.zeros((panel.series, reach + 1))
    np.cumsum(mean[:, :reach], axis=1, out=cumulative[:, 1:])
    return Forecast(
        keys=panel.keys,
        calendar=panel.calendar,
        mean=mean[:, :buckets]
        * share_on_sale(days[: buckets + 1], panel.starts_day, panel.ends_day),
        cumulative=cumulative,
        days=days,
        starts_day=panel.starts_day,
        ends_day=panel.ends_day,
        ordinary=ordinary,
        whole_units=panel.whole_units,
        sum_head=sum_head,
        bucket_head=bucket_head,
        diagnostics=judged.diagnostics,
        judged_buckets=int(judged.lengths[-1]),
        error_correlation=judged.error_correlation,
        threads=threads,
    )


def _lifts(panel: Panel, fit: LocalFit, buckets: int, full: bool) -> Floats | None:
    """S × `buckets`: factors on demand in promotions and events; None where all are 1.

    What an event brought holds what its promotions did: of two factors the farther from 1 stands.
    """
    of_promotions = lifts_ahead(panel, fit, buckets)
    of_events = event_lifts(panel, ordinary_only(panel), fit, buckets, full)
    if of_promotions is None or of_events is None:
        return of_events if of_promotions is None else of_promotions
    farther = np.abs(of_events - 1.0) > np.abs(of_promotions - 1.0)
    return np.where(farther, of_events, of_promotions)


def positions_ahead(panel: Panel, horizon_days: int) -> int:
    """Buckets ahead whose place in the season must be known."""
    reach = panel.calendar.buckets_to_cover(horizon_days + MARGIN_DAYS)
    return max(reach, int(backtest_lengths(panel)[-1]), MOST_POSITIONS)


def _nobody(_: float) -> None:
    """Nobody is told."""


def backtest_lengths(panel: Panel) -> Integers:
    """Lengths of sums that the backtest judges: up to a third of history."""
    most = max(1, panel.buckets // 3)
    return np.array([n for n in LENGTHS if n <= most], np.int64)


def backtest_origins(panel: Panel, fewest: int = FEWEST_ORIGINS) -> Integers:
    """Buckets after which the backtest stands, ascending, and last the last bucket.

    They lie on a grid counted from the first bucket, so that a longer history only adds some.
    """
    most = int(np.clip(MOST_WINDOWS // max(panel.series, 1), fewest, 4 * BACKTEST_ORIGINS))
    last = panel.buckets - 1
    earliest = max(panel.buckets // 4, min(8, last))
    step = 1
    while (last - earliest) / step > most:
        step *= 2
    back = np.arange(last // step, 0, -1) * step
    back = back[(back < last) & (back >= earliest)][:most]
    return np.append(back[::-1], last).astype(np.int64)
