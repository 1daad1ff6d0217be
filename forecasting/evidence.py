"""What the backtest says of forecast errors: dispersion by length and level, own and pooled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from domain.terms import Flags, Floats, Integers
from forecasting.local import LocalFit
from forecasting.sales import NO_SALES, Sales, sales_of

LEVEL_CLASSES = 10
FEWEST_IN_CLASS = 60
SPREAD_OF_OWN = 0.6
"""Variance of a series' dispersion relative to its class [τ²]."""
OVERLAP = 3.0
"""Squared errors vary more than a normal's, and windows overlap: 2v² becomes this times v²."""
LEAST, MOST = 1e-4, 25.0


@dataclass(frozen=True)
class Evidence:
    """Forecast and actual sums of backtest windows, and the dispersion they show.

    N windows in all; J lengths. Dispersion is interpolated in the log of the length and in the
    log of the mean per bucket, and multiplied by the series' own factor.
    """

    series: Integers  # N
    length: Integers  # N, which of the lengths
    mean: Floats  # N, forecast of the sum
    actual: Floats  # N, what came
    label: Integers  # N, which class of level
    lengths: Floats  # J, buckets
    centers: Floats  # L, log of bucket mean, ascending
    pooled: Floats  # J × L, dispersion
    own: Floats  # S, factor of the series' own dispersion
    extra: Floats  # S, dispersion because the level itself is a guess: new items
    whole: Flags  # S
    summed: bool  # lengths are buckets in a sum; else buckets ahead of a single one
    sales: Sales  # N, as known when the window began
    now: Sales  # S, as known at the last origin

    @property
    def learned(self) -> dict[str, np.ndarray]:
        """What the windows say of dispersion; see `remembered`."""
        return {"centers": self.centers, "pooled": self.pooled, "own": self.own}

    def without_windows(self) -> Evidence:
        """The dispersion alone: all that a fitted head asks for."""
        learned = self.learned
        return remembered(learned, self.lengths, self.whole, self.extra, self.summed, self.now)

    def length_place(self, lengths: Floats) -> Floats:
        """Where lengths lie among those of the backtest, by their logarithm: 0 to J - 1."""
        logs = np.log(self.lengths)
        return np.interp(np.log(lengths), logs, np.arange(logs.size))

    def level_place(self, lengths: Floats, mean: Floats) -> Floats:
        """Where the mean per bucket lies among the classes of level: 0 to L - 1. N × J."""
        per_bucket = mean / lengths if self.summed else mean
        logs = np.log(np.maximum(per_bucket, 1e-300))
        return np.interp(logs, self.centers, np.arange(self.centers.size))

    def dispersion(self, series: Integers, lengths: Floats, mean: Floats) -> Floats:
        """φ for each series at each length and mean: N × J."""
        at, level = self.length_place(lengths), self.level_place(lengths, mean)
        short = np.minimum(at.astype(np.int64), max(self.lengths.size - 2, 0))
        low = np.minimum(level.astype(np.int64), max(self.centers.size - 2, 0))
        long = np.minimum(short + 1, self.lengths.size - 1)
        high = np.minimum(low + 1, self.centers.size - 1)
        v, u, logs = at - short, level - low, np.log(self.pooled)
        near = (1 - u) * logs[short, low] + u * logs[short, high]
        far = (1 - u) * logs[long, low] + u * logs[long, high]
        curve = np.exp((1 - v) * near + v * far)
        out = curve * self.own[series, None] + self.extra[series, None]
        return np.asarray(np.clip(out, LEAST, MOST))


