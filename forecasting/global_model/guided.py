"""Heads that are partly led by trees, where these have learned."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np

from domain.terms import Floats, Integers, Panel, Singles
from forecasting.global_model.past_features import past_features
from forecasting.global_model.quantiles import LEVELS, QuantileModels
from forecasting.heads import Head
from forecasting.local import LocalFit
from forecasting.threads import compiled

LOGITS = np.log(LEVELS) - np.log1p(-LEVELS)
EDGES = np.array([LEVELS[0], LEVELS[-1]])


@dataclass(frozen=True)
class Guide:
    """Quantiles over the mean, by series, as of one origin."""

    ratios: Singles  # S × J × LEVELS; NaN: not known
    lengths: Integers  # J, ascending: buckets in a sum, or buckets ahead
    lead: float
    """Share of the trees' quantiles at the lengths learned; gone at twice the longest of them, and
    at half the shortest."""

    def silent_on(self, rows: Integers) -> Guide:
        """The guide that says nothing of some series."""
        ratios = self.ratios.copy()
        ratios[rows] = np.nan
        return Guide(ratios, self.lengths, self.lead)


@dataclass(frozen=True)
class Guides:
    """Of sums and of single buckets."""

    sums: Guide
    buckets: Guide

    def silent_on(self, rows: Integers) -> Guides:
        """Guides that say nothing of some series."""
        sums, buckets = (guide.silent_on(rows) for guide in (self.sums, self.buckets))
        return Guides(sums, buckets)


@dataclass(frozen=True)
class Advice:
    """What a global model says beside the means."""

    guides: Guides | None  # of quantiles; None: too few windows, or some were sold out
    lifts: Floats | None
    """S × K: factors on the means ahead that promotions bring; None: it knows of none."""


def guides_of(models: QuantileModels, panel: Panel, seen: LocalFit, fit: LocalFit) -> Guides:
    """What trees say at the last origin of a fit; their features are those of `seen`."""
    past = past_features(panel, seen, np.array([seen.origins.size - 1]))
    sums, buckets = (
        Guide(model.ratios(panel, past, fit), model.lengths, models.lead)
        for model in (models.sums, models.buckets)
    )
    return Guides(sums, buckets)


class Guided:
    """Quantiles of a head moved as far to those of the trees as these lead.

    Beyond the trees' outermost levels they are moved by as many units as there.
    """

    def __init__(self, head: Head, guide: Guide) -> None:
        self.head, self.guide = head, guide

    def quantiles(self, series: Integers, lengths: Floats, mean: Floats, levels: Floats) -> Floats:
        """See `Head.quantiles`."""
        out = self.head.quantiles(series, lengths, mean, levels)
        outer = np.tile(EDGES, (series.size, 1))
        edges = self.head.quantiles(series, lengths, mean, outer)
        known = self.guide.lengths
        at = np.interp(np.log(lengths), np.log(known), np.arange(known.size, dtype=np.float64))
        fading = np.minimum(2.0 - lengths / known[-1], 2.0 * lengths / known[0] - 1.0)
        weight = self.guide.lead * np.clip(fading, 0.0, 1.0)
        logits = np.log(levels) - np.log1p(-levels)
        place = np.interp(logits, LOGITS, np.arange(LOGITS.size, dtype=np.float64))
        side = (levels > EDGES[1]).astype(np.int64) - (levels < EDGES[0])
        _lead(self.guide.ratios, series, at, weight, mean, place, side, edges, out)
        return out


@compiled(parallel=True)
def _lead(
    ratios: Singles, series: Integers, at: Floats, weight: Floats, mean: Floats, place: Floats,
    side: Integers, edges: Floats, out: Floats,
) -> None:  # fmt: skip
    """Move `out` (N × J × K); `side`: -1 below the trees' levels, 1 above, 0 among them."""
    most_length, most_level = ratios.shape[1] - 1, ratios.shape[2] - 1
    for n in numba.prange(mean.shape[0]):
        own = ratios[series[n]]
        if not np.isfinite(own[0, 0]):
            continue
        for j in range(mean.shape[1]):
            if weight[j] <= 0.0:
                continue
            short = min(int(at[j]), max(most_length - 1, 0))
            long = min(short + 1, most_length)
            v = at[j] - short
            for k in range(place.shape[1]):
                low = min(int(place[n, k]), most_level - 1)
                u = place[n, k] - low
                near = (1.0 - u) * own[short, low] + u * own[short, low + 1]
                far = (1.0 - u) * own[long, low] + u * own[long, low + 1]
                told = mean[n, j] * ((1.0 - v) * near + v * far)
                inside = out[n, j, k]
                if side[n, k] != 0:
                    inside = edges[n, j, 0] if side[n, k] < 0 else edges[n, j, 1]
                out[n, j, k] = max(out[n, j, k] + weight[j] * (told - inside), 0.0)
