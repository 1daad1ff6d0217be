"""Panel in, forecast out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from domain.settings import Settings
from domain.terms import Flags, Integers, Panel
from forecasting.assembling import MARGIN_DAYS, Judged, assembled
from forecasting.events.public_holidays import refuse_unknown
from forecasting.festive import learned_from
from forecasting.fitted import Fitted, diagnostics_of
from forecasting.global_model.cross_fit import (
    Seen,
    Wanted,
    in_stock_only,
    recorded_lengths,
    with_global,
)
from forecasting.global_model.mode import FULL, LOCAL, TOO_LITTLE, choose
from forecasting.global_model.trained import buckets_learned
from forecasting.judging import errors_of
from forecasting.kept import NOTHING, Kept
from forecasting.local import LocalFit, Pass, fit_local, span_buckets, whole_fit
from forecasting.named import with_named
from forecasting.prior import with_prior
from forecasting.profiles import MOST_POSITIONS, Pooled
from forecasting.promoted import ordinary_only
from forecasting.promoted_record import with_promoted
from forecasting.reconcile import with_reconciled
from forecasting.result import Forecast, Grounds
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
    if settings.country:
        refuse_unknown(settings.country)  # in local mode, too, where nobody asks for its holidays
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
    made = assembled(panel, fit, judged, horizon_days, threads, fitted.advice)
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

    Promotions are left out, and by local models events that are rare; trees learn from promotions.
    """
    whole, panel = panel, ordinary_only(panel)
    mode, reason = choose(panel, settings)
    if mode == FULL:
        fitted = _fit_full(whole, learned_from(panel, True), settings, horizon_days, allowed, kept)
        if fitted.standing is not None:
            return _own_models(panel, settings, horizon_days, fitted)
        reason = TOO_LITTLE
    quiet = learned_from(panel, False)
    fitted = _fit_local(quiet, settings, horizon_days, allowed, kept)
    fitted = replace(fitted, reason=reason)
    return _own_models(panel, settings, horizon_days, fitted)


def _own_models(panel: Panel, settings: Settings, horizon_days: int, fitted: Fitted) -> Fitted:
    """Means moved toward that of the total, and of named series those of the model named."""
    ahead = positions_ahead(panel, horizon_days)
    fit, reconciled = with_reconciled(panel, fitted.fit, settings, span_buckets(settings, panel))
    fit, words = with_named(panel, fit, settings, ahead)
    fallback = np.where(words != "", words, fitted.fallback)
    return replace(fitted, fit=fit, fallback=fallback, reconciled=reconciled)


def _fit_local(
    panel: Panel, settings: Settings, horizon_days: int, allowed: Flags | None, kept: Kept
) -> Fitted:
    """Local models and priors."""
    span, lengths = span_buckets(settings, panel), backtest_lengths(panel)
    origins, ahead = backtest_origins(panel), positions_ahead(panel, horizon_days)
    with kernel(settings.solver.threads):
        if kept.states is not None and allowed is None:
            smoothed = fit_from(panel, origins, lengths, span, ahead, kept.states)
        else:
            smoothed = fit_local(panel, origins, lengths, span, ahead, None, allowed)
    fit, extra, fallback = with_prior(panel, smoothed)
    return Fitted(smoothed, fit, extra, fallback, None, "")


def _fit_full(
    whole: Panel, panel: Panel, settings: Settings, horizon_days: int, allowed: Flags | None,
    kept: Kept,
) -> Fitted:  # fmt: skip
    """Local models, priors and trees; `standing` None: there is too little to learn from.

    `whole`: with the buckets on promotion, the very same panel where there are none.
    """
    span, lengths = span_buckets(settings, panel), backtest_lengths(panel)
    origins, recorded = backtest_origins(panel, FULL_ORIGINS), recorded_lengths(panel, lengths)
    ahead = positions_ahead(panel, horizon_days)

    def passed(history: Panel) -> tuple[LocalFit, tuple[Pass, Pooled] | None]:
        with kernel(settings.solver.threads):
            made = whole_fit(history, origins, recorded, span, ahead, None, allowed)
        return made[0], None if whole is panel else made[1:]

    smoothed, left = passed(panel)
    fit, extra, fallback = with_prior(panel, smoothed)
    in_stock, seen = in_stock_only(panel), fit
    if in_stock is not panel:
        own, left = passed(in_stock)
        seen, _, _ = with_prior(in_stock, own)
    shown = seen
    if left is not None:
        with kernel(settings.solver.threads):
            shown = with_promoted(
                in_stock_only(whole), in_stock, seen, *left, buckets_learned(panel)
            )
    wanted = Wanted(lengths, span)
    fit, standing = with_global(in_stock, fit, Seen(seen, shown), settings, wanted, kept.trees)
    made = Fitted(smoothed, fit, extra, fallback, standing, standing.anew if standing else "")
    if standing is None:
        return made
    return replace(made, advice=standing.advice(in_stock, seen, fit))


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
