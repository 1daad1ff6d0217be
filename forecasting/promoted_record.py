"""What came in promoted buckets, beside what was forecast for them without the promotion.

Local models never see such buckets, nor do heads. Trees learn from them: a row's target is what
came over what the local model expected, and the promotion is a feature of it.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from domain.terms import Integers, Panel, Singles
from forecasting.arrays import Record, fresh_record
from forecasting.local import LocalFit, Pass, Seasons, history_of, stretches
from forecasting.look_back import look_back
from forecasting.profiles import Pooled
from forecasting.yearly import yearly_fits


def with_promoted(
    whole: Panel, panel: Panel, fit: LocalFit, done: Pass, pooled: Pooled, learned: int
) -> LocalFit:
    """The fit with promoted buckets among the single ones of its record, 1 … `learned` ahead.

    `whole`: with promoted buckets; `panel`: without, as the fit saw it; `done`: the pass that the
    fit was made of, before priors raised its levels. Sums stay as they are, since heads are
    fitted on ordinary demand. Hold `threads.kernel` around it.
    """
    lengths = np.arange(1, learned + 1, dtype=np.int64)
    mean, came = (
        np.ascontiguousarray(part[:, :, :learned]) for part in (fit.bucket_mean, fit.bucket_actual)
    )
    everyone, nobody = np.arange(panel.series, dtype=np.int64), np.zeros(0, np.int64)
    fits = yearly_fits(panel, fit.season.positions.size - panel.buckets)
    raised, begin = fit.level - done.record.level, 0
    for yearly, there in stretches(fits, fit.origins, panel.buckets):
        part = slice(begin, begin + there.size)
        seasons = Seasons(fit.season, pooled, yearly, None, None, nobody)
        record = _again(done.record, part, lengths)
        look_back(history_of(whole), seasons.arrays(), everyone, record)
        _fill(mean[:, part], came[:, part], record, raised[:, part])
        begin += there.size
    return dataclasses.replace(
        fit, lengths=lengths, bucket_mean=mean, bucket_actual=came,
        mean=fit.mean[:, :, :learned], actual=fit.actual[:, :, :learned],
    )  # fmt: skip


def _again(done: Record, part: slice, lengths: Integers) -> Record:
    """A record of some origins of another, in which what came after them is yet to be found."""
    stood = ("level", "slope", "age", "sold", "size", "profile")
    kept = {name: np.ascontiguousarray(getattr(done, name)[:, part]) for name in stood}
    series, season = done.level.shape[0], done.profile.shape[2]
    return fresh_record(series, done.origins[part], lengths, season)._replace(**kept)


def _fill(mean: Singles, came: Singles, found: Record, raised: Singles) -> None:
    """Put what was found where nothing was known."""
    new = np.isnan(mean) & np.isfinite(found.bucket_mean)
    mean[new] = np.maximum(found.bucket_mean + raised[:, :, None], 0.0)[new]
    came[new] = found.bucket_actual[new]
