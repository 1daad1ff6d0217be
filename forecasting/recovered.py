"""Demand as it would have been with stock: an estimate for every bucket that was sold out.

A hidden bucket lies between others, so that its level is known from both sides: a mean of the
observed buckets around it, each counting the less the farther it is, times what its place in
the season and its day bring to series of its category. What was recorded then joins in:
`forecasting.censoring`. Forecasts, which may look back only, correct by the same rule what they
themselves expected then; this is the better account of the past, not their input.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np

from domain.terms import Flags, Floats, Integers, Known, Panel, Singles
from forecasting.censoring import censored_demand
from forecasting.demand import ALL_OF_IT
from forecasting.own_season import SMALLEST
from forecasting.profiles import pooled_profiles, season_of
from forecasting.threads import compiled, kernel

OBSERVED, LOWER_BOUND = int(Known.OBSERVED), int(Known.LOWER_BOUND)
OUTSIDE, UNKNOWN = int(Known.OUTSIDE), int(Known.UNKNOWN)
MEMORIES = np.array([0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995])
"""What a bucket counts, per bucket farther away."""
SHARPNESS = 8
"""Memories are weighed by their squared error to the power of minus this."""
OWN_EVIDENCE = 30.0
"""Observed buckets for a series' own errors to count as much as those of all."""
PRIOR = 1.0
"""Ordinary buckets that the mean over life counts beside those around."""
DAY_EVIDENCE = 20.0
"""Series of a group that are expected to sell on a day, for the day to count as much as 1."""

HOW = ("sold_out_in_part", "sold_out_unknown_time", "sold_out", "not_recorded")
"""Why a bucket's demand was not seen."""


@dataclass(frozen=True)
class Recovered:
    """N buckets of a panel whose demand was not seen, by series and bucket."""

    series: Integers  # N
    bucket: Integers  # N
    recorded: Floats  # N, units
    share: Floats  # N, of the bucket without stock; NaN: not known
    corrected: Floats  # N, units expected had there been stock, never below `recorded`
    how: Integers  # N, place in `HOW`


def recovered_demand(panel: Panel, threads: int = 0) -> Recovered:
    """Expected demand of every bucket of life that was sold out or not recorded.

    Everything in the panel is used, what came after a bucket too. Series that were never
    observed get nothing but what was recorded.
    """
    hidden = (panel.known == LOWER_BOUND) | (panel.known == UNKNOWN)
    hidden &= np.arange(panel.buckets) >= panel.first[:, None]
    series, bucket = np.nonzero(hidden)
    recorded = panel.demand[series, bucket].astype(np.float64)
    share = np.zeros(series.size)
    if panel.stockout_share is not None:
        share = panel.stockout_share[series, bucket].astype(np.float64)
    corrected = recorded.copy()
    if series.size:
        with kernel(threads):
            expected, spread = _expected(panel)
            usual = expected[series, bucket].astype(np.float64)
            _correct(
                recorded, share, panel.known[series, bucket], usual,
                spread[series], panel.whole_units[series], corrected,
            )  # fmt: skip
    part = panel.known[series, bucket] == LOWER_BOUND
    how = np.where(part, np.where(share > 0, 0, 1), np.where(share >= ALL_OF_IT, 2, 3))
    share = np.where(share > 0, share, np.nan)
    return Recovered(series, bucket, recorded, share, corrected, how.astype(np.int64))


def _expected(panel: Panel) -> tuple[Singles, Floats]:
    """S × T: what each bucket would bring, its own demand left out; S: dispersion around it."""
    season = season_of(panel.calendar, 0)
    pooled = pooled_profiles(panel, season)
    profile = pooled.profile[:, -1][pooled.group][:, season.positions[: panel.buckets]]
    seen = panel.known == OBSERVED
    group = panel.category + 1
    day = np.ones((int(group.max(initial=0)) + 1, panel.buckets), np.float32)
    expected = np.zeros(panel.demand.shape, np.float32)
    for last in (False, True):
        factor = np.ascontiguousarray(profile * day[group], np.float32)
        loss = np.ones((panel.series, MEMORIES.size))
        _around(panel.demand, seen, factor, loss, MEMORIES, False, expected)
        _around(panel.demand, seen, factor, _shrunk(loss, seen), MEMORIES, True, expected)
        if not last:
            day = _days(panel.demand, seen, expected, group)
    return expected, _spread(panel, seen, expected)


