"""The local models of a panel: pooled profiles, class losses, then the one pass over all."""

from __future__ import annotations

import dataclasses
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.settings import Settings
from domain.terms import Flags, Floats, Integers, Known, Panel, Singles
from forecasting.blend import CANDIDATES
from forecasting.kernel import one_pass
from forecasting.models import DAMPING
from forecasting.profiles import Pooled, Season, pooled_profiles, season_of
from forecasting.yearly import Yearly, yearly_fits

CLASS_SAMPLE = 2048
"""Series from which the losses of the demand classes are learned."""
CLASSES = 4


@dataclass(frozen=True)
class LocalFit:
    """Blended local forecasts at O origins, as each would have been made then.

    The forecast of bucket `origin + h` is max(0, level + slope · Σ_{i≤h} φ^i) × profile.
    """

    origins: Integers  # O, bucket numbers, ascending; the last is the last bucket
    lengths: Integers  # J, buckets
    level: Singles  # S × O, units per ordinary bucket
    slope: Singles  # S × O
    age: Singles  # S × O, ordinary buckets seen
    mean: Singles  # S × O × J, forecast sums of the first buckets that were observed; NaN: none
    actual: Singles  # S × O × J, what came in the same buckets
    bucket_mean: Singles  # S × O × J, forecast of the single bucket so far ahead; NaN: none
    bucket_actual: Singles  # S × O × J, what came in it
    profile: Singles  # S × season, as of the last bucket
    weights: Singles  # S × C, weights of the candidates as of the last bucket
    demand_class: NDArray[np.uint8]  # S
    season: Season
    yearly: Yearly  # as of the last bucket
    class_losses: Floats  # 2 × 4 × loss origins × C, relative losses of the demand classes: with
    # sold-out buckets corrected, and left out

    def means_ahead(self, buckets: int) -> Floats:
        """S × `buckets`: expected demand of each bucket ahead."""
        damp = np.cumsum(DAMPING ** np.arange(1, buckets + 1))
        path = self.level[:, -1:].astype(np.float64) + self.slope[:, -1:] * damp
        begin = int(self.origins[-1]) + 1
        place = self.season.positions[begin : begin + buckets]
        year = self.yearly.factor[self.yearly.group, begin : begin + buckets]
        return np.asarray(np.maximum(path, 0.0) * self.profile[:, place] * year, np.float64)


