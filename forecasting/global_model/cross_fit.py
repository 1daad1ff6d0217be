"""The global model judged on the past, and how much of it is believed.

For the errors that heads are fitted on, every origin's factors come from trees that had seen
nothing but windows that were over by then: the trees are fitted anew a few times along the
backtest. How far the factors are followed is found on the same origins, per demand class.

Trees learn, and are asked, on the panel with every sold-out bucket left out (`in_stock_only`):
bought when there was stock is no fair sample of demand, but both sides of a ratio are it alike.
The factor found there moves the means that are corrected for stock-outs, so that here, too, a
stock-out never lowers a forecast.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from domain.settings import Settings
from domain.terms import Floats, Integers, Known, Panel, Singles
from forecasting.class_losses import CLASSES
from forecasting.events.columns import EventSource
from forecasting.global_model.blended import BlendedFit, blended, moved_by, only, recorded
from forecasting.global_model.future_features import Rows
from forecasting.global_model.guided import Advice, guides_of
from forecasting.global_model.past_features import Past, past_features
from forecasting.global_model.quantiles import Judgement, QuantileModels, learn_both
from forecasting.global_model.trained import (
    MOST_RATIO,
    YOUNG,
    GlobalModel,
    Trained,
    buckets_learned,
    train,
)
from forecasting.local import LocalFit
from forecasting.promoted import plainly
from forecasting.threads import side_by_side

BEGIN = 0.4
"""Share of the backtest that only ever trains."""
REFITS = 2
"""Fits along the rest of it; one more, on everything, makes the forecast."""
MOST_FACTORS = 1_500_000
"""Factors of the past, at most: origins are thinned, but never below FEWEST_ORIGINS."""
FEWEST_ORIGINS = 4
USUAL_SHARE = 0.75
"""Share of the factors that is followed, before evidence."""
EVIDENCE = 10.0
"""Squared moves of sums over their mean square, added up, for evidence to count as much."""

MOST_PROMOTED, FEWEST_PROMOTED = 50_000, 200
"""Rows of promoted buckets by which the trees' lifts are set right, at most and at least."""
MOST_BROUGHT = 2.0
"""Their excess is moved by this factor at most."""


@dataclass(frozen=True)
class Standing:
    """A fitted global model, and how far it is followed: all that a later origin needs."""

    model: GlobalModel
    share: Floats  # by demand class, 0 to 1
    trained: Trained  # it, and those before it
    anew: str = ""  # why trees that were kept were not asked; "": they were, or none were
    brought: float = 1.0  # excess demand of promotions, over what the trees say it is
    quantiles: QuantileModels | None = None  # None: too few windows, or some were sold out

    def advice(self, panel: Panel, seen: LocalFit, fit: LocalFit) -> Advice:
        """What trees say of the quantiles, and of promotions, ahead of a fit that is `followed`."""
        known = self.quantiles
        guides = None if known is None else guides_of(known, panel, seen, fit)
        lifts = self.model.lifts(panel, plainly(panel), seen)
        return Advice(guides, None if lifts is None else 1.0 + self.brought * (lifts - 1.0))


@dataclass(frozen=True)
class Seen:
    """A fit of what was bought while there was stock, in two shapes."""

    fit: LocalFit  # trees are asked beside it
    shown: LocalFit  # its record with buckets on promotion, which trees learn from; else the same


@dataclass(frozen=True)
class Wanted:
    """What the record of a moved fit is for."""

    lengths: Integers  # J, buckets in the sums that heads are fitted on
    span: int  # buckets of a protection period


def in_stock_only(panel: Panel) -> Panel:
    """The panel with nothing known of buckets that were sold out; itself where none was."""
    censored = panel.known == Known.LOWER_BOUND
    if not censored.any():
        return panel
    known = np.where(censored, np.uint8(Known.UNKNOWN), panel.known)
    demand = np.where(censored, np.float32(0), panel.demand)
    return dataclasses.replace(panel, known=known, demand=demand, stockout_share=None)


def followed(panel: Panel, fit: LocalFit, seen: LocalFit, standing: Standing) -> BlendedFit:
    """The fit moved by a standing model at its last origin; its record of errors stays.

    For origins between two fits of the trees: a row per series and bucket learned, and no more.
    `panel`, `seen`: `in_stock_only` and its fit, the same as `fit` where nothing was sold out;
    both with priors (`with_prior`). They may be of another panel of the same series. The fit is of
    demand without promotions.
    """
    factor = standing.model.factors(plainly(panel), seen)
    return blended(panel, fit, moved_by(factor, standing.share[seen.demand_class]))


