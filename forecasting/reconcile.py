"""Detailed forecasts moved toward that of their total, where that has proved right before.

Minimum trace with diagonal variances (Wickramasuriya, Athanasopoulos & Hyndman, *JASA* 114
(2019); FPP3, section 11.3), for two levels: with B = Σ bᵢ the detailed forecasts added up, vᵢ
their squared errors, A the total as one series and D its squared error,

    total = B + k (A − B),  k = Σ vᵢ / (Σ vᵢ + D),  bᵢ moves by its share vᵢ / Σ vᵢ of the move.

Both errors are those of sums of a protection period at past origins. Whether the move is made at
all is found there, too, each origin judged by what was over by then. Spreads move with means.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Self

import numpy as np

from domain.settings import Settings
from domain.terms import Floats, Known, Panel
from forecasting.hierarchy import aggregated, levels_of
from forecasting.local import LocalFit
from forecasting.models.one_series import (
    SERIES_MODELS,
    NotFittedError,
    SeriesModel,
    fitted,
    quietly,
)
from forecasting.told import Told, told_of

MODEL = "holt_winters"
JUDGED_ORIGINS = 8
FEWEST_KNOWN, FEWEST_JUDGED = 3, 3
"""Windows that were over at an origin for it to be judged; origins that must have been judged."""
LEAST_GAIN = 0.05
"""Share by which squared errors of the total must have fallen."""
MOST_MOVE = 2.0
"""The total moves by this factor at most."""
LEAST_LEFT = 0.1
"""Share of its forecast that every series keeps."""


@dataclass(frozen=True)
class ReconciledFit(LocalFit):
    """A fit whose means are moved by a factor a series."""

    inner: LocalFit
    factor: Floats  # S

    def steps_ahead(self, buckets: int) -> list[tuple[str, Floats]]:
        """See `LocalFit.steps_ahead`."""
        steps = self.inner.steps_ahead(buckets)
        return [*steps, ("reconciled", steps[-1][1] * self.factor[:, None])]

    def without_record(self) -> Self:
        """See `LocalFit.without_record`."""
        inner = self.inner.without_record()
        return dataclasses.replace(super().without_record(), inner=inner)


@dataclass(frozen=True)
class Window:
    """A sum of the past at one origin."""

    origin: int
    detail: Floats  # S, forecast; 0 where there was none
    came: Floats  # S, in the same buckets
    total: float  # forecast as one series

    def errors(self) -> tuple[Floats, float]:
        """Squared errors of each series (S), and of the total as one series."""
        return (self.came - self.detail) ** 2, float((self.came.sum() - self.total) ** 2)


def moved(detail: Floats, variance: Floats, total: float, of_total: float) -> Floats:
    """Detailed forecasts (N) that add up to the reconciled total; see the module.

    >>> moved(np.array([4.0, 6.0]), np.array([1.0, 3.0]), 14.0, 4.0).tolist()
    [4.5, 7.5]
    """
    sum_of_detail, of_detail = float(detail.sum()), float(variance.sum())
    if of_detail <= 0.0 or sum_of_detail <= 0.0:
        return detail
    wanted = sum_of_detail + of_detail / (of_detail + of_total) * (total - sum_of_detail)
    wanted = float(np.clip(wanted, sum_of_detail / MOST_MOVE, sum_of_detail * MOST_MOVE))
    step = (wanted - sum_of_detail) * variance / of_detail
    kept = np.maximum(detail + step, LEAST_LEFT * detail)
    return np.asarray(kept * (wanted / kept.sum()))


def with_reconciled(
    panel: Panel, fit: LocalFit, settings: Settings, span: int
) -> tuple[LocalFit, str]:
    """The fit moved where that has helped, and a sentence on what was done; "": not asked for."""
    if settings.reconciliation == "bottom_up":
        return fit, ""
    model = SERIES_MODELS.get(MODEL)
    if not model.available():
        return fit, f"{model.library} is not installed (extra models): bottom-up."
    place = int(np.argmin(np.abs(fit.lengths - span)))
    reach = int(fit.lengths[place])
    level = levels_of(panel)[0]
    told = told_of(aggregated(panel, level), settings, reach, (panel, level.label))
    with quietly():
        windows = _windows(panel, fit, place, told, model)
        ahead = _sum_ahead(told, model, panel.buckets, reach)
    before, after, judged = _judged(windows, reach)
    if ahead is None or judged < FEWEST_JUDGED:
        return fit, "The past is too short to judge forecasts of the total: bottom-up."
    said = f"squared error of the total {after / before - 1:+.0%} on {judged} past origins"
    if after > (1.0 - LEAST_GAIN) * before:
        return fit, f"Forecasts of the total did not help ({said}): bottom-up."
    variance, of_total = _variances(windows)
    detail = fit.means_ahead(reach).sum(axis=1)
    new = moved(detail, variance, ahead, of_total)
    factor = np.divide(new, detail, out=np.ones_like(new), where=detail > 0)
    plain = {field.name: getattr(fit, field.name) for field in dataclasses.fields(LocalFit)}
    change = new.sum() / detail.sum() - 1 if detail.sum() > 0 else 0.0
    sentence = f"All forecasts were moved by {change:+.1%} toward that of the total ({said})."
    return ReconciledFit(**plain, inner=fit, factor=factor), sentence


def _windows(
    panel: Panel, fit: LocalFit, place: int, told: Told, model: SeriesModel
) -> list[Window]:
    """Windows of one length at up to JUDGED_ORIGINS origins, the latest last."""
    reach = int(fit.lengths[place])
    there = np.flatnonzero(fit.origins + reach <= panel.buckets - 1)
    step = -(-there.size // JUDGED_ORIGINS) or 1
    found = []
    for o in there[::-1][::step][::-1]:
        origin = int(fit.origins[o])
        use = np.isfinite(fit.mean[:, o, place])
        total = _sum_ahead(told, model, origin + 1, reach)
        if total is None or not use.any():
            continue
        detail = np.where(use, fit.mean[:, o, place], 0.0).astype(np.float64)
        came = np.where(use, fit.actual[:, o, place], 0.0).astype(np.float64)
        # Sums count observed buckets alone, the total all of them.
        seen = (panel.known[:, origin + 1 : origin + 1 + reach] == Known.OBSERVED).sum(axis=1)
        whole = float((detail * reach / np.maximum(seen, 1)).sum())
        share = detail.sum() / whole if whole > 0 else 1.0
        found.append(Window(origin, detail, came, total * share))
    return found


def _sum_ahead(told: Told, model: SeriesModel, count: int, reach: int) -> float | None:
    """The total's forecast of `reach` buckets after the first `count`; None: not fitted."""
    try:
        history = told.history(0, count, reach)
        return float(fitted(model, history).mean[history.demand.size :].sum())
    except NotFittedError:
        return None


def _variances(windows: list[Window]) -> tuple[Floats, float]:
    """Mean squared errors of the series (S) and of the total."""
    found = [window.errors() for window in windows]
    return (
        np.asarray(np.mean([detail for detail, _ in found], axis=0)),
        float(np.mean([total for _, total in found])),
    )


def _judged(windows: list[Window], reach: int) -> tuple[float, float, int]:
    """Squared errors of the total bottom-up and moved, relative to its size; origins judged."""
    before, after, judged = 0.0, 0.0, 0
    for window in windows:
        over = [past for past in windows if past.origin + reach <= window.origin]
        came = float(window.came.sum())
        if len(over) < FEWEST_KNOWN or came <= 0:
            continue
        new = moved(window.detail, _variances(over)[0], window.total, _variances(over)[1])
        before += (float(window.detail.sum()) / came - 1.0) ** 2
        after += (float(new.sum()) / came - 1.0) ** 2
        judged += 1
    return before, after, judged
