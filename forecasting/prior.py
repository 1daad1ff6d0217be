"""What is expected of a series that has said little: new items, and ones that never sold.

A young series' level is shrunk to the mean level of like series, as if it had been seen for
`PRIOR_BUCKETS` ordinary buckets more: the same sku at other locations, else its category, else
all; that of a category or of all is moved by the series' price (`price_level`). Where a planner
says which series it is like, that one's level and seasonal profile are taken, as if seen for
`LIKE_BUCKETS`. Every origin of the backtest uses the levels of that same origin only.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from domain.terms import Floats, Integers, Known, Panel, Singles
from forecasting.local import LocalFit
from forecasting.price_level import price_factors
from forecasting.sales import size_of_all

PRIOR_BUCKETS = 1.0
LIKE_BUCKETS = 4.0
"""The same where a planner names the series it is like: as far as two of a kind may differ."""
LIKE_VARIED = 0.25
"""Squared variation of levels among series that are said to be alike."""
SETTLED_AGE = 4.0
"""Ordinary buckets from which on a series counts in the level of its like."""
NEVER_SOLD = 0.5
"""Sales that a series is taken to have had beyond those it had (Jeffreys)."""
LEAST_WATCHED = 26.0
ASLEEP = 0.1
"""A series is asleep when its level is below this share of its mean over life."""
WAKING_GUESS = (0.02, 0.2)
"""Share of that mean which sleepers bring, before evidence: if they ever sold, if never."""
WAKING_EVIDENCE = 50.0
"""Windows for evidence to count as much as that guess."""
BLOCK = 1024
"""Series handled at a time."""


def with_prior(
    panel: Panel, fit: LocalFit, earlier: Floats | None = None
) -> tuple[LocalFit, Floats, np.ndarray]:
    """The fit with levels shrunk; dispersion added by guessing (S); reasons to fall back (S).

    The reason is "" for all but series whose smoothing failed, which get the mean of their
    last year of buckets. `earlier`: levels at all origins but the last, as `shrunk_levels` found
    them before; nothing that came since changes them.
    """
    level = fit.level.astype(np.float64)
    slope = fit.slope.astype(np.float64)
    fallback = np.full(panel.series, "", object)
    finite = np.isfinite(level).all(axis=1) & np.isfinite(slope).all(axis=1)
    failed = np.asarray(~(finite & np.isfinite(fit.profile).all(axis=1)))
    profile = fit.profile
    if failed.any():
        fallback[failed] = "smoothing gave no finite number"
        level[failed] = _simple_level(panel, failed)[:, None]
        slope[failed] = 0.0
        profile = np.where(failed[:, None], np.float32(1), profile)
    last = fit.origins.size - 1
    if earlier is None or failed.any():
        earlier = _shrunk(panel, level, fit.age, last)
    level[:, :last] = earlier
    level[:, last], share, varied = _shrunk_at(panel, level[:, last], fit.age[:, last])
    young = share**2 * varied
    named = _named_alike(panel, fit.age[:, last].astype(np.float64))
    profile = _profile_of_twins(panel, profile, named, share)
    level = np.maximum(level, _waking(fit, level))
    # The backtest's forecasts are raised by as much, so that errors are those of what is used.
    raised = np.where(failed[:, None], 0.0, level - fit.level)
    mean, alone = _raised(fit.mean, raised, fit.lengths), _raised(fit.bucket_mean, raised, 1.0)
    fit = dataclasses.replace(
        fit,
        level=level.astype(np.float32),
        slope=slope.astype(np.float32),
        mean=mean,
        bucket_mean=alone,
        profile=profile,
    )
    return fit, young, fallback


def _raised(mean: Singles, by: Floats, buckets: Integers | float) -> Singles:
    """Means (S × O × J) of so many buckets at levels that are higher `by` S × O."""
    out = np.empty_like(mean)
    for low in range(0, mean.shape[0], BLOCK):
        part = slice(low, low + BLOCK)
        out[part] = np.maximum(mean[part] + by[part, :, None] * buckets, 0.0)
    return out


def shrunk_levels(panel: Panel, fit: LocalFit) -> Floats:
    """S × O: levels at every origin of a fit, shrunk; see `with_prior`."""
    return _shrunk(panel, fit.level.astype(np.float64), fit.age, fit.origins.size)


def _shrunk(panel: Panel, level: Floats, age: Singles, origins: int) -> Floats:
    """S × `origins`: the first levels, shrunk."""
    out = np.empty((panel.series, origins))
    for o in range(origins):
        out[:, o] = _shrunk_at(panel, level[:, o], age[:, o])[0]
    return out


def _shrunk_at(panel: Panel, level: Floats, age: Singles) -> tuple[Floats, Floats, Floats]:
    """Levels at one origin (S), shrunk; the guess's share of them, its squared variation."""
    old = age.astype(np.float64)
    guess, varied = _level_of_like(panel, level, old)
    trust = np.full(panel.series, PRIOR_BUCKETS)
    named = _named_alike(panel, old)
    guess[named], varied[named] = level[_twins(panel)[named]], LIKE_VARIED
    trust[named] = LIKE_BUCKETS
    share = trust / (old + trust)
    moved = level + np.where(old < 30 * trust, share * (guess - level), 0.0)
    return moved, share, varied