@compiled(parallel=True)
def _around(
    demand: Singles, seen: Flags, factor: Singles, loss: Floats, memories: Floats, blend: bool,
    expected: Singles,
) -> None:  # fmt: skip
    """Levels around every bucket, itself left out, times `factor` (S × T).

    Without `blend`, `loss` (S × M) becomes the mean squared error of each memory on observed
    buckets, over the squared mean; with it, `loss` weighs them and `expected` S × T is filled.
    """
    count, buckets = memories.size, demand.shape[1]
    for s in numba.prange(demand.shape[0]):
        total, size = 0.0, 0.0
        for t in range(buckets):
            if seen[s, t] and factor[s, t] > SMALLEST:
                total += demand[s, t]
                size += factor[s, t]
        if total <= 0.0:
            expected[s] = 0.0
            continue
        mean = total / size
        top, bottom = np.zeros((count, buckets)), np.zeros((count, buckets))
        for c in range(count):
            for side in range(2):
                num, den = 0.0, 0.0
                for i in range(buckets):
                    t = i if side == 0 else buckets - 1 - i
                    top[c, t] += num
                    bottom[c, t] += den
                    if seen[s, t] and factor[s, t] > SMALLEST:
                        num += demand[s, t]
                        den += factor[s, t]
                    num *= memories[c]
                    den *= memories[c]
        weight, all_weights = np.zeros(count), 0.0
        for c in range(count):
            weight[c] = (1.0 / max(loss[s, c], 1e-6)) ** SHARPNESS
            all_weights += weight[c]
        error, number = np.zeros(count), 0
        for t in range(buckets):
            middle = 0.0
            for c in range(count):
                level = (top[c, t] + PRIOR * mean) / (bottom[c, t] + PRIOR) * factor[s, t]
                middle += weight[c] / all_weights * level
                if seen[s, t]:
                    error[c] += ((demand[s, t] - level) / mean) ** 2
            number += seen[s, t]
            if blend:
                expected[s, t] = middle
        if not blend:
            loss[s] = error / max(number, 1)


def _shrunk(loss: Floats, seen: Flags) -> Floats:
    """Errors of the memories over their mean: a series' own, shrunk to that of all series."""
    number = seen.sum(axis=1)[:, None]
    relative = loss / np.maximum(loss.mean(axis=1, keepdims=True), 1e-30)
    relative = np.where(loss.sum(axis=1, keepdims=True) > 0, relative, 1.0)
    usual = (number * relative).sum(axis=0) / max(float(number.sum()), 1.0)
    trust = number / (number + OWN_EVIDENCE)
    return np.asarray(trust * relative + (1.0 - trust) * usual)


def _days(demand: Singles, seen: Flags, expected: Singles, group: Integers) -> Singles:
    """G × T: what a day brought to the series of a group, over what was expected of them.

    Every series counts alike, by its own mean; shrunk to the day of all, and that to 1.
    """
    usual = np.where(seen, expected, 0).sum(axis=1, dtype=np.float64)
    usual = usual / np.maximum(seen.sum(axis=1), 1)
    alike = np.divide(1.0, usual, out=np.zeros_like(usual), where=usual > 0)[:, None]
    shape = (int(group.max(initial=0)) + 1, demand.shape[1])
    came, due = np.zeros(shape), np.zeros(shape)
    np.add.at(came, group, np.where(seen, demand * alike, 0.0))
    np.add.at(due, group, np.where(seen, expected * alike, 0.0))
    day = (came.sum(axis=0) + DAY_EVIDENCE) / (due.sum(axis=0) + DAY_EVIDENCE)
    return np.asarray((came + DAY_EVIDENCE * day) / (due + DAY_EVIDENCE), np.float32)


def _spread(panel: Panel, seen: Flags, expected: Singles) -> Floats:
    """S: squared variation of the rate around what was expected, as the forecasts reckon it."""
    error = np.where(seen, panel.demand.astype(np.float64) - expected, 0.0)
    mean = np.where(seen, expected, 0).astype(np.float64)
    one = (mean.sum(axis=1) / np.maximum(seen.sum(axis=1), 1)) ** 2
    noise = np.where(panel.whole_units, mean.sum(axis=1), 0.0)
    found = (error**2).sum(axis=1) - noise + 0.5 * one
    varied = found / np.maximum((mean**2).sum(axis=1) + one, 1e-30)
    varied = np.clip(varied, 0.05, 4.0)
    return np.asarray(np.where(panel.whole_units, varied, 0.5 * varied))


@compiled()
def _correct(
    recorded: Floats, share: Floats, known: np.ndarray, expected: Floats, spread: Floats,
    whole: Flags, out: Floats,
) -> None:  # fmt: skip
    """Expected demand of N buckets, given what was recorded of them."""
    for i in range(recorded.size):
        if known[i] == LOWER_BOUND:
            found = censored_demand(recorded[i], share[i], expected[i], spread[i], whole[i])
            out[i] = max(recorded[i], found)
        else:
            out[i] = max(recorded[i], expected[i])