def span_buckets(settings: Settings, panel: Panel) -> int:
    """Buckets of an ordinary protection period, at least 1, at most an eighth of history."""
    days = settings.lead_time_days + settings.review_period_days
    span = round(days / panel.calendar.bucket.mean_days)
    return max(1, min(span, max(1, panel.buckets // 8)))


def fit_local(
    panel: Panel,
    origins: Integers,
    lengths: Integers,
    span: int,
    ahead: int,
    class_losses: Floats | None = None,
    allowed: Flags | None = None,
) -> LocalFit:
    """Run the local models; hold `threads.kernel` around it.

    `origins`: bucket numbers, ascending, the last being the last bucket of the panel.
    `class_losses`: those of an earlier fit, where they need not be learned anew. `allowed`: C,
    which candidates may have a weight; None: all.
    """
    season = season_of(panel.calendar, ahead)
    pooled = pooled_profiles(panel, season)
    fits = yearly_fits(panel, ahead)
    ends = [*(fit.begin for fit in fits[1:]), panel.buckets + 1]
    parts = []
    for yearly, end in zip(fits, ends, strict=True):
        there = origins[(origins + 1 >= yearly.begin) & (origins + 1 < end)]
        if there.size:
            # A pass needs no more than the sums it is judged on.
            needed = end + int(lengths[-1])
            past = panel if needed >= panel.buckets else panel.first_buckets(needed)
            seasons = _Seasons(season, pooled, yearly, class_losses, allowed)
            parts.append(_corrected(past, there, lengths, span, seasons))
    out = parts[-1]
    level, slope, age, mean, actual, bucket_mean, bucket_actual = (
        np.concatenate([getattr(part, name) for part in parts], axis=1) for name in BY_ORIGIN
    )
    return LocalFit(
        origins, lengths, level, slope, age, mean, actual, bucket_mean, bucket_actual,
        out.profile, out.weights, out.demand_class, season, fits[-1], out.class_losses,
    )  # fmt: skip


def _corrected(
    panel: Panel, origins: Integers, lengths: Integers, span: int, seasons: _Seasons
) -> _Pass:
    """A pass over all, in which no sold-out bucket lowers a forecast."""
    out = _fit(panel, origins, lengths, span, seasons, 0)
    learned = [out.class_losses, out.class_losses]
    censored = panel.known == Known.LOWER_BOUND
    if censored.any():
        known = np.where(censored, np.uint8(Known.UNKNOWN), panel.known)
        left_out = dataclasses.replace(panel, known=known)
        other = _fit(left_out, origins, lengths, span, seasons, 1)
        _raise_to(out, other, span)
        learned[1] = other.class_losses
    return dataclasses.replace(out, class_losses=np.stack(learned))


def _fit(
    panel: Panel, origins: Integers, lengths: Integers, span: int, seasons: _Seasons, which: int
) -> _Pass:
    """Learn the classes' losses from a sample, unless they are known, then run over all.

    `which`: 0 with sold-out buckets, 1 without them.
    """
    prior = np.ones((CLASSES, _loss_origins(panel, span), CANDIDATES.count))
    if seasons.class_losses is not None:
        prior = seasons.class_losses[which]
    elif panel.buckets >= 4 * span:
        some, nothing = class_sample(panel), np.zeros(0, np.int64)
        tried = _run(panel, some, seasons, prior, span, nothing, lengths, True)
        prior = _class_losses(tried)
    if seasons.allowed is not None:
        prior = np.where(seasons.allowed, prior, np.inf)  # weights are its negative power
    everyone = np.arange(panel.series, dtype=np.int64)
    return _run(panel, everyone, seasons, prior, span, origins, lengths, False)


def _raise_to(out: _Pass, left_out: _Pass, span: int) -> None:
    """Where leaving out the sold-out buckets forecasts more, that is taken instead.

    A corrected bucket can speak for less demand than expected (little sold while there was
    stock), and is then right on average; but a stock-out must never lower a forecast.
    """
    drift = float(np.cumsum(DAMPING ** np.arange(1, span + 1)).mean())
    lower = out.level + drift * out.slope < left_out.level + drift * left_out.slope
    for mine, other in (
        (out.level, left_out.level),
        (out.slope, left_out.slope),
        (out.mean, left_out.mean),
        (out.bucket_mean, left_out.bucket_mean),
    ):
        mine[lower] = other[lower]


def class_sample(panel: Panel) -> Integers:
    """Series that stand for all: by a hash of their key, so that their order has no say."""
    if panel.series <= CLASS_SAMPLE:
        return np.arange(panel.series, dtype=np.int64)
    hashes = np.array([zlib.crc32("\0".join(key).encode()) for key in panel.keys], np.int64)
    return np.sort(np.argsort(hashes, kind="stable")[:CLASS_SAMPLE]).astype(np.int64)


@dataclass(frozen=True)
class _Seasons:
    """All profiles that demand is divided by, class losses and candidates allowed."""

    season: Season
    pooled: Pooled
    yearly: Yearly
    class_losses: Floats | None
    allowed: Flags | None


BY_ORIGIN = ("level", "slope", "age", "mean", "actual", "bucket_mean", "bucket_actual")
"""What a pass records at origins, in the order of `LocalFit`."""


@dataclass(frozen=True)
class _Pass:
    """What one pass leaves behind; see `kernel.one_pass`."""

    level: Singles
    slope: Singles
    age: Singles
    mean: Singles
    actual: Singles
    bucket_mean: Singles
    bucket_actual: Singles
    profile: Singles
    weights: Singles
    demand_class: NDArray[np.uint8]
    relative: Singles
    loss_class: NDArray[np.uint8]
    class_losses: Floats


def _loss_origins(panel: Panel, span: int) -> int:
    """Origins at which errors are weighed: one every half span."""
    return max(1, panel.buckets // ((span + 1) // 2))


def _run(
    panel: Panel, series: Integers, seasons: _Seasons, prior: Floats, span: int,
    record: Integers, lengths: Integers, learning: bool,
) -> _Pass:  # fmt: skip
    """One pass over some series."""
    season, pooled, yearly = seasons.season, seasons.pooled, seasons.yearly
    n, count, losses = series.size, CANDIDATES.count, _loss_origins(panel, span)
    kept, grid = (n, record.size), (n, record.size, lengths.size)
    out = _Pass(
        level=np.zeros(kept, np.float32),
        slope=np.zeros(kept, np.float32),
        age=np.zeros(kept, np.float32),
        mean=np.full(grid, np.nan, np.float32),
        actual=np.full(grid, np.nan, np.float32),
        bucket_mean=np.full(grid, np.nan, np.float32),
        bucket_actual=np.full(grid, np.nan, np.float32),
        profile=np.ones((n, season.length), np.float32),
        weights=np.zeros((n, count), np.float32),
        demand_class=np.zeros(n, np.uint8),
        relative=np.zeros((n if learning else 0, losses, count), np.float32),
        loss_class=np.zeros((n if learning else 0, losses), np.uint8),
        class_losses=prior,
    )
    share = panel.stockout_share
    one_pass(
        panel.demand, panel.known, np.zeros((1, 1), np.float32) if share is None else share,
        panel.first, panel.whole_units, series, pooled.profile, pooled.group, season.positions,
        yearly.group, yearly.factor,
        np.array([season.length, season.refit, season.needed, season.smooth], np.int64),
        CANDIDATES.grid, CANDIDATES.begins, prior, span, record, lengths,
        out.level, out.slope, out.age, out.mean, out.actual, out.bucket_mean, out.bucket_actual,
        out.profile, out.weights,
        out.demand_class, out.relative, out.loss_class,
    )  # fmt: skip
    return out


def _class_losses(run: _Pass) -> Floats:
    """4 × loss origins × C: mean relative loss of a class's series, as known at each origin."""
    count = run.relative.shape[2]
    out = np.ones((CLASSES, run.relative.shape[1], count))
    there = np.isfinite(run.relative[:, :, 0])
    for kind in range(CLASSES):
        chosen = there & (run.loss_class == kind)
        number = chosen.sum(axis=0)
        total = np.where(chosen[:, :, None], run.relative, 0).sum(axis=0, dtype=np.float64)
        # Twenty series that say nothing keep a small class near "all alike".
        out[kind] = (total + 20.0) / (number[:, None] + 20.0)
    return out
