"""Pooled empirical errors: what came over what was expected, of all series that are alike.

Ratios actual / mean of the backtest's sums are collected by length of the sum, by the level of
the series (mean of an ordinary bucket) and by its own dispersion against its class. A cell's
quantile is shrunk to that of all dispersions of its length and level by how many errors lie
beyond it; above 0.95, to a Pareto tail of the cell's own size (`forecasting.tails`), for ratios
of other levels are of another order.
"""

from __future__ import annotations

import numba
import numpy as np

from domain.terms import Floats, Integers
from forecasting.evidence import Evidence
from forecasting.heads import HEADS, Learned
from forecasting.pools import LEVELS, Pools, place_of
from forecasting.tails import with_tails
from forecasting.threads import compiled

DISPERSION_CLASSES = 3


@HEADS.register("pooled")
class Pooled:
    """Empirical quantiles of actual / mean by length, level and dispersion."""

    def __init__(self, evidence: Evidence, learned: Learned | None = None) -> None:
        self.learned = learned or {"table": _ratio_quantiles(evidence)}
        self.evidence = evidence.without_windows()
        self.side = _dispersion_class(evidence.own)

    def quantiles(self, series: Integers, lengths: Floats, mean: Floats, levels: Floats) -> Floats:
        """See `Head.quantiles`."""
        evidence = self.evidence
        at_length = evidence.length_place(lengths)
        at_level = evidence.level_place(lengths, mean)
        out = np.empty((*mean.shape, levels.shape[1]))
        place = place_of(levels)
        look_up(mean, at_length, at_level, self.side[series], place, self.learned["table"], out)
        return out


@compiled(parallel=True)
def look_up(
    mean: Floats, at_length: Floats, at_level: Floats, side: Integers, place: Floats,
    table: Floats, out: Floats,
) -> None:  # fmt: skip
    """Mean times the ratio's quantile, between lengths, levels and kept levels by lines."""
    most_length, most_level, points = table.shape[0] - 1, table.shape[1] - 1, table.shape[3] - 1
    for n in numba.prange(mean.shape[0]):
        d = side[n]
        for j in range(mean.shape[1]):
            short = min(int(at_length[j]), max(most_length - 1, 0))
            long = min(short + 1, most_length)
            v = at_length[j] - short
            low = min(int(at_level[n, j]), max(most_level - 1, 0))
            high = min(low + 1, most_level)
            u = at_level[n, j] - low
            for k in range(place.shape[1]):
                p = min(int(place[n, k]), points - 1)
                ratio = 0.0
                for q in range(p, p + 2):
                    near = (1.0 - u) * table[short, low, d, q] + u * table[short, high, d, q]
                    far = (1.0 - u) * table[long, low, d, q] + u * table[long, high, d, q]
                    share = place[n, k] - p if q > p else 1.0 - (place[n, k] - p)
                    ratio += share * ((1.0 - v) * near + v * far)
                out[n, j, k] = mean[n, j] * ratio


def _dispersion_class(own: Floats) -> Integers:
    """0 calm, 1 usual, 2 wild: thirds of the series by their own dispersion."""
    edges = np.quantile(own, [1 / 3, 2 / 3]) if own.size else np.zeros(2)
    return np.asarray(np.searchsorted(edges, own, side="left"), np.int64)


def _ratio_quantiles(evidence: Evidence) -> Floats:
    """J × L × 3 × P quantiles of actual / mean."""
    side = _dispersion_class(evidence.own)[evidence.series]
    shape = evidence.lengths.size, evidence.centers.size, DISPERSION_CLASSES
    cells = evidence.length, evidence.label, side
    ratio = evidence.actual / evidence.mean
    return pooled_table(ratio, cells, shape, evidence.series, _variation(evidence))


def pooled_table(
    ratio: Floats, cells: tuple[Integers, Integers, Integers], shape: tuple[int, int, int],
    series: Integers, variation: Floats,
) -> Floats:  # fmt: skip
    """J × L × D × P quantiles of N ratios, every cell shrunk to its parents.

    `cells`: length and two more classes of each, J, L and D in number (`shape`); `variation`: as
    `with_tails` has it. Parents: all of the first two, all of a length, all.
    """
    lengths, classes, sides = shape
    cell = (cells[0] * classes + cells[1]) * sides + cells[2]
    of_length = classes * sides
    pools = Pools(ratio, cell, lengths * of_length)
    table = np.ones((*shape, LEVELS.size))
    everything = pools.quantiles(0, pools.cells, np.ones(LEVELS.size))
    for j in range(lengths):
        parent = pools.quantiles(j * of_length, of_length, everything)
        for c in range(classes):
            first = j * of_length + c * sides
            mine = pools.quantiles(first, sides, parent)
            for d in range(sides):
                table[j, c, d] = pools.quantiles(first + d, 1, mine)
    flat = table.reshape(-1, LEVELS.size)
    with_tails(
        flat, LEVELS, np.repeat(np.arange(lengths), of_length), ratio, cell, series, variation
    )
    filled_from_beside(table, np.bincount(cell, minlength=flat.shape[0]).reshape(shape))
    return np.asarray(np.maximum.accumulate(table, axis=3))


def filled_from_beside(table: Floats, number: Integers) -> None:
    """Cells without windows take the quantiles of the nearest class that has some, in place.

    `table` J × L × D × P, `number` of windows J × L × D. Levels that have sunk below all they
    were when the longest sums began are asked for, and no tail is learned where there is nothing.
    """
    for j, d in np.ndindex(number.shape[0], number.shape[2]):
        some = np.flatnonzero(number[j, :, d])
        if some.size:
            apart = np.abs(np.arange(number.shape[1])[:, None] - some)
            table[j, :, d] = table[j, some[apart.argmin(axis=1)], d]


def _variation(evidence: Evidence) -> Floats:
    """Expected squared variation of each window's ratio."""
    spread = evidence.pooled[evidence.length, evidence.label] * evidence.own[evidence.series]
    return np.asarray(spread + np.where(evidence.whole[evidence.series], 1 / evidence.mean, 0.0))
