"""The one pass: every candidate of every family over every series, blended at every origin.

For one series, bucket by bucket: the profile is fitted anew when it is due, demand is divided
by it, all candidates take it in, and at every `stride` buckets the squared errors of their
forecasts of a sum (`span` buckets: about a protection period) set the weights of the blend.
All that a forecast at an origin uses was known at that origin.
"""

from __future__ import annotations

import numba
import numpy as np

from domain.terms import Floats, Integers, Known, Singles
from forecasting.blend import project_all, step_all, weigh
from forecasting.censoring import censored_demand
from forecasting.models import DAMPING, STATE_FIELDS
from forecasting.profiles import SMALLEST, refit_own, season_term
from forecasting.threads import compiled

OUTSIDE, OBSERVED = int(Known.OUTSIDE), int(Known.OBSERVED)
LOWER_BOUND = int(Known.LOWER_BOUND)
MEMORY = 0.95
"""What a squared error keeps of its weight by the next origin."""
MOST_WEIGHT = 3.0


@compiled()
def demand_class(buckets: float, times: float, total: float, squares: float) -> int:
    """0 smooth, 1 erratic, 2 intermittent, 3 lumpy (Syntetos, Boylan & Croston 2005)."""
    if times < 1.0 or total <= 0.0:
        return 2
    varied = squares * times / (total * total) - 1.0
    return (2 if buckets / times >= 1.32 else 0) + (1 if varied >= 0.49 else 0)


