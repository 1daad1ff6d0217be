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


@HEADS.register("sized")
class Sized:
    """Size of a sale times the quantile of how many such sales a sum brings."""

    def __init__(self, evidence: Evidence, learned: Learned | None = None) -> None:
        self.learned = learned or _learn(evidence)
        self.evidence = evidence.without_windows()

    def quantiles(self, series: Integers, lengths: Floats, mean: Floats, levels: Floats) -> Floats:
        """See `Head.quantiles`."""
        evidence, centers = self.evidence, self.learned["centers"]
        size, side = evidence.now.size[series, None], _side(evidence.now)[series]
        rate = mean / size / (lengths if evidence.summed else 1.0)
        seen = np.clip(rate, np.exp(centers[0]), np.exp(centers[-1]))
        at_level = np.interp(np.log(seen), centers, np.arange(centers.size))
        at_length, place = evidence.length_place(lengths), place_of(levels)
        out = np.empty((*mean.shape, levels.shape[1]))
        look_up(size * (rate / seen), at_length, at_level, side, place, self.learned["table"], out)
        return out


def _side(sales: Sales) -> Integers:
    """0: has sold; 1: never did."""
    return (sales.number == 0).astype(np.int64)


def _learn(evidence: Evidence) -> dict[str, np.ndarray]:
    """Classes of expected sales a bucket, and J × L × 2 × P quantiles of sales that came."""
    rare = np.flatnonzero(evidence.sales.number < RARE)
    sales, length = evidence.sales.at(rare), evidence.length[rare]
    expected, came = evidence.mean[rare] / sales.size, evidence.actual[rare] / sales.size
    spans = evidence.lengths[length] if evidence.summed else 1.0
    centers, label = level_classes(np.log(expected / spans))
    shape, tables, side = (evidence.lengths.size, 1, centers.size), [], _side(sales)
    for each in (0, 1):
        some = np.flatnonzero(side == each)
        cells = length[some], np.zeros(some.size, np.int64), label[some]
        # Moved by one, for tails are made for ratios about 1. A number of sales varies by itself,
        # and sizes by as much again.
        ratio, variation = 1.0 + came[some], 2.0 * expected[some]
        whose = evidence.series[rare[some]]
        tables.append(pooled_table(ratio, cells, shape, whose, variation)[:, 0])
    return {"centers": centers, "table": np.stack(tables, axis=2) - 1.0}
