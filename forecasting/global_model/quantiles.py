"""Trees for quantiles of demand over its mean: what such a past usually brings.

Pooled heads know a series by its level and its dispersion; trees by all of its past. A row is
(series, origin, length of a sum, or bucket ahead), its target what came over what was expected by
then; one model a level, by pinball loss. Origins are those whose means come from trees that had
not seen what followed, so neither have these.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.periods import Bucket, as_days
from domain.settings_trees import TreesSetting
from domain.terms import Flags, Floats, Integers, Panel, Singles
from forecasting.global_model.past_features import Past
from forecasting.global_model.ratios import MOST, YEAR
from forecasting.global_model.trained import (
    FEWEST_ROWS,
    MOST_RATIO,
    YOUNG,
    buckets_learned,
    chosen_rows,
)
from forecasting.local import LocalFit
from forecasting.models.boosted_trees import BoostedTrees, fit_quantile_trees
from forecasting.threads import side_by_side

LEVELS = np.array([0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99])
"""Levels that have trees; between them quantiles lie on lines in the logit."""
MOST_ROWS = 40_000
"""Rows that a level learns from."""
SHORTEST = {Bucket.DAY: 5, Bucket.WEEK: 2, Bucket.MONTH: 1}
"""Buckets of the shortest sum learned: shorter ones are another matter, and rarely decide."""


@dataclass(frozen=True)
class QuantileModel:
    """Fitted trees; good for any panel of the same products and categories, later too."""

    trees: tuple[BoostedTrees, ...]  # one for each of LEVELS
    lengths: Integers  # J, ascending: buckets in the sums learned, or buckets ahead
    summed: bool
    dated: bool  # whether the day of the year is a feature: history was longer than a year

    def ratios(self, panel: Panel, past: Past, fit: LocalFit) -> Singles:
        """S × J × LEVELS: quantiles over the mean, ahead of the last origin of the fit.

        NaN: too young a series, or nothing expected. `past`: features at that origin alone.
        """
        mean, count = fit.means_ahead(int(self.lengths[-1])), self.lengths.size
        mean = (np.cumsum(mean, axis=1) if self.summed else mean)[:, self.lengths - 1]
        series = np.repeat(np.arange(panel.series), count)
        origin = np.full(series.size, fit.origins[-1])
        length, flat = np.tile(self.lengths, panel.series), mean.reshape(-1)
        buckets = length if self.summed else np.ones_like(length)
        features = _table(
            panel, past, series, np.zeros_like(series), origin, length, flat / buckets
        )
        # History may have grown past its first year since they learned.
        features = features[:, : features.shape[1] - (_dated(panel) and not self.dated)]
        found = np.stack([trees.mean(features) for trees in self.trees], axis=1)
        found = np.maximum.accumulate(np.maximum(found, 0.0), axis=1)
        found[((fit.age[:, -1:] < YOUNG) | ~(mean > 0)).reshape(-1)] = np.nan
        return np.asarray(found.reshape(panel.series, count, LEVELS.size), np.float32)


@dataclass(frozen=True)
class Judgement:
    """The record of moved means that quantiles are learned from."""

    past: Past  # a row for each origin of the record
    record: LocalFit
    begin: int  # bucket from which on the trees of the means had not seen what followed


def learn(
    panel: Panel, judgement: Judgement, summed: bool, seed: int, threads: int, how: TreesSetting
) -> QuantileModel | None:
    """Trees for sums, or for single buckets; None: too few windows."""
    record, past = judgement.record, judgement.past
    shortest = SHORTEST[panel.calendar.bucket] if summed else 1
    near = (record.lengths >= shortest) & (record.lengths <= buckets_learned(panel))
    lengths = record.lengths[near]
    mean = (record.mean if summed else record.bucket_mean)[:, :, near]
    came = (record.actual if summed else record.bucket_actual)[:, :, near]
    usable = np.isfinite(mean) & (mean > 0) & np.isfinite(came)
    usable &= (record.age[:, :, None] >= YOUNG) & (record.origins >= judgement.begin)[:, None]
    series, place, j = _rows(panel, usable)
    if series.size < FEWEST_ROWS:
        return None
    expected = mean[series, place, j].astype(np.float64)
    buckets = lengths[j] if summed else np.ones_like(j)
    origin = record.origins[place]
    features = _table(panel, past, series, place, origin, lengths[j], expected / buckets)
    ratio = np.clip(came[series, place, j] / expected, 0.0, MOST_RATIO)
    weight = np.sqrt(expected)
    codes = [past.names.index("category")]

    def fit(level: float) -> BoostedTrees:
        return fit_quantile_trees(features, ratio, weight / weight.mean(), codes, level, seed, how)

    trees = tuple(side_by_side(fit, LEVELS.tolist(), threads))
    return QuantileModel(trees, lengths, summed, _dated(panel))


def _dated(panel: Panel) -> bool:
    """Whether history tells the days of a year apart: in a first year they would name time."""
    return panel.buckets > YEAR[panel.calendar.bucket]


def _rows(panel: Panel, usable: Flags) -> tuple[Integers, Integers, Integers]:
    """Series, place of the origin and of the length, of about MOST_ROWS rows, by key."""
    by_key = np.array(sorted(range(panel.series), key=lambda s: panel.keys[s]), np.int64)
    usable = usable[by_key]
    number, place, j = np.nonzero(usable & chosen_rows(panel, by_key, usable, MOST_ROWS))
    return by_key[number], place, j


def _table(
    panel: Panel, past: Past, series: Integers, place: Integers, origin: Integers,
    length: Integers, mean: Floats,
) -> Singles:  # fmt: skip
    """N × F: the past at the origin, the length, the mean of a bucket over the level, and last
    the day of the year, where history is `_dated`."""
    columns = [length, np.clip(mean / past.scale[series, place], 0.0, MOST)]
    if _dated(panel):
        day = as_days(panel.calendar.starts(0, panel.buckets))[origin]
        year = day.astype("datetime64[Y]").astype("datetime64[D]")
        columns.append((day - year).astype(np.int64))
    ahead = np.stack([np.asarray(column, np.float32) for column in columns], axis=1)
    return np.hstack([past.values[series, place], ahead])


@dataclass(frozen=True)
class QuantileModels:
    """Trees for both kinds."""

    sums: QuantileModel
    buckets: QuantileModel
    lead: float  # share of their quantiles; the rest is the heads'


def learn_both(
    panel: Panel, judgement: Judgement, seed: int, threads: int, how: TreesSetting
) -> QuantileModels | None:
    """Trees for sums and for single buckets; None: too few windows of either."""
    sums, buckets = (learn(panel, judgement, kind, seed, threads, how) for kind in (True, False))
    return None if sums is None or buckets is None else QuantileModels(sums, buckets, how.lead)
