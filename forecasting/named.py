"""Series whose forecaster a user named: their means come from it, their spread from our heads.

The model is fitted anew at a few origins of the backtest, so that the heads see its errors; at
the other origins the record of the local models stays, for rare large errors need many windows to
be seen. Where it cannot be fitted the default stands, and a word says why. Sold-out buckets are
left out: they say nothing that could lower a forecast.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

import numpy as np

from domain.settings import ForecasterSetting, Settings
from domain.terms import Floats, Integers, Known, Panel
from forecasting.local import LocalFit
from forecasting.models.one_series import (
    NotFittedError,
    SeriesModel,
    fitted,
    quietly,
    series_model,
)
from forecasting.told import Told, told_of

JUDGED_ORIGINS = 5
LEAST_SHARE = 0.02
"""Of the default's mean: no model's forecast lies lower."""


@dataclass(frozen=True)
class NamedFit(LocalFit):
    """A fit in which some series have the means of a model of their own."""

    inner: LocalFit
    rows: Integers  # N, series numbers
    path: Floats  # N × buckets ahead, units

    def steps_ahead(self, buckets: int) -> list[tuple[str, Floats]]:
        """See `LocalFit.steps_ahead`."""
        steps = self.inner.steps_ahead(buckets)
        mean = steps[-1][1].copy()
        mean[self.rows] = self.path[:, :buckets]
        return [*steps, ("own_model", mean)]

    def without_record(self) -> Self:
        """See `LocalFit.without_record`."""
        inner = self.inner.without_record()
        return dataclasses.replace(super().without_record(), inner=inner)


def chosen(panel: Panel, named: Sequence[ForecasterSetting]) -> dict[int, str]:
    """Model by series number, ascending; of two settings for a series the later holds."""
    found: dict[int, str] = {}
    for setting in named:
        skus, places = frozenset(setting.skus), frozenset(setting.locations)
        for row, key in enumerate(panel.keys):
            if key.sku in skus and (not places or key.location in places):
                found[row] = setting.model
    return dict(sorted(found.items()))


def with_named(
    panel: Panel, fit: LocalFit, settings: Settings, ahead: int, judge: bool = True
) -> tuple[LocalFit, np.ndarray]:
    """The fit with the means of named series replaced; words for those that fell back (S).

    `ahead`: buckets of the path, at least as many as will ever be asked for. `judge`: whether
    the record of the backtest is replaced as well. Raises NotFoundError for a model that does
    not exist, and UnavailableError where its library is missing.
    """
    words = np.full(panel.series, "", object)
    named = chosen(panel, settings.forecaster)
    if not named:
        return fit, words
    models = {
        setting.model: series_model(setting.model, f"setting forecaster[{place}].model")
        for place, setting in enumerate(settings.forecaster)
    }
    told = told_of(panel, settings, ahead)
    places = _judged(fit.origins) if judge else []
    jobs = [(row, models[name]) for row, name in named.items()]

    def work(job: tuple[int, SeriesModel]) -> list[Floats] | str:
        row, model = job
        try:
            now = _mean(told, row, model, panel.buckets, ahead)
            reach = int(fit.lengths[-1])
            ends = [int(fit.origins[place]) + 1 for place in places]
            past = [_mean(told, row, model, end, reach) for end in ends]
        except NotFittedError as error:
            return f"{error}: the default stands in"
        return [now, *past]

    with quietly(), ThreadPoolExecutor(settings.solver.threads or os.cpu_count() or 1) as pool:
        made = list(pool.map(work, jobs))
    mean, alone = fit.mean.copy(), fit.bucket_mean.copy()
    rows, paths = [], []
    for (row, _), found in zip(jobs, made, strict=True):
        if isinstance(found, str):
            words[row] = found
            continue
        rows.append(row)
        paths.append(found[0])
        for place, path in zip(places, found[1:], strict=True):
            sums, single = _record(panel, row, int(fit.origins[place]), fit.lengths, path)
            mean[row, place] = np.where(np.isfinite(mean[row, place]), sums, np.nan)
            alone[row, place] = np.where(np.isfinite(alone[row, place]), single, np.nan)
    if not rows:
        return fit, words
    number = np.array(rows, np.int64)
    # A mean of nothing has no spread, and what sold once may sell again.
    path = np.maximum(np.stack(paths), LEAST_SHARE * fit.means_ahead(ahead)[number])
    plain = {field.name: getattr(fit, field.name) for field in dataclasses.fields(LocalFit)}
    plain |= {"mean": mean, "bucket_mean": alone}
    return NamedFit(**plain, inner=fit, rows=number, path=path), words


def _mean(told: Told, row: int, model: SeriesModel, count: int, ahead: int) -> Floats:
    """Means of the `ahead` buckets after the first `count`, from those alone."""
    history = told.history(row, count, ahead)
    return fitted(model, history).mean[history.demand.size :]


def _judged(origins: Integers) -> list[int]:
    """Places of JUDGED_ORIGINS origins in the later half of the backtest, spread evenly."""
    there = np.arange(origins.size - 1)[(origins.size - 1) // 2 :]
    step = -(-there.size // JUDGED_ORIGINS) or 1
    return [int(place) for place in there[::-1][::step][::-1]]


def _record(
    panel: Panel, row: int, origin: int, lengths: Integers, path: Floats
) -> tuple[Floats, Floats]:
    """Sums of the first buckets that were observed, and single buckets, at the lengths (J)."""
    seen = panel.known[row, origin + 1 : origin + 1 + path.size] == Known.OBSERVED
    sums = np.cumsum(np.where(seen, path[: seen.size], 0.0))
    sums = np.append(sums, np.full(path.size - sums.size, sums[-1] if sums.size else 0.0))
    return sums[lengths - 1], path[lengths - 1]