@compiled(parallel=True)
def one_pass(
    demand: Singles,
    known: np.ndarray,
    share: Singles,
    first: Integers,
    whole: np.ndarray,
    series: Integers,
    pooled: Singles,
    group: Integers,
    positions: Integers,
    category: Integers,
    yearly: Singles,
    season: Integers,
    grid: Singles,
    begins: Integers,
    prior: Floats,
    span: int,
    record: Integers,
    lengths: Integers,
    level_out: Singles,
    slope_out: Singles,
    age_out: Singles,
    mean_out: Singles,
    actual_out: Singles,
    bucket_mean_out: Singles,
    bucket_actual_out: Singles,
    profile_out: Singles,
    weight_out: Singles,
    class_out: np.ndarray,
    relative_out: Singles,
    loss_class_out: np.ndarray,
) -> None:
    """Run all candidates over the N series named by `series` (numbers into the panel's S).

    `yearly`: factors by `category` (S) and bucket, on top of the profile.
    `season`: length, refit, needed, smooth. `prior`: 4 classes × loss origins × C, relative
    losses of the classes. `record`: O origins (bucket numbers, ascending) at which level, slope
    and age (weight of the buckets seen) are kept (N × O), with forecast and actual sums of the
    first `lengths` buckets (N × O × J; actual is NaN where under half of them is observed) and
    of the single bucket so far ahead (NaN where it is not observed).
    `profile_out` N × season length, `weight_out` N × C, `class_out` N: as they stand at the
    end. `relative_out` N × loss origins × C, `loss_class_out`: what `prior` is made of; skipped
    where they have no rows.
    """
    buckets, count = demand.shape[1], grid.shape[1]
    length, refit, needed, smooth = season[0], season[1], season[2], season[3] > 0
    stride = (span + 1) // 2
    ahead = lengths[lengths.size - 1]
    for n in numba.prange(series.size):
        s = series[n]
        y, status, year = demand[s], known[s], yearly[category[s]]
        state = np.zeros((STATE_FIELDS, count), np.float32)
        level, slope = np.zeros(count, np.float32), np.zeros(count, np.float32)
        pending_level = np.zeros((2, count), np.float32)
        pending_slope = np.zeros((2, count), np.float32)
        pending = np.zeros((2, 5))  # begun, sum of profile, of profile × damping, actual, seen
        pending[:, 0] = -1.0
        loss, weight = np.zeros(count), np.full(count, 1.0 / count)
        evidence, age, passed = 0.0, 0.0, 0
        times, total, squares = 0.0, 0.0, 0.0
        profile = np.ones(length)
        num, den, sums = np.zeros(length), np.zeros(length), np.zeros(2)
        noise, error_squares, mean_squares, means = 0.0, 0.0, 0.0, 0.0
        at = 0
        censored = False
        for t in range(buckets):
            censored = censored or status[t] == LOWER_BOUND
        for t in range(buckets):
            if t >= first[s] and status[t] != OUTSIDE:
                p = profile[positions[t]] * year[t]
                around = season_term(y, status, t, first[s], length, sums)
                if around >= 0.0:
                    c = t - length // 2
                    num[positions[c]] += y[c]
                    den[positions[c]] += around
                    noise += (y[c] - around) ** 2
                if status[t] == OBSERVED:
                    passed += 1
                    if y[t] > 0.0:
                        times += 1.0
                        total += y[t]
                        squares += float(y[t]) * y[t]
                    if p > SMALLEST:
                        if age > 4.0 and censored:
                            expected = 0.0
                            for c in range(count):
                                expected += weight[c] * (level[c] + DAMPING * slope[c])
                            expected = max(0.0, expected) * p
                            error_squares += (y[t] - expected) ** 2
                            mean_squares += expected * expected
                            means += expected
                        w = min(p, MOST_WEIGHT)
                        step_all(state, grid, begins, age, y[t] / p, w)
                        age += w
                        if censored:
                            project_all(state, grid, begins, level, slope)
                elif status[t] == LOWER_BOUND and p > SMALLEST:
                    expected = 0.0
                    for c in range(count):
                        expected += weight[c] * (level[c] + DAMPING * slope[c])
                    expected = max(0.0, expected) * p
                    extra = error_squares - (means if whole[s] else 0.0)
                    varied = (extra + 0.5 * expected * expected) / (
                        mean_squares + expected * expected + 1e-30
                    )
                    varied = min(max(varied, 0.05), 4.0)
                    spread = varied if whole[s] else 0.5 * varied
                    empty = share[s, t] if share.size > 1 else 0.0
                    x = censored_demand(y[t], empty, expected, spread, whole[s])
                    w = min(p, MOST_WEIGHT)
                    step_all(state, grid, begins, age, x / p, w)
                    age += w
                    project_all(state, grid, begins, level, slope)
                for k in range(2):
                    if pending[k, 0] >= 0.0:
                        h = t - int(pending[k, 0])
                        if status[t] == OBSERVED:
                            damp = DAMPING * (1.0 - DAMPING**h) / (1.0 - DAMPING)
                            pending[k, 1] += p
                            pending[k, 2] += p * damp
                            pending[k, 3] += y[t]
                            pending[k, 4] += 1.0
                        if h == span:
                            if 2.0 * pending[k, 4] >= span:
                                for c in range(count):
                                    f = pending_level[k, c] * pending[k, 1]
                                    f = max(0.0, f + pending_slope[k, c] * pending[k, 2])
                                    loss[c] = MEMORY * loss[c] + (f - pending[k, 3]) ** 2
                                evidence = MEMORY * evidence + 1.0
                            pending[k, 0] = -1.0
            recording = at < record.size and record[at] == t
            if recording or (t + 1) % stride == 0:
                project_all(state, grid, begins, level, slope)
            if (t + 1) % stride == 0:
                q = (t + 1) // stride - 1
                kind = demand_class(passed, times, total, squares)
                weigh(loss, evidence, prior[kind, min(q, prior.shape[1] - 1)], weight)
                if relative_out.shape[0] > 0:
                    loss_class_out[n, q] = kind
                    mean = loss.sum() / count
                    for c in range(count):
                        relative_out[n, q, c] = loss[c] / mean if mean > 0.0 else np.nan
                if t >= first[s] and age > 0.0:
                    k = 0 if pending[0, 0] < 0.0 else 1
                    pending_level[k] = level
                    pending_slope[k] = slope
                    pending[k] = 0.0
                    pending[k, 0] = t
            if (t + 1) % refit == 0 and t + 1 >= needed:
                refit_own(num, den, noise, pooled[group[s], (t + 1) // refit], smooth, profile)
            if recording:
                blend, drift = 0.0, 0.0
                for c in range(count):
                    blend += weight[c] * level[c]
                    drift += weight[c] * slope[c]
                level_out[n, at], slope_out[n, at], age_out[n, at] = blend, drift, age
                j, damp, power, alone = 0, 0.0, 1.0, 0.0
                expected, came, seen = 0.0, 0.0, 0
                for h in range(1, ahead + 1):
                    if t < first[s] or t + h >= buckets or status[t + h] == OUTSIDE:
                        break
                    power *= DAMPING
                    damp += power
                    if status[t + h] == OBSERVED:
                        p = profile[positions[t + h]] * year[t + h]
                        alone = max(0.0, blend + drift * damp) * p
                        expected += alone
                        came += y[t + h]
                        seen += 1
                    if h == lengths[j]:
                        if 2 * seen >= h:
                            mean_out[n, at, j], actual_out[n, at, j] = expected, came
                        if status[t + h] == OBSERVED:
                            bucket_mean_out[n, at, j] = alone
                            bucket_actual_out[n, at, j] = y[t + h]
                        j += 1
                at += 1
        for p in range(length):
            profile_out[n, p] = profile[p]
        for c in range(count):
            weight_out[n, c] = weight[c]
        class_out[n] = demand_class(passed, times, total, squares)