def gather(fit: LocalFit, whole: Flags, extra: Floats, span: int, summed: bool) -> Evidence:
    """Collect backtest windows and measure dispersion by length, level and series.

    `summed`: sums of the first buckets; else the single bucket so many ahead.
    """
    forecast = fit.mean if summed else fit.bucket_mean
    use = np.isfinite(forecast) & (forecast > 0)
    s, o, j = np.nonzero(use)
    mean = forecast[use].astype(np.float64)
    actual = (fit.actual if summed else fit.bucket_actual)[use].astype(np.float64)
    lengths = fit.lengths.astype(np.float64)
    excess = (actual - mean) ** 2 - np.where(whole[s], mean, 0.0)
    centers, label = level_classes(np.log(mean / lengths[j] if summed else mean))
    pooled = _pooled_dispersion(label, j, mean, excess, centers.size, lengths.size)
    expected = pooled[j, label] * mean**2
    usual = int(np.argmin(np.abs(lengths - span)))
    chosen = (j == 0) | (j == usual) if summed else j <= usual
    own = _own_factor(s, mean, excess, expected, whole, chosen, fit.level.shape[0])
    sales = sales_of(fit)
    return Evidence(
        s, j, mean, actual, label, lengths, centers, pooled, own, extra, whole, summed,
        sales.at(s, o), sales.at(slice(None), -1),
    )  # fmt: skip


def remembered(
    learned: Mapping[str, np.ndarray],
    lengths: Integers | Floats,
    whole: Flags,
    extra: Floats,
    summed: bool,
    now: Sales,
) -> Evidence:
    """Evidence without windows, from what was learned of them before."""
    none, nothing = np.zeros(0, np.int64), np.zeros(0)
    return Evidence(
        none, none, nothing, nothing, none, lengths.astype(np.float64), extra=extra, whole=whole,
        summed=summed, sales=NO_SALES, now=now, **learned,
    )  # fmt: skip


def level_classes(log_mean: Floats) -> tuple[Floats, Integers]:
    """Centers of up to LEVEL_CLASSES classes of equal number, and the class of each window."""
    if log_mean.size == 0:
        return np.zeros(1), np.zeros(0, np.int64)
    classes = int(np.clip(log_mean.size // FEWEST_IN_CLASS, 1, LEVEL_CLASSES))
    edges = np.unique(np.quantile(log_mean, np.linspace(0, 1, classes + 1)[1:-1]))
    label = np.searchsorted(edges, log_mean, side="right")
    number = np.bincount(label, minlength=edges.size + 1)
    centers = np.bincount(label, log_mean, minlength=edges.size + 1) / np.maximum(number, 1)
    kept = number > 0
    return centers[kept], (np.cumsum(kept) - 1)[label]


def _pooled_dispersion(
    label: Integers, j: Integers, mean: Floats, excess: Floats, classes: int, lengths: int
) -> Floats:
    """J × L: Σ((y − m)² − m) / Σm², shrunk to all levels of that length."""
    cell = j * classes + label
    size = lengths * classes
    top = np.bincount(cell, excess, size).astype(np.float64).reshape(lengths, classes)
    bottom = np.bincount(cell, mean**2, size).astype(np.float64).reshape(lengths, classes)
    number = np.bincount(cell, minlength=size).reshape(lengths, classes)
    overall = top.sum(axis=1) / np.maximum(bottom.sum(axis=1), 1e-300)
    overall = np.where(number.sum(axis=1) > 0, overall, np.nan)
    overall = np.where(np.isfinite(overall), overall, np.nanmean(np.append(overall, 0.5)))
    ratio = np.divide(top, bottom, out=np.ones_like(top), where=bottom > 0)
    trust = number / (number + 30.0)
    return np.asarray(np.clip(trust * ratio + (1 - trust) * overall[:, None], 1e-3, MOST))


def _own_factor(
    s: Integers, mean: Floats, excess: Floats, expected: Floats, whole: Flags,
    chosen: Flags, series: int,
) -> Floats:  # fmt: skip
    """Own dispersion over that of its class, shrunk by how well it can be known."""
    s, excess, expected = s[chosen], excess[chosen], expected[chosen]
    variance = expected + np.where(whole[s], mean[chosen], 0.0)
    found = np.bincount(s, excess, series)
    usual = np.bincount(s, expected, series)
    unsure = OVERLAP * np.bincount(s, variance**2, series)
    trust = SPREAD_OF_OWN * usual**2
    ratio = np.divide(found, usual, out=np.ones(series), where=usual > 0)
    share = np.divide(trust, trust + unsure, out=np.zeros(series), where=unsure > 0)
    return np.asarray(np.clip(share * np.clip(ratio, 0.0, 10.0) + 1 - share, 0.1, 10.0))
