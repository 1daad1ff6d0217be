"""A local fit moved by factors of the global model, and the record of its errors."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from domain.terms import Floats, Integers, Panel, Singles
from forecasting.global_model.past_features import BLOCK
from forecasting.global_model.trained import LAST, buckets_learned, carried_on
from forecasting.local import LocalFit

Fit = TypeVar("Fit", bound=LocalFit)


@dataclass(frozen=True)
class BlendedFit(LocalFit):
    """A local fit whose means are moved by factors of the global model."""

    factor: Floats  # S × K, on the local means ahead of the last origin
    last: int  # buckets of these that say what stands beyond them

    def steps_ahead(self, buckets: int) -> list[tuple[str, Floats]]:
        """See `LocalFit.steps_ahead`."""
        steps = super().steps_ahead(buckets)
        moved = steps[-1][1] * carried_on(self.factor, buckets, self.last)
        return [*steps, ("similar_items", moved)]


def blended(panel: Panel, fit: LocalFit, factor: Floats) -> BlendedFit:
    """The fit under factors (S × K) ahead of its last origin; its record is not moved yet."""
    plain = {field.name: getattr(fit, field.name) for field in dataclasses.fields(LocalFit)}
    return BlendedFit(**plain, factor=factor, last=_last(panel))


def _last(panel: Panel) -> int:
    return min(LAST[panel.calendar.bucket], buckets_learned(panel))


def moved_by(factor: Floats | Singles, share: Floats) -> Floats:
    """Factors (S × … × K) as far as they are followed: `share` S, of each series."""
    shape = (-1, *(1,) * (factor.ndim - 1))
    return np.asarray(1.0 + share.reshape(shape) * (factor - 1.0))


def recorded(fit: LocalFit, kept: BlendedFit, factor: Singles, share: Floats) -> BlendedFit:
    """The record of sums and single buckets of `fit`, under moved means, at the lengths `kept`.

    `factor`: S × O × K, NaN at origins that are left out; `share`: see `moved_by`.
    """
    places = np.searchsorted(fit.lengths, kept.lengths)
    mean, alone = np.empty_like(kept.mean), np.empty_like(kept.mean)
    for low in range(0, mean.shape[0], BLOCK):
        part = slice(low, low + BLOCK)
        moved = moved_by(factor[part], share[part])
        sums, single = _under(fit.mean[part], fit.bucket_mean[part], moved, kept.last)
        mean[part], alone[part] = sums[:, :, places], single[:, :, places]
    return dataclasses.replace(kept, mean=mean, bucket_mean=alone)


def _under(mean: Singles, bucket_mean: Singles, moved: Floats, last: int) -> tuple[Floats, Floats]:
    """Sums and single buckets (N × O × J) whose means are moved by factors (N × O × K)."""
    ahead = moved.shape[2]
    local = bucket_mean[:, :, :ahead]
    here, before = (
        np.cumsum(np.nan_to_num(part), axis=2, dtype=np.float64) for part in (local * moved, local)
    )
    share = np.divide(here, before, out=np.ones_like(here), where=before > 0)
    near = mean[:, :, :ahead] * np.where(np.isfinite(moved), share, np.nan)
    # Of a longer sum, the part beyond K moves as the last buckets of K do.
    stands = moved[:, :, -last:].mean(axis=2, keepdims=True)
    first = np.nan_to_num(mean[:, :, ahead - 1 : ahead])
    longer = np.nan_to_num(near[:, :, -1:]) + (mean[:, :, ahead:] - first) * stands
    alone = bucket_mean[:, :, ahead:] * stands
    sums = np.concatenate((near, longer), axis=2)
    return sums, np.concatenate((local * moved, alone), axis=2)


def only(fit: Fit, lengths: Integers) -> Fit:
    """The fit with its record at some of its lengths."""
    kept = np.searchsorted(fit.lengths, lengths)
    return dataclasses.replace(
        fit,
        lengths=lengths,
        mean=fit.mean[:, :, kept],
        actual=fit.actual[:, :, kept],
        bucket_mean=fit.bucket_mean[:, :, kept],
        bucket_actual=fit.bucket_actual[:, :, kept],
    )
