"""The one pass: every candidate of every family over every series, blended at every origin.

For one series, bucket by bucket: the profile is fitted anew when it is due, demand is divided
by it, all candidates take it in, and at every `stride` buckets the squared errors of their
forecasts of a sum (`span` buckets: about a protection period) set the weights of the blend.
All that a forecast at an origin uses was known at that origin. A pass goes on from the states
that an earlier one left, or from fresh ones.

The parts of the loop are small functions, inlined by the compiler.
"""

from __future__ import annotations

import numba
import numpy as np

from domain.terms import Floats, Integers, Known, Singles
from forecasting.arrays import (
    AGE,
    BEGUN,
    CENSORED,
    ERROR_SQUARES,
    EVIDENCE,
    MEAN_SQUARES,
    MEANS,
    OPEN,
    OPEN_NUMBERS,
    PASSED,
    SOLD,
    SQUARES,
    TIMES,
    TOTAL,
    History,
    Learned,
    Record,
    Seasonal,
    States,
)  # fmt: skip
from forecasting.blend import COUNT, project_all, step_all, weigh
from forecasting.censoring import censored_demand
from forecasting.models import DAMPING, STATE_FIELDS
from forecasting.open_sums import add_up, begin_sum, damping, judge
from forecasting.own_season import SMALLEST, season_over
from forecasting.threads import compiled

OUTSIDE, OBSERVED = int(Known.OUTSIDE), int(Known.OBSERVED)
LOWER_BOUND = int(Known.LOWER_BOUND)
MOST_WEIGHT = 3.0
SETTLED_AGE = 4.0
"""Ordinary buckets after which one-step errors count."""


@compiled()
def demand_class(passed: float, times: float, total: float, squares: float) -> int:
    """0 smooth, 1 erratic, 2 intermittent, 3 lumpy (Syntetos, Boylan & Croston 2005)."""
    if times < 1.0 or total <= 0.0:
        return 2
    varied = squares * times / (total * total) - 1.0
    return (2 if passed / times >= 1.32 else 0) + (1 if varied >= 0.49 else 0)


@compiled(inlined=True)
def _copy(source: np.ndarray, target: np.ndarray) -> None:
    """Row by row; slices would be far slower to compile."""
    for i in range(source.shape[0]):
        for j in range(source.shape[1]):
            target[i, j] = source[i, j]


@compiled()
def _next_expected(weight: Floats, level: Singles, slope: Singles) -> float:
    """The blend's forecast of the next ordinary bucket."""
    expected = 0.0
    for c in range(COUNT):
        expected += weight[c] * (level[c] + DAMPING * slope[c])
    return max(0.0, expected)


@compiled(inlined=True)
def _count(numbers: Floats, value: float) -> None:
    """A bucket that was observed."""
    numbers[PASSED] += 1.0
    numbers[TIMES] += 1.0 if value > 0.0 else 0.0
    numbers[TOTAL] += value
    numbers[SQUARES] += value * value


@compiled(inlined=True)
def _miss(numbers: Floats, value: float, expected: float) -> None:
    """A one-step forecast and what came, where the series has lower bounds."""
    if numbers[AGE] > SETTLED_AGE:
        numbers[ERROR_SQUARES] += (value - expected) ** 2
        numbers[MEAN_SQUARES] += expected * expected
        numbers[MEANS] += expected


@compiled()
def _corrected(
    numbers: Floats, recorded: float, share: float, expected: float, whole: bool
) -> float:
    """Demand of a bucket that is a lower bound, by the spread of the series' own errors."""
    extra = numbers[ERROR_SQUARES] - (numbers[MEANS] if whole else 0.0)
    square = expected * expected
    varied = (extra + 0.5 * square) / (numbers[MEAN_SQUARES] + square + 1e-30)
    varied = min(max(varied, 0.05), 4.0)
    return censored_demand(recorded, share, expected, varied if whole else 0.5 * varied, whole)


@compiled(inlined=True)
def _class_of(numbers: Floats) -> int:
    """Demand class as it stands."""
    return demand_class(numbers[PASSED], numbers[TIMES], numbers[TOTAL], numbers[SQUARES])


@compiled()
def _learn(loss: Floats, relative: Singles) -> None:
    """Write down the candidates' losses over their mean."""
    mean = 0.0
    for c in range(COUNT):
        mean += loss[c] / COUNT
    for c in range(COUNT):
        relative[c] = loss[c] / mean if mean > 0.0 else np.nan


@compiled()
def _blended(weight: Floats, values: Singles) -> float:
    """The blend of the candidates' values."""
    blend = 0.0
    for c in range(COUNT):
        blend += weight[c] * values[c]
    return blend


