"""The measures of DESIGN §7, by series and by how far ahead.

Every measure is a numerator and a denominator, S × (H + 1): a column for each bucket ahead and,
last, one over the whole horizon, whose sums are those of each series' own protection period. For
one origin the measure of some series is Σ numerator / Σ denominator: what `forecasting.accuracy`
gives for them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from domain.terms import Floats, Integers
from experiments.backtest.contenders import Answer
from experiments.backtest.truth import Truth
from experiments.scoring import LEVELS, row_mean, scaled
from forecasting import accuracy

Pair = tuple[str, Floats, Floats]
LOSS, SUM_LOSS = "scaled_quantile_loss", "sum_quantile_loss"


def measures(answer: Answer, truth: Truth, levels: Floats, reported: Floats) -> Iterator[Pair]:
    """Name, numerator and denominator of every measure.

    `levels`: K, those of the answer: LEVELS, over which losses are averaged, and `reported`,
    for which pinball loss and coverage are told one by one.
    """
    yield from _of_means(answer, truth)
    yield from _of_buckets(answer, truth, levels, reported)
    yield from _of_sums(answer, truth, levels, reported)


def _of_means(answer: Answer, truth: Truth) -> Iterator[Pair]:
    """Bias, WAPE, MASE and RMSSE."""
    error = answer.mean - truth.actual
    demand = _with_total(np.nan_to_num(truth.actual))
    yield "bias", _with_total(np.nan_to_num(error)), demand
    yield "wape", _with_total(np.abs(np.nan_to_num(error))), demand
    absolute = np.hstack([np.abs(error), row_mean(np.abs(error))[:, None]])
    yield "mase", *_scaled(absolute, truth.season_scale, truth)
    rooted = np.hstack([np.abs(error), np.sqrt(row_mean(error**2))[:, None]])
    yield "rmsse", *_scaled(rooted, truth.step_scale, truth)


def _of_buckets(answer: Answer, truth: Truth, levels: Floats, reported: Floats) -> Iterator[Pair]:
    """Quantile losses and coverage of single buckets."""
    actual, seen = truth.actual, np.isfinite(truth.actual)
    loss = np.zeros(actual.shape)
    for place in places(levels, LEVELS):
        loss += 2.0 * accuracy.pinball(answer.quantiles[:, :, place], actual, levels[place])
    loss /= LEVELS.size
    yield LOSS, *_scaled(np.hstack([loss, row_mean(loss)[:, None]]), truth.season_scale, truth)
    number = _with_total(seen.astype(np.float64))
    for place in places(levels, reported):
        quantile, name = answer.quantiles[:, :, place], f"{levels[place]:g}"
        pinball = accuracy.pinball(quantile, actual, levels[place])
        yield f"pinball_{name}", _with_total(np.nan_to_num(pinball)), number
        covered = (actual <= quantile) & seen
        yield f"coverage_{name}", _with_total(covered.astype(np.float64)), number


def _of_sums(answer: Answer, truth: Truth, levels: Floats, reported: Floats) -> Iterator[Pair]:
    """Quantile loss and coverage of demand summed from the first bucket."""
    total = np.cumsum(truth.actual, axis=1)  # NaN from the first bucket left out on
    seen = np.isfinite(total)
    loss = np.zeros(total.shape)
    for place in places(levels, LEVELS):
        loss += 2.0 * accuracy.pinball(answer.sums[:, :, place], total, levels[place])
    demand = _with_protection(np.where(seen, total, 0.0), truth)
    yield SUM_LOSS, _with_protection(np.where(seen, loss / LEVELS.size, 0.0), truth), demand
    number = _with_protection(seen.astype(np.float64), truth)
    for place in places(levels, reported):
        covered = (total <= answer.sums[:, :, place]) & seen
        name = f"sum_coverage_{levels[place]:g}"
        yield name, _with_protection(covered.astype(np.float64), truth), number


def places(levels: Floats, wanted: Floats) -> Integers:
    """Where the wanted levels stand among `levels`, which holds them all."""
    return np.array([int(np.argmin(np.abs(levels - level))) for level in wanted], np.int64)


def _with_total(values: Floats) -> Floats:
    """S × H with one column more: the sum."""
    return np.hstack([values, values.sum(axis=1, keepdims=True)])


def _with_protection(values: Floats, truth: Truth) -> Floats:
    """S × H with one column more: that of the protection period."""
    return np.hstack([values, np.take_along_axis(values, truth.summed[:, None] - 1, axis=1)])


def _scaled(values: Floats, scale: Floats, truth: Truth) -> tuple[Floats, Floats]:
    """Each column over the series' scale, where it counts."""
    return scaled(values, np.broadcast_to(scale[:, None], values.shape), truth.begun[:, None])
