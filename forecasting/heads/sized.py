"""Pooled errors in sales of the series' own size: for series that have sold rarely, or never.

What comes over the size of a sale is collected by length and by how many sales are expected in a
bucket, apart for series that never sold. The mean of a series that has long been silent says
little of what it brings when it wakes; the size of its sales does: a share of its kind wake, and
then sell in their own size. Beyond the rates seen in the backtest, quantiles go with the mean.
"""

from __future__ import annotations

import numpy as np

from domain.terms import Floats, Integers
from forecasting.evidence import Evidence, level_classes
from forecasting.heads import HEADS, Learned
from forecasting.heads.pooled import look_up, pooled_table
from forecasting.pools import place_of
from forecasting.sales import Sales

RARE = 80.0
"""Sales from which on a series is no rare one, and nothing is learned from it."""
SIDES = (0, 1)
"""See `_side`."""


@HEADS.register("sized")
class Sized:
    """Size of a sale times the quantile of how many such sales a sum brings."""

    def __init__(self, evidence: Evidence, learned: Learned | None = None) -> None:
        self.learned = learned or _learn(evidence)
        self.evidence = evidence.without_windows()

    def quantiles(self, series: Integers, lengths: Floats, mean: Floats, levels: Floats) -> Floats:
        """See `Head.quantiles`."""
        out = np.empty((*mean.shape, levels.shape[1]))
        side = _side(self.evidence.now)[series]
        for each in SIDES:
            some = np.flatnonzero(side == each)
            if some.size:
                out[some] = self._of_side(each, series[some], lengths, mean[some], levels[some])
        return out

    def _of_side(
        self, side: int, series: Integers, lengths: Floats, mean: Floats, levels: Floats
    ) -> Floats:
        """Quantiles of series of one side."""
        evidence, centers = self.evidence, self.learned[f"centers_{side}"]
        size = evidence.now.size[series, None]
        rate = mean / size / (lengths if evidence.summed else 1.0)
        seen = np.clip(rate, np.exp(centers[0]), np.exp(centers[-1]))
        at_level = np.interp(np.log(seen), centers, np.arange(centers.size))
        at_length, place = evidence.length_place(lengths), place_of(levels)
        out, table = np.empty((*mean.shape, levels.shape[1])), self.learned[f"table_{side}"]
        one = np.zeros(series.size, np.int64)
        look_up(size * (rate / seen), at_length, at_level, one, place, table, out)
        return out


def _side(sales: Sales) -> Integers:
    """0: has sold; 1: never did."""
    return (sales.number == 0).astype(np.int64)


def _learn(evidence: Evidence) -> dict[str, np.ndarray]:
    """Of each side its classes of expected sales a bucket, and J × L × 1 × P quantiles of sales.

    Series that never sold have classes of their own: their means sink together, and would lie
    where others, that have sold, leave few windows of theirs.
    """
    rare = np.flatnonzero(evidence.sales.number < RARE)
    sales, length = evidence.sales.at(rare), evidence.length[rare]
    expected, came = evidence.mean[rare] / sales.size, evidence.actual[rare] / sales.size
    spans = evidence.lengths[length] if evidence.summed else np.ones(rare.size)
    rate, side, whose, learned = np.log(expected / spans), _side(sales), evidence.series[rare], {}
    of_all = level_classes(rate)
    for each in SIDES:
        some = np.flatnonzero(side == each)
        centers, label = level_classes(rate[some]) if each else (of_all[0], of_all[1][some])
        cells = length[some], label, np.zeros(some.size, np.int64)
        shape = evidence.lengths.size, centers.size, 1
        # Moved by one, for tails are made for ratios about 1. A number of sales varies by itself,
        # and sizes by as much again.
        ratio, variation = 1.0 + came[some], 2.0 * expected[some]
        learned[f"centers_{each}"] = centers
        table = pooled_table(ratio, cells, shape, whose[some], variation)
        learned[f"table_{each}"] = table - 1.0
    return learned