@compiled()
def _pass_over(
    y: Singles, status: np.ndarray, share: Singles, first: int, whole: bool,
    positions: Integers, pooled: Singles, year: Singles, rules: Integers,
    prior: Floats, span: int, damp: Floats, begin: int, until: int,
    kept_models: Singles, kept_levels: Singles, kept_slopes: Singles, kept_open: Floats,
    loss: Floats, weight: Floats, numbers: Floats, season: Floats,
    origins: Integers, level_out: Singles, slope_out: Singles, age_out: Singles,
    sold_out: Floats, size_out: Floats, profile_out: Floats, relative: Singles,
    class_out: np.ndarray,
) -> None:  # fmt: skip
    """One series; see `one_pass`. Plain arrays: tuples of them count references in every loop."""
    stride = (span + 1) // 2
    # Of shapes that the compiler knows.
    models = np.zeros((STATE_FIELDS, COUNT), np.float32)
    levels, slopes = np.zeros((OPEN, COUNT), np.float32), np.zeros((OPEN, COUNT), np.float32)
    opened = np.zeros((OPEN, OPEN_NUMBERS))
    level, slope = np.zeros(COUNT, np.float32), np.zeros(COUNT, np.float32)
    _copy(kept_models, models)
    _copy(kept_levels, levels)
    _copy(kept_slopes, slopes)
    _copy(kept_open, opened)
    for t in range(begin, until):
        if status[t] == LOWER_BOUND:
            numbers[CENSORED] = 1.0
    censored = numbers[CENSORED] > 0.0
    project_all(models, level, slope)
    profiles, due = np.zeros(until - begin), np.full(OPEN, -1)
    season_over(
        y, status, first, positions, pooled, year, rules, begin, until, numbers, season,
        origins, profiles, profile_out,
    )  # fmt: skip
    for k in range(OPEN):
        if opened[k, BEGUN] >= 0.0:
            due[k] = int(opened[k, BEGUN]) + span
    at = 0
    while at < origins.size and origins[at] < begin:
        at += 1
    to_weigh = stride - begin % stride
    for t in range(begin, until):
        if t >= first and status[t] != OUTSIDE:
            value, p, taken = float(y[t]), profiles[t - begin], -1.0
            numbers[SOLD] += value
            expected = _next_expected(weight, level, slope) * p if censored else 0.0
            if status[t] == OBSERVED:
                _count(numbers, value)
                taken = value
                if censored and p > SMALLEST:
                    _miss(numbers, value, expected)
            elif status[t] == LOWER_BOUND and p > SMALLEST:
                empty = float(share[t]) if share.size > 1 else 0.0
                taken = _corrected(numbers, value, empty, expected, whole)
            if taken >= 0.0 and p > SMALLEST:
                step_all(models, numbers[AGE], taken / p, min(p, MOST_WEIGHT))
                numbers[AGE] += min(p, MOST_WEIGHT)
                if censored:
                    project_all(models, level, slope)
            for k in range(OPEN):
                if due[k] == t:
                    add_up(opened, k, begin, t + 1, y, status, profiles, damp)
                    judge(opened, k, levels, slopes, span, loss, numbers)
        to_weigh -= 1
        recording = at < origins.size and origins[at] == t
        if recording or to_weigh == 0:
            project_all(models, level, slope)
        if to_weigh == 0:
            to_weigh, q = stride, (t + 1) // stride - 1
            # Weights are looked at where something is written down or corrected, only.
            if censored or (at < origins.size and origins[at] < t + stride):
                known = prior[_class_of(numbers), min(q, prior.shape[1] - 1)]
                weigh(loss, numbers[EVIDENCE], known, weight)
            if relative.shape[0] > 0:
                class_out[q - begin // stride] = _class_of(numbers)
                _learn(loss, relative[q - begin // stride])
            if t >= first and numbers[AGE] > 0.0:
                due[begin_sum(opened, t, level, slope, levels, slopes)] = t + span
        if recording:
            level_out[at], slope_out[at] = _blended(weight, level), _blended(weight, slope)
            age_out[at], sold_out[at] = numbers[AGE], numbers[SOLD]
            size_out[at] = numbers[TOTAL] / max(numbers[TIMES], 1.0)
            at += 1
    for k in range(OPEN):
        if opened[k, BEGUN] >= 0.0:
            add_up(opened, k, begin, until, y, status, profiles, damp)
    _copy(models, kept_models)
    _copy(levels, kept_levels)
    _copy(slopes, kept_slopes)
    _copy(opened, kept_open)


@compiled(parallel=True, packed=True)
def one_pass(
    history: History, seasonal: Seasonal, series: Integers, prior: Floats, span: int,
    states: States, begin: int, until: int, record: Record, learned: Learned,
) -> None:  # fmt: skip
    """Take buckets `begin` … `until` - 1 of the N series named by `series` into `states`.

    `prior`: 4 classes × loss origins × C, relative losses of the classes, the last ones standing
    for later. `record` is written at its origins among these buckets; their sums by `look_back`.
    `learned`: what `prior` is made of, from loss origin `begin // stride` on.
    """
    damp, learning = damping(span), np.int64(learned.relative.shape[1] > 0)
    shared = np.int64(history.share.shape[0] > 1)
    for n in numba.prange(series.size):
        s, row = series[n], n * learning
        _pass_over(
            history.demand[s], history.known[s], history.share[s * shared],
            history.first[s], history.whole[s],
            seasonal.positions, seasonal.pooled[seasonal.group[s]],
            seasonal.yearly[seasonal.category[s]], seasonal.rules,
            prior, span, damp, begin, until,
            states.models[n], states.open_level[n], states.open_slope[n], states.open[n],
            states.loss[n], states.weight[n], states.numbers[n], states.season[n],
            record.origins, record.level[n], record.slope[n], record.age[n], record.sold[n],
            record.size[n], record.profile[n], learned.relative[row], learned.demand_class[row],
        )  # fmt: skip
