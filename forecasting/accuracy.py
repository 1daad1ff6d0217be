"""Measures of a forecast (DESIGN §7). S series, H buckets, K levels; NaN actuals do not count."""

from __future__ import annotations

import numpy as np

from domain.terms import Floats


def bias(forecast: Floats, actual: Floats) -> float:
    """Σ(f − y) / Σy: above 0 is too high."""
    seen = np.isfinite(actual)
    return float((forecast[seen] - actual[seen]).sum() / actual[seen].sum())


def wape(forecast: Floats, actual: Floats) -> float:
    """Weighted absolute percentage error: Σ|f − y| / Σy."""
    seen = np.isfinite(actual)
    return float(np.abs(forecast[seen] - actual[seen]).sum() / actual[seen].sum())


def difference_scale(history: Floats, lag: int, power: int) -> Floats:
    """Mean |y_t − y_{t−lag}|^power of each series from its first sale on (S); NaN: none.

    `history`: S × T, NaN where a bucket is not observed. Lag 1 where a series is shorter than
    the lag.
    """
    shown = np.cumsum(np.nan_to_num(history) > 0, axis=1) > 0
    alive = np.where(shown, history, np.nan)
    scale = _mean_difference(alive, lag, power)
    return np.where(np.isfinite(scale), scale, _mean_difference(alive, 1, power))


def _mean_difference(history: Floats, lag: int, power: int) -> Floats:
    """Mean |difference|^power over the pairs that are both there (S); NaN where none is."""
    difference = np.abs(history[:, lag:] - history[:, :-lag]) ** power
    there = np.isfinite(difference)
    number = there.sum(axis=1)
    total = np.where(there, difference, 0.0).sum(axis=1)
    return np.divide(total, number, out=np.full(number.shape, np.nan), where=number > 0)


def mase(forecast: Floats, actual: Floats, history: Floats, lag: int) -> float:
    """Mean over series of MAE / mean absolute seasonal difference (FPP3, section 5.8)."""
    return _mean_ratio(_row_mean(np.abs(forecast - actual)), difference_scale(history, lag, 1))


def rmsse(forecast: Floats, actual: Floats, history: Floats) -> float:
    """Mean over series of √(MSE / mean squared one-step difference) (FPP3, section 5.8)."""
    squared = _row_mean((forecast - actual) ** 2)
    return _mean_ratio(np.sqrt(squared), np.sqrt(difference_scale(history, 1, 2)))


def pinball(quantile: Floats, actual: Floats, level: Floats | float) -> Floats:
    """Pinball loss: level · (y − q) above the quantile, (1 − level) · (q − y) below it."""
    gap = actual - quantile
    return np.asarray(np.maximum(level * gap, (level - 1.0) * gap))


def scaled_quantile_loss(
    quantiles: Floats, actual: Floats, levels: Floats, history: Floats, lag: int
) -> float:
    """Mean over series of the mean 2 · pinball / mean absolute seasonal difference.

    `quantiles`: S × H × K. Series without a scale above 0 do not count.
    """
    loss = 2.0 * pinball(quantiles, actual[:, :, None], levels)
    return _mean_ratio(_row_mean(loss.mean(axis=2)), difference_scale(history, lag, 1))


def sum_quantile_loss(quantiles: Floats, actual: Floats, levels: Floats) -> float:
    """Mean over levels of Σ 2 · pinball / Σ demand. `quantiles`: S × K, of one sum; `actual` S."""
    seen = np.isfinite(actual)
    loss = 2.0 * pinball(quantiles[seen], actual[seen, None], levels)
    return float(loss.mean(axis=1).sum() / actual[seen].sum())


def coverage(quantile: Floats, actual: Floats) -> float:
    """Share of actuals at or below the quantile."""
    seen = np.isfinite(actual)
    return float((actual[seen] <= quantile[seen]).mean())


def _row_mean(values: Floats) -> Floats:
    """Mean of each row's numbers; NaN where it has none."""
    there = np.isfinite(values)
    number = there.sum(axis=1)
    total = np.where(there, values, 0.0).sum(axis=1)
    return np.divide(total, number, out=np.full(number.shape, np.nan), where=number > 0)


def _mean_ratio(value: Floats, scale: Floats) -> float:
    """Mean of value / scale over the series with a scale above 0 and a value."""
    good = (scale > 0) & np.isfinite(value)
    return float((value[good] / scale[good]).mean())
