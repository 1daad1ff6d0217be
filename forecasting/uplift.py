"""How much more is asked for on special days, measured against demand without them.

What a special bucket would have brought is the level of the ordinary buckets around it, times its
seasonal profile. Of each series the excess of all its special buckets, over their expected units,
is a ratio r with variance v; ratios vary between the series of a category by τ² (DerSimonian &
Laird 1986), and are shrunk: series → category → all → no uplift. Where the user expects an uplift
that stands in the category's place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.periods import Bucket
from domain.terms import Flags, Floats, Integers, Known, Panel
from forecasting.local import LocalFit
from forecasting.own_season import SMALLEST

AROUND = {Bucket.DAY: 28, Bucket.WEEK: 8, Bucket.MONTH: 6}
"""Buckets before and after a special one whose level stands for it, besides special ones."""
BLOCK = 2048
"""Series handled at a time."""
LEAST_NOISE = 0.01
"""Squared relative error of one bucket, at least."""
ALL_SPREAD, CATEGORY_SPREAD = 1.0, 0.25
"""Variance of the uplift of all around none, and of a category's around all."""
LEAST_SPREAD, USUAL_SPREAD, MOST_SPREAD = 0.01, 0.1, 4.0
"""Variance of a series' uplift around its category's [τ²]: bounds, and where none can be told."""
MOST_EXCESS = 9.0
"""No uplift is believed beyond ten times the usual demand."""


@dataclass(frozen=True)
class Excess:
    """M special buckets that were seen: what came, and what would have come without."""

    series: Integers  # M
    bucket: Integers  # M
    share: Floats  # M, share of the bucket that is special
    came: Floats  # M, units
    usual: Floats  # M, units that were expected
    variance: Floats  # M, of what came around what is usual, units squared


@dataclass(frozen=True)
class Uplift:
    """Excess demand of S series as a share of usual demand: 1 is double."""

    own: Floats  # S, by its own buckets alone; NaN without any
    trust: Floats  # S, weight of that against what stands behind it, 0 to 1
    behind: Floats  # S, of the series' category
    deviation: Floats  # S, standard deviation of the shrunk excess

    @property
    def excess(self) -> Floats:
        """S: shrunk to the category, at least -1."""
        return shrunk(self.own, self.trust, self.behind)


def shrunk(own: Floats, trust: Floats, prior: Floats) -> Floats:
    """Excess shares with what stands behind them; at least -1, at most MOST_EXCESS."""
    mixed = trust * np.where(trust > 0, own, 0.0) + (1.0 - trust) * prior
    return np.asarray(np.clip(mixed, -1.0, MOST_EXCESS))


def excess_demand(
    panel: Panel, fit: LocalFit, whole: Panel, cells: tuple[Integers, Integers, Floats]
) -> Excess:
    """What came in special buckets of the past (series, bucket, share), and what is usual there.

    `panel`: with the special buckets unknown, as `fit` saw it; `whole`: with them.
    """
    series, bucket, share = cells
    seen = (bucket < whole.buckets) & (share > 0)
    seen[seen] = whole.known[series[seen], bucket[seen]] == Known.OBSERVED
    series, bucket, share = series[seen], bucket[seen], share[seen]
    usual, noise = np.zeros(series.size), np.zeros(series.size)
    chosen, place = np.unique(series, return_inverse=True)
    for low in range(0, chosen.size, BLOCK):
        rows = chosen[low : low + BLOCK]
        mine = (place >= low) & (place < low + BLOCK)
        hidden = panel.known[rows] != whole.known[rows]
        level, varied = _usual_demand(panel, fit, rows, _longest_run(hidden))
        usual[mine] = level[place[mine] - low, bucket[mine]]
        noise[mine] = varied[place[mine] - low]
    came = whole.demand[series, bucket].astype(np.float64)
    good = usual > 0
    return Excess(
        series[good], bucket[good], share[good], came[good], usual[good],
        (noise * usual**2)[good],
    )  # fmt: skip


def _longest_run(hidden: Flags) -> Integers:
    """Buckets of the longest run of hidden ones of each series [N]."""
    index = np.arange(hidden.shape[1])
    shown = np.maximum.accumulate(np.where(hidden, -1, index), axis=1)
    return np.asarray((index - shown).max(axis=1, initial=0))


