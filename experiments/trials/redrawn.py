"""Arms drawn anew within classes: what the difference would have been, in errors of its own.

Everything is told from six sums of each arm and class, so that many draws are one product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from domain.terms import Flags, Floats, Integers

DRAWS = 1_000
AT_A_TIME = 100
"""Draws held in memory together."""
SEED = 11


@dataclass(frozen=True)
class Parts:
    """D draws of both arms (2 × D × C): challenger, then control."""

    means: Floats  # of each class, adjusted
    variances: Floats  # what each class adds to the variance of the difference
    counts: Floats  # items
    weights: Floats  # C, share of all items

    @property
    def t(self) -> Floats:
        """Difference over its standard error, D; NaN where there is no error."""
        difference = (self.means[0] - self.means[1]) @ self.weights
        error = np.sqrt(self.variances.sum(axis=(0, 2)))
        nothing = np.full(difference.shape, np.nan)
        return np.divide(difference, error, out=nothing, where=error > 0)


def parts_of(outcome: Floats, before: Floats, stratum: Integers, arms: Flags) -> Parts:
    """Means of arms, adjusted by what the items cost before, and what errors are made of.

    `before`: N, less the mean of its class; `arms`: D × N, whether an item is on trial.
    """
    sums = _sums(outcome, before, stratum, arms)
    n, x, y, xx, xy, yy = np.moveaxis(sums, -1, 0)
    some = np.maximum(n, 1.0)
    sxx, sxy, syy = xx - x * x / some, xy - x * y / some, yy - y * y / some
    down = sxx.sum(axis=2)
    slopes = np.divide(sxy.sum(axis=2), down, out=np.zeros(down.shape), where=down > 0)
    share = n[0].sum(axis=1) / n.sum(axis=(0, 2))
    slope = ((1.0 - share) * slopes[0] + share * slopes[1])[None, :, None]
    left = np.maximum(syy - 2.0 * slope * sxy + slope**2 * sxx, 0.0)
    weights = np.bincount(stratum) / stratum.size
    spent = 1.0 if np.any(before) else 0.0
    free = (n - 1.0).sum(axis=2, keepdims=True)
    raised = free / np.maximum(free - spent, 1.0)
    return Parts(
        means=(y - slope * x) / some + outcome.mean(),
        variances=weights**2 * left / np.maximum(n - 1.0, 1.0) / some * raised,
        counts=n,
        weights=np.asarray(weights, dtype=np.float64),
    )


def _sums(outcome: Floats, before: Floats, stratum: Integers, arms: Flags) -> Floats:
    """Items, x, y, x², xy and y² of each arm and class, 2 × D × C × 6; y less its mean.

    Near 0 squares lose no digits.
    """
    x, y = before, outcome - outcome.mean()
    table = np.stack([np.ones(x.size), x, y, x * x, x * y, y * y], axis=1)
    out = np.empty((2, len(arms), int(stratum.max()) + 1, 6))
    for code in range(out.shape[2]):
        mine = np.flatnonzero(stratum == code)
        out[0, :, code] = arms[:, mine].astype(np.float64) @ table[mine]
        out[1, :, code] = table[mine].sum(axis=0) - out[0, :, code]
    return out


def redrawn(
    outcome: Floats, before: Floats, stratum: Integers, challenged: Flags, draws: int = DRAWS
) -> Floats:
    """The studentized difference of arms drawn anew, as many of each class on trial, draws."""
    blocks = _drawn(stratum, challenged, draws)
    return np.concatenate([parts_of(outcome, before, stratum, arms).t for arms in blocks])


def _drawn(stratum: Integers, challenged: Flags, draws: int) -> Iterator[Flags]:
    draw = np.random.default_rng(SEED)
    for begin in range(0, draws, AT_A_TIME):
        arms = np.zeros((min(AT_A_TIME, draws - begin), stratum.size), dtype=np.bool_)
        for code in range(int(stratum.max()) + 1):
            mine = np.flatnonzero(stratum == code)
            count = int(challenged[mine].sum())
            order = draw.random((len(arms), mine.size)).argsort(axis=1)
            arms[:, mine] = order < count
        yield arms
