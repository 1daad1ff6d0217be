"""What the trees are told of a series' like: how their demand moved a year ago.

A series that sells a unit now and then says little of its season; the sum over its like does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.periods import Bucket
from domain.terms import Floats, Integers, Known, Panel, Singles
from forecasting.global_model.ratios import FAINT, MOST, SEASON_BEFORE, YEAR
from forecasting.threads import compiled

WIDTHS = {Bucket.DAY: (3, 10), Bucket.WEEK: (0, 1), Bucket.MONTH: (0,)}
"""Buckets before and after the one a year ago that are averaged with it."""
OBSERVED = int(Known.OBSERVED)


@dataclass(frozen=True)
class GroupPast:
    """G groups of series over T buckets: mean demand of an observed bucket of a member."""

    name: str
    of: Integers  # S, the group of each series
    around: Singles  # WIDTHS × G × T: over the buckets around each; NaN: some lie before history
    usual: Singles  # G × O: over the last year at each origin
    before: Singles  # G × O: over SEASON_BEFORE one year ago; NaN: before history

    def moves(
        self, bucket: Bucket, series: Integers, place: Integers, target: Integers
    ) -> dict[str, Floats]:
        """Columns by name, each N: demand around the bucket one year before `target`, over that
        of the buckets a year before the origin numbered `place`."""
        group, ago = self.of[series], target - YEAR[bucket]
        faint = FAINT * self.usual[group, place]
        before = self.before[group, place] + faint + 1e-30
        found = {}
        for width, mean in zip(WIDTHS[bucket], self.around, strict=True):
            there = np.where(ago >= 0, mean[group, np.maximum(ago, 0)], np.nan)
            found[f"{self.name}_move{width}"] = np.clip((there + faint) / before, 0.0, MOST)
        return found


def groups_of(panel: Panel) -> dict[str, Integers]:
    """Groups whose members move together: of one sku, of one category, all."""
    everyone = np.zeros(panel.series, np.int64)
    groups = {"product": panel.product, "category": panel.category + 1, "all": everyone}
    return {name: group for name, group in groups.items() if np.unique(group).size < panel.series}


def group_pasts(panel: Panel, origins: Integers) -> tuple[GroupPast, ...]:
    """All groups at O origins; none where history is too short for any of it to be known."""
    bucket = panel.calendar.bucket
    if panel.buckets <= YEAR[bucket] + SEASON_BEFORE[bucket]:
        return ()
    return tuple(_past(panel, name, of, origins) for name, of in groups_of(panel).items())


def _past(panel: Panel, name: str, of: Integers, origins: Integers) -> GroupPast:
    """What is known of the groups of one kind."""
    bucket = panel.calendar.bucket
    sums = np.zeros((2, int(of.max()) + 1, panel.buckets + 1))
    _add_up(panel.demand, panel.known, of, sums)
    np.cumsum(sums, axis=2, out=sums)
    year, end = YEAR[bucket], origins + 1
    middle = np.arange(panel.buckets)
    around = [_mean(sums, middle - width, middle + width + 1) for width in WIDTHS[bucket]]
    usual = _mean(sums, np.maximum(end - year, 0), end)
    before = _mean(sums, end - year - SEASON_BEFORE[bucket], end - year)
    return GroupPast(name, of, np.stack(around), usual, before)


def _mean(sums: Floats, low: Integers, high: Integers) -> Singles:
    """G × N: mean demand of the buckets `low` … `high` - 1 (to the last at most); NaN: not all
    lie in history, or none was observed."""
    first, last = np.maximum(low, 0), np.clip(high, 0, sums.shape[2] - 1)
    total, seen = sums[:, :, last] - sums[:, :, first]
    mean = np.divide(total, seen, out=np.full_like(total, np.nan), where=(seen > 0) & (low >= 0))
    return mean.astype(np.float32)


@compiled()
def _add_up(demand: Singles, known: np.ndarray, of: Integers, sums: Floats) -> None:
    """Add observed demand, and how many buckets were, to `sums` (2 × G × T + 1) of each group."""
    for s in range(demand.shape[0]):
        for t in range(demand.shape[1]):
            if known[s, t] == OBSERVED:
                sums[0, of[s], t + 1] += demand[s, t]
                sums[1, of[s], t + 1] += 1.0