def _usual_demand(
    panel: Panel, fit: LocalFit, rows: Integers, farther: Integers
) -> tuple[Floats, Floats]:
    """N × T: demand of each bucket at the level around it; N: its squared relative error.

    `farther`: N, buckets by which "around" reaches beyond AROUND.
    """
    buckets = panel.buckets
    year = fit.yearly.factor[fit.yearly.group[rows], :buckets]
    shape = (fit.profile[rows][:, fit.season.positions[:buckets]] * year).astype(np.float64)
    seen = (panel.known[rows] == Known.OBSERVED) & (shape > SMALLEST)
    sold = np.where(seen, panel.demand[rows], 0).astype(np.float64)
    weight = np.where(seen, shape, 0.0)
    half = AROUND[panel.calendar.bucket] + farther[:, None]
    index = np.arange(buckets)
    low, high = np.maximum(index - half, 0), np.minimum(index + half + 1, buckets)

    def around(values: Floats) -> Floats:
        summed = np.pad(np.cumsum(values, axis=1), ((0, 0), (1, 0)))
        return np.take_along_axis(summed, high, 1) - np.take_along_axis(summed, low, 1)

    total = around(weight)
    level = np.divide(around(sold), total, out=np.zeros_like(total), where=total > 0)
    usual = level * shape
    errors = np.where(seen, (sold - usual) ** 2, 0.0).sum(axis=1)
    squares = np.where(seen, usual**2, 0.0).sum(axis=1)
    noise = np.divide(errors, squares, out=np.ones(rows.size), where=squares > 0)
    return usual, np.maximum(noise, LEAST_NOISE)


def uplift(found: Excess, category: Integers) -> Uplift:
    """The uplift of every series; `category`: S, code of each, -1 where there is none."""
    count = category.size
    usual = np.bincount(found.series, found.share * found.usual, count)
    more = np.bincount(found.series, found.came - found.usual, count)
    there = usual > 0
    own = np.full(count, np.nan)
    own[there] = more[there] / usual[there]
    # Special buckets vary as much for their size as ordinary ones do.
    size = 1.0 + found.share * max(0.0, more.sum() / max(usual.sum(), 1e-300))
    variance = np.bincount(found.series, found.variance * size**2, count)
    doubt = np.where(there, variance / np.where(there, usual, 1.0) ** 2, np.inf)
    spread = _between(own[there], doubt[there])
    behind, unsure = _of_groups(own, doubt, there, spread, category + 1)
    trust = spread / (spread + doubt)
    kept = np.where(there, trust * np.where(there, doubt, 0.0), spread)
    deviation = np.sqrt(kept + (1.0 - trust) ** 2 * unsure)
    return Uplift(own, trust, behind, deviation)


def _between(own: Floats, doubt: Floats) -> float:
    """τ²: by how much uplifts vary between series beyond their own doubt."""
    if own.size < 2:
        return USUAL_SPREAD
    weight = 1.0 / doubt
    mean = (weight * own).sum() / weight.sum()
    surplus = (weight * (own - mean) ** 2).sum() - (own.size - 1)
    spread = surplus / max(weight.sum() - (weight**2).sum() / weight.sum(), 1e-300)
    return float(np.clip(spread, LEAST_SPREAD, MOST_SPREAD))


def _of_groups(
    own: Floats, doubt: Floats, there: Flags, spread: float, group: Integers
) -> tuple[Floats, Floats]:
    """Mean excess of each series' category, shrunk to all and to none, and its variance (S)."""
    weight = np.where(there, 1.0 / (np.where(there, doubt, 0.0) + spread), 0.0)
    ratio = np.where(there, own, 0.0)
    everyone = weight.sum()
    trust = everyone / (everyone + 1.0 / ALL_SPREAD)
    overall = trust * (weight * ratio).sum() / max(everyone, 1e-300)
    total = np.bincount(group, weight)
    mean = np.bincount(group, weight * ratio) / np.maximum(total, 1e-300)
    share = total / (total + 1.0 / CATEGORY_SPREAD)
    behind = share * mean + (1.0 - share) * overall
    doubt_of_all = trust / max(everyone, 1e-300) if everyone > 0 else ALL_SPREAD
    unsure = share / np.maximum(total, 1e-300) + (1.0 - share) ** 2 * doubt_of_all
    unsure = np.where(total > 0, unsure, CATEGORY_SPREAD + doubt_of_all)
    return behind[group], unsure[group]