def with_global(
    panel: Panel,
    fit: LocalFit,
    both: Seen,
    settings: Settings,
    wanted: Wanted,
    kept: Trained | None = None,
) -> tuple[LocalFit, Standing | None]:
    """The fit moved by a global model, `kept` where that fits; None: there is too little history.

    `panel`, `both.fit`: see `followed`; all fits hold the single buckets 1 … K ahead first among
    their lengths (`recorded_lengths`). The record becomes that of the moved means, at the
    lengths wanted; at origins before the first trees it stays that of the local means, for rare
    large errors need many windows to be seen.
    """
    seen = both.fit
    past = past_features(panel, seen, np.arange(seen.origins.size))
    events, threads = (
        EventSource(settings.shopping_events, settings.country),
        settings.solver.threads,
    )
    anew = "" if kept is None else kept.unfit(panel, events)
    if kept is None or anew:
        kept = _trained(panel, both.shown, past, settings, events)
    models, cuts = kept.models, [int(one) for one in panel.calendar.index_of(kept.until)]
    jobs = [
        (place, model)
        for place in _judged_origins(panel, seen.origins, cuts[0])
        if (model := models[_standing_at(int(seen.origins[place]), cuts)]) is not None
    ]
    if models[-1] is None or len(jobs) < FEWEST_ORIGINS:
        return only(fit, wanted.lengths), None
    ahead = buckets_learned(panel)
    factor = np.full((panel.series, seen.origins.size, ahead), np.nan, np.float32)
    plain = plainly(panel)

    def judge(job: tuple[int, GlobalModel]) -> Floats:
        place, model = job
        local = seen.bucket_mean[:, place, :ahead]
        return model.near(plain, past, place, int(seen.origins[place]), local)

    for (place, _), found in zip(jobs, side_by_side(judge, jobs, threads), strict=True):
        factor[:, place] = found
    share, brought = _shares(seen, factor, wanted.span), _brought(models[-1], panel, past, both)
    standing = Standing(models[-1], share, kept, anew, brought)
    moved = followed(panel, fit, seen, standing)
    factor[:, seen.origins < cuts[0]] = 1.0
    record = recorded(fit, only(moved, wanted.lengths), factor, standing.share[seen.demand_class])
    # Trees would learn from a sold-out past that it lowers a quantile.
    if fit is seen:
        quantiles = learn_both(
            panel,
            Judgement(past, record, cuts[0]),
            settings.solver.seed,
            threads,
            settings.trees,
        )
        standing = dataclasses.replace(standing, quantiles=quantiles)
    return record, standing


def _trained(
    panel: Panel, shown: LocalFit, past: Past, settings: Settings, events: EventSource
) -> Trained:
    """Trees fitted a few times along the backtest, and on everything."""
    seed, begin, end = settings.solver.seed, int(shown.origins[0]), panel.buckets - 1
    shares = BEGIN + (1.0 - BEGIN) * np.arange(REFITS) / REFITS
    cuts = [*(begin + int(share * (end - begin)) for share in shares), end]
    models = side_by_side(
        lambda cut: train(panel, shown, past, cut + 1, seed, events, settings.trees),
        cuts,
        settings.solver.threads,
    )
    return Trained(tuple(models), panel.calendar.end_of(np.array(cuts)))


def recorded_lengths(panel: Panel, lengths: Integers) -> Integers:
    """Lengths that a fit must record for the global model: every one up to K, then `lengths`."""
    return np.union1d(np.arange(1, buckets_learned(panel) + 1), lengths).astype(np.int64)


def _judged_origins(panel: Panel, origins: Integers, begin: int) -> list[int]:
    """Places of the origins from bucket `begin` on, all but the last, thinned evenly."""
    there = np.flatnonzero(origins[:-1] >= begin)
    room = max(FEWEST_ORIGINS, MOST_FACTORS // (panel.series * buckets_learned(panel)))
    return [int(place) for place in there[:: -(-there.size // room) or 1]]


def _standing_at(origin: int, cuts: list[int]) -> int:
    """Which fit stands at an origin: the last that was made by then."""
    return int(np.searchsorted(cuts, origin, side="right")) - 1


def _brought(model: GlobalModel, panel: Panel, past: Past, both: Seen) -> float:
    """Excess demand of promotions over what a model says it is; 1: too few were seen.

    What all series do on the same days trees may put down to those days, and they shrink what is
    rare. So how much promotions bring in all is what came, and trees say how it differs.
    """
    if both.fit is both.shown:
        return 1.0
    seen, shown = both.fit.bucket_mean[:, :, : model.ahead], both.shown.bucket_mean
    usable = np.isnan(seen) & np.isfinite(shown) & (shown > 0)
    usable &= both.fit.age[:, :, None] >= YOUNG
    step = -(-int(usable.sum()) // MOST_PROMOTED) or 1
    turn = np.add.outer(np.arange(usable.shape[1]), np.arange(model.ahead)) % step == 0
    series, place, k = np.nonzero(usable & turn)
    if series.size < FEWEST_PROMOTED:
        return 1.0
    local = shown[series, place, k].astype(np.float64)
    rows = Rows(series, place, both.fit.origins[place], k + 1, local)
    ratio = np.minimum(both.shown.bucket_actual[series, place, k] / local, MOST_RATIO)
    weight = np.sqrt(local)
    said = model.of_rows(panel, past, rows) / model.of_rows(plainly(panel), past, rows)
    excess, told = float((weight * (ratio - 1.0)).sum()), float((weight * (said - 1.0)).sum())
    return float(np.clip(excess / told, 1.0 / MOST_BROUGHT, MOST_BROUGHT)) if told else 1.0


def _shares(fit: LocalFit, factor: Singles, span: int) -> Floats:
    """How far each demand class follows: least squares on sums of a protection period.

    Σ(y − m)d / Σd², d the move of the sum, each series' sums over their root mean square.
    """
    reach = min(span, factor.shape[2])
    local = fit.bucket_mean[:, :, :reach]
    mean, actual = fit.mean[:, :, reach - 1], fit.actual[:, :, reach - 1]
    move = np.nansum(local * (factor[:, :, :reach] - 1.0), axis=2, dtype=np.float64)
    known = np.isfinite(factor[:, :, 0]) & np.isfinite(mean) & np.isfinite(actual)
    move, error = np.where(known, move, 0.0), np.where(known, actual - mean, 0.0)
    square = np.where(known, mean.astype(np.float64) ** 2, 0.0).sum(axis=1)
    count = known.sum(axis=1)
    weight = np.divide(count, square, out=np.zeros_like(square), where=square > 0)
    gain = np.bincount(fit.demand_class, weight * (move * error).sum(axis=1), CLASSES)
    size = np.bincount(fit.demand_class, weight * (move**2).sum(axis=1), CLASSES)
    return np.clip((gain + EVIDENCE * USUAL_SHARE) / (size + EVIDENCE), 0.0, 1.0)