def _twins(panel: Panel) -> Integers:
    """The series each series is said to be like [S]; -1 where none."""
    return np.full(panel.series, -1) if panel.like is None else panel.like


def _named_alike(panel: Panel, age: Floats) -> Integers:
    """Series that are said to be like one that has been seen."""
    twins = _twins(panel)
    return np.flatnonzero((twins >= 0) & (age[twins] > 0))


def _profile_of_twins(panel: Panel, profile: Singles, named: Integers, share: Floats) -> Singles:
    """Seasonal profiles, those of named series shrunk to that of the one they are like."""
    if not named.size:
        return profile
    out, weight = profile.copy(), share[named, None].astype(np.float32)
    out[named] += weight * (profile[_twins(panel)[named]] - profile[named])
    return out


def _simple_level(panel: Panel, chosen: np.ndarray) -> Floats:
    """Mean of the observed buckets of the last year."""
    recent = slice(-panel.calendar.bucket.per_year, None)
    seen = panel.known[chosen, recent] == Known.OBSERVED
    total = np.where(seen, panel.demand[chosen, recent], 0).sum(axis=1, dtype=np.float64)
    return np.asarray(total / np.maximum(seen.sum(axis=1), 1))


def _level_of_like(panel: Panel, level: Floats, age: Floats) -> tuple[Floats, Floats]:
    """Mean level of like series, and its squared variation among them (S each)."""
    settled = age >= SETTLED_AGE
    guess = np.zeros(panel.series)
    varied = np.full(panel.series, 2.0)
    if not settled.any():
        settled = age > 0
    if not settled.any():
        return guess, varied
    most = np.quantile(level[settled], 0.99)
    capped = np.minimum(level, most)
    everyone = np.zeros(panel.series, np.int64)
    dear = np.ones(panel.series)
    if panel.price is not None:
        dear = price_factors(panel.price, panel.category, capped, settled)
    for group, fewest in ((everyone, 1), (panel.category + 1, 5), (panel.product, 2)):
        number, mean, square = _moments(group, capped, settled)
        good = (number >= fewest)[group] & (group >= 0)
        # The same product elsewhere has its price in its level already.
        guess[good] = (mean[group] if group is panel.product else mean[group] * dear)[good]
        relative = np.clip(square[group] / np.maximum(mean[group] ** 2, 1e-300) - 1.0, 0.25, 8.0)
        varied[good] = relative[good]
    return guess, varied


def _moments(group: Integers, value: Floats, used: np.ndarray) -> tuple[Integers, Floats, Floats]:
    """Number, mean and mean square of the used values of each group."""
    size = int(group.max(initial=0)) + 1
    number = np.bincount(group[used], minlength=size)
    some = np.maximum(number, 1)
    mean = np.bincount(group[used], value[used], size) / some
    return number, mean, np.bincount(group[used], value[used] ** 2, size) / some


def _waking(fit: LocalFit, level: Floats) -> Floats:
    """Least level of each series at each origin (S × O), learned from sleepers that woke.

    Smoothing lets a series without sales sink to nothing; some of them sell again. How much
    they bring, as a share of their mean over life, is pooled over all that were asleep at an
    origin of the backtest, apart for those that had never sold.
    """
    total, watched = fit.sold, np.maximum(fit.age, LEAST_WATCHED)
    rate = (total + NEVER_SOLD * _usual_size(fit)) / watched
    judged = np.isfinite(fit.mean)
    came = np.where(judged, fit.actual, 0).sum(axis=2, dtype=np.float64)
    usual = np.where(judged, fit.lengths, 0).sum(axis=2) * rate
    least = np.zeros_like(level)
    for never in (False, True):
        asleep = (level < ASLEEP * rate) & ((total == 0) == never) & (fit.age > 0)
        windows = asleep & (usual > 0)
        guess = WAKING_GUESS[int(never)]
        if windows.any():
            more = WAKING_EVIDENCE * float(usual[windows].mean())
            guess = (came[windows].sum() + more * guess) / (usual[windows].sum() + more)
        least[asleep] = rate[asleep] * min(guess, 5.0 if never else ASLEEP)
    return least


def _usual_size(fit: LocalFit) -> Floats:
    """Size of an ordinary sale as known at each origin (S × O); of all where none had been."""
    return np.where(fit.size > 0, fit.size, size_of_all(fit))
