"""What the trees are told of a series at an origin: its past, divided by its own level.

Everything is a ratio, a share or a logarithm, so that series of any size are rows of one table.
Nothing after an origin has a say in its row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.periods import Bucket
from domain.terms import Floats, Integers, Known, Panel, Singles
from forecasting.global_model.group_features import GroupPast, group_pasts, groups_of
from forecasting.global_model.ratios import MOST, SEASON_BEFORE, YEAR
from forecasting.local import LocalFit

WINDOWS = {
    Bucket.DAY: (1, 3, 7, 14, 28, 56, 91, 182, 364),
    Bucket.WEEK: (1, 2, 4, 8, 13, 26, 52, 104),
    Bucket.MONTH: (1, 2, 3, 6, 12, 24),
}
"""Buckets over which demand is averaged."""
LEAST_SCALE = 0.05
"""A level counts as at least this share of the mean over life: ratios need a floor."""
BLOCK = 1024
"""Series handled at a time."""


@dataclass(frozen=True)
class Past:
    """Rows of S series at O origins."""

    names: tuple[str, ...]  # F
    values: Singles  # S × O × F; NaN: not known
    scale: Floats  # S × O, units per ordinary bucket, above 0
    year: Floats  # S × O × 2, mean demand of the last year; and of SEASON_BEFORE one year ago
    groups: tuple[GroupPast, ...]  # of sku, category and all; none in the first year


@dataclass(frozen=True)
class _Sums:
    """Running sums of N series over T buckets, each N × (T + 1)."""

    demand: Floats
    square: Floats
    empty: Floats
    seen: Floats
    origins: Integers

    def over(self, sums: Floats, buckets: int, back: int = 0) -> Floats:
        """N × O: the sum over `buckets` buckets that end `back` before each origin's end."""
        end = np.maximum(self.origins + 1 - back, 0)
        return np.asarray(sums[:, end] - sums[:, np.maximum(end - buckets, 0)])

    def mean(self, buckets: int, back: int = 0) -> Floats:
        """N × O: mean demand of the observed buckets among them; NaN under a half of them."""
        seen = self.over(self.seen, buckets, back)
        mean = self.over(self.demand, buckets, back) / np.maximum(seen, 1.0)
        return np.where(2 * seen >= buckets, mean, np.nan)


def past_features(panel: Panel, fit: LocalFit, at: Integers) -> Past:
    """Rows of every series at the fit's origins numbered `at`."""
    parts = [
        _of_block(panel, fit, slice(low, low + BLOCK), at) for low in range(0, panel.series, BLOCK)
    ]
    names = list(parts[0][0])
    values = np.concatenate([part[1] for part in parts])
    for group_name, group in groups_of(panel).items():
        for window in _near(panel):
            own = values[:, :, names.index(f"mean{window}")]
            values = np.concatenate([values, _of_group(own, group)[:, :, None]], axis=2)
            names.append(f"{group_name}{window}")
    scale = np.concatenate([part[2] for part in parts])
    year = np.concatenate([part[3] for part in parts])
    groups = group_pasts(panel, fit.origins[at])
    return Past(tuple(names), np.ascontiguousarray(values, np.float32), scale, year, groups)


def _near(panel: Panel) -> tuple[int, int]:
    """A short and a middling window."""
    windows = WINDOWS[panel.calendar.bucket]
    return windows[2], windows[len(windows) // 2]


def _of_group(values: Singles, group: Integers) -> Singles:
    """S × O: the mean of each series' group, of what is known."""
    known = np.isfinite(values)
    total = np.zeros((int(group.max(initial=0)) + 1, values.shape[1]))
    number = np.zeros_like(total)
    np.add.at(total, group, np.where(known, values, 0.0))
    np.add.at(number, group, known)
    mean = np.divide(total, number, out=np.full_like(total, np.nan), where=number > 0)
    return np.asarray(mean[group], np.float32)


def _of_block(
    panel: Panel, fit: LocalFit, rows: slice, at: Integers
) -> tuple[tuple[str, ...], Singles, Floats, Floats]:
    """Names, values, scale and year (see `Past`) of some series."""
    sums, since = _sums(panel, rows, fit.origins[at])
    bucket = panel.calendar.bucket
    usual = sums.demand[:, sums.origins + 1] / np.maximum(sums.seen[:, sums.origins + 1], 1.0)
    scale = np.maximum(fit.level[rows][:, at].astype(np.float64), LEAST_SCALE * usual)
    scale = np.maximum(scale, 1e-12)
    found: dict[str, Floats] = {}
    windows = WINDOWS[bucket]
    for window in windows:
        found[f"mean{window}"] = np.clip(sums.mean(window) / scale, 0.0, MOST)
    for window in (windows[len(windows) // 2], windows[-2]):
        seen = np.maximum(sums.over(sums.seen, window), 1.0)
        mean = sums.over(sums.demand, window) / seen
        varied = np.sqrt(np.maximum(sums.over(sums.square, window) / seen - mean**2, 0.0))
        found[f"zeros{window}"] = sums.over(sums.empty, window) / seen
        found[f"spread{window}"] = np.clip(varied / scale, 0.0, MOST)
        lived = np.minimum(window, sums.origins + 1.0)
        found[f"hidden{window}"] = 1.0 - sums.over(sums.seen, window) / lived
    found["since_sale"] = np.log1p(since)
    found["level"] = np.log(scale)
    found["rise"] = np.clip(fit.slope[rows][:, at] / scale, -2.0, 2.0)
    age = sums.origins - panel.first[rows, None] + 1.0
    found["age"] = np.log1p(np.maximum(age, 0.0))
    found["category"] = np.broadcast_to(panel.category[rows, None] + 1.0, scale.shape)
    values = np.stack(list(found.values()), axis=2).astype(np.float32)
    before = sums.mean(SEASON_BEFORE[bucket], YEAR[bucket])
    return tuple(found), values, scale, np.stack([sums.mean(YEAR[bucket]), before], axis=2)


def _sums(panel: Panel, rows: slice, origins: Integers) -> tuple[_Sums, Floats]:
    """Running sums of some series, and buckets since the last sale at each origin (N × O)."""
    observed = panel.known[rows] == Known.OBSERVED
    demand = np.where(observed, panel.demand[rows], 0).astype(np.float64)

    def running(values: Floats) -> Floats:
        return np.pad(np.cumsum(values, axis=1, dtype=np.float64), ((0, 0), (1, 0)))

    sums = _Sums(
        demand=running(demand),
        square=running(demand**2),
        empty=running((observed & (demand == 0)).astype(np.float64)),
        seen=running(observed.astype(np.float64)),
        origins=origins,
    )
    bucket = np.arange(panel.buckets)
    last = np.maximum.accumulate(np.where(demand > 0, bucket, -2000), axis=1)
    return sums, np.minimum(origins - last[:, origins], 2000).astype(np.float64)
