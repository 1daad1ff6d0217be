"""Seasonal profiles: what share of an ordinary bucket's demand each kind of bucket brings.

Days have a weekday profile, weeks one of 52 weeks of the year, months one of 12 months (the
yearly ones only once two years are there). A profile is a ratio of sums: demand at that
position over the level around it, a centred mean of one season (FPP3, section 3.4). Each is
shrunk to that of its group: series → its sku over all locations → its category → all.

Profiles are causal. They are fitted anew every `Season.refit` buckets, counted from the first
bucket of the calendar, on what was known at that time; between two fits nothing changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np

from domain.periods import Bucket, Calendar, as_days, weekday
from domain.terms import Floats, Integers, Known, Panel, Singles
from forecasting.own_season import season_sums
from forecasting.threads import compiled

OBSERVED = int(Known.OBSERVED)
SPREAD_PRODUCT, SPREAD_CATEGORY = 0.02, 0.04
"""As `own_season.SPREAD_OWN`, of skus in their category and of categories among all."""
LARGEST_CHUNK = 256
MOST_POSITIONS = 52
"""Buckets in the longest season."""


@dataclass(frozen=True)
class Season:
    """The season of a calendar, bucket by bucket."""

    length: int  # buckets in one season
    positions: Integers  # place in the season of each bucket of history and ahead
    refit: int  # buckets from one fit to the next
    needed: int  # buckets of the calendar before the first fit
    smooth: bool  # whether neighbours in the season are alike


def season_of(calendar: Calendar, ahead: int) -> Season:
    """The season of the buckets of history and of `ahead` more."""
    starts = calendar.starts(0, calendar.count + ahead)
    if calendar.bucket is Bucket.DAY:
        return Season(7, weekday(starts), refit=14, needed=14, smooth=False)
    if calendar.bucket is Bucket.MONTH:
        month = as_days(starts).astype("datetime64[M]").astype(np.int64) % 12
        return Season(12, month, refit=3, needed=24, smooth=False)
    middle = as_days(starts) + np.timedelta64(3, "D")
    passed = (middle - middle.astype("datetime64[Y]")).astype("timedelta64[D]").astype(np.int64)
    return Season(52, np.minimum(passed // 7, 51), refit=13, needed=104, smooth=True)


@compiled(parallel=True)
def _chunk_sums(
    demand: Singles, known: np.ndarray, first: Integers, members: Integers, bounds: Integers,
    positions: Integers, length: int, refit: int, fits: Integers,
) -> Floats:  # fmt: skip
    """Sums before some fits of each chunk of series: chunks × fits × (2 × length + 1).

    The first `length` columns hold demand, the next the level around it, the last squared
    deviations, of the `refit` buckets before each of `fits` (numbers, ascending). Chunks are fixed
    and each is added up by one thread, stretch by stretch: threads change nothing, nor does it
    which fits are asked for.
    """
    chunks = bounds.size - 1
    out = np.zeros((chunks, fits.size, 2 * length + 1))
    for chunk in numba.prange(chunks):
        for k in range(bounds[chunk], bounds[chunk + 1]):
            s = members[k]
            y, status, begin = demand[s], known[s], first[s]
            for f in range(fits.size):
                row, low = out[chunk, f], max((fits[f] - 1) * refit, begin)
                high = min(fits[f] * refit, y.size)
                total, count = 0.0, 0.0
                for t in range(max(low - length, begin), low):
                    if status[t] == OBSERVED:
                        total += y[t]
                        count += 1.0
                _, _, row[2 * length] = season_sums(
                    y, status, positions, begin, low, high, False,
                    (total, count, row[2 * length]), row[:length], row[length : 2 * length],
                )  # fmt: skip
    return out


@dataclass(frozen=True)
class Pooled:
    """Profiles of groups of series at every fit; before the first fit they are all ones."""

    profile: Singles  # G × fits × season length
    group: Integers  # S, the group of each series
    sums: Floats  # G × (2 × season length + 1), before the last fit of the history
    begin: int = 0  # number of the first of these fits


def pooled_profiles(panel: Panel, season: Season) -> Pooled:
    """Profiles by sku over locations within category, or by category where skus are alone.

    The last fit is one that is not due yet, of all there is.
    """
    return _pooled(panel, season, None, np.arange(panel.buckets // season.refit + 2))


def pooled_since(panel: Panel, season: Season, sums: Floats, buckets: int) -> Pooled:
    """The same for the fits after the first `buckets` buckets, from the sums there were then."""
    fits = np.arange(buckets // season.refit + 1, panel.buckets // season.refit + 1)
    return _pooled(panel, season, sums, fits)


def _pooled(panel: Panel, season: Season, before: Floats | None, fits: Integers) -> Pooled:
    """Profiles at some fits, one after the other; `before`: sums up to the one before these."""
    products = int(panel.product.max(initial=-1)) + 1
    by_product = products <= panel.series // 2
    finest = panel.product if by_product else panel.category
    finest = np.unique(finest, return_inverse=True)[1].astype(np.int64)
    groups = int(finest.max(initial=-1)) + 1
    members = np.argsort(finest, kind="stable")
    bounds, owner = _chunks(finest[members], groups)
    raw = _chunk_sums(
        panel.demand, panel.known, panel.first, members, bounds, season.positions, season.length,
        season.refit, fits,
    )  # fmt: skip
    sums = np.zeros((groups, fits.size + 1, raw.shape[2]))
    if groups:
        np.add.reduceat(raw, np.searchsorted(owner, np.arange(groups)), axis=0, out=sums[:, 1:])
    if before is not None:
        sums[:, 0] = before
    np.cumsum(sums, axis=1, out=sums)
    last = sums[:, int(np.searchsorted(fits, panel.buckets // season.refit, side="right"))].copy()
    sums = sums[:, 1:]
    parent = np.zeros(groups, np.int64)
    parent[finest] = panel.category + 1
    by_category = np.zeros((int(parent.max(initial=0)) + 1, *sums.shape[1:]))
    np.add.at(by_category, parent, sums)
    flat = np.ones((1, fits.size, season.length))
    overall = _shrunk(by_category.sum(axis=0)[None], flat, season, SPREAD_CATEGORY)
    category = _shrunk(by_category, overall, season, SPREAD_CATEGORY)
    profile = category[parent]
    if by_product:
        profile = _shrunk(sums, profile, season, SPREAD_PRODUCT)
    profile[:, fits * season.refit < season.needed] = 1.0
    begin = int(fits[0]) if fits.size else 0
    return Pooled(np.ascontiguousarray(profile, np.float32), finest, last, begin)


def _chunks(group: Integers, groups: int) -> tuple[Integers, Integers]:
    """Bounds of runs of at most LARGEST_CHUNK members of one group, and whose they are."""
    edges = np.searchsorted(group, np.arange(groups + 1))
    bounds, owner = [0], []
    for g in range(groups):
        cuts = list(range(int(edges[g]), int(edges[g + 1]), LARGEST_CHUNK))[1:]
        for cut in [*cuts, int(edges[g + 1])]:
            bounds.append(cut)
            owner.append(g)
    return np.array(bounds, np.int64), np.array(owner, np.int64)


def _shrunk(sums: Floats, parent: Floats, season: Season, spread: float) -> Floats:
    """(demand + K · parent) / (level + K), with mean 1; K = noise variance per unit / τ²."""
    length = season.length
    num, den = sums[..., :length], sums[..., length : 2 * length]
    if season.smooth:
        num, den = _smoothed(num), _smoothed(den)
    total = den.sum(axis=-1, keepdims=True)
    noise = np.divide(sums[..., -1:], total, out=np.ones_like(total), where=total > 0)
    weight = np.maximum(noise, 1e-12) / spread
    ratio = (num + weight * parent) / (den + weight)
    mean = ratio.mean(axis=-1, keepdims=True)
    return np.divide(ratio, mean, out=np.ones_like(ratio), where=mean > 0)


def _smoothed(values: Floats) -> Floats:
    """Each position with a quarter of each neighbour, round the year."""
    return 0.5 * values + 0.25 * (np.roll(values, 1, axis=-1) + np.roll(values, -1, axis=-1))
