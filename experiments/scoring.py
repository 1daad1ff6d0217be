"""Scores per series and origin, so that two forecasts can be compared series by series.

A measure of DESIGN §7 is the mean over origins of Σ numerator / Σ denominator over series;
drawing series anew gives its interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.terms import Flags, Floats, Integers, Known, Panel
from experiments.resampling import drawn, interval

LEVELS = np.linspace(0.1, 0.9, 9)
"""Levels over which quantile losses are averaged."""


@dataclass(frozen=True)
class Measured:
    """One measure; arrays are series × origins. Origins without a denominator do not count."""

    numerator: Floats
    denominator: Floats

    def value(self, times: Floats | None = None) -> Floats:
        """The measure (no dimension), or of draws × series `times`, one a draw; NaN: none."""
        weights = np.ones((1, len(self.numerator))) if times is None else times
        found = mean_ratio(weights @ self.numerator, weights @ self.denominator)
        return np.asarray(found[0] if times is None else found)

    def take(self, series: Integers) -> Measured:
        """The same of some series only."""
        return Measured(self.numerator[series], self.denominator[series])


Scores = dict[str, Measured]


def mean_ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Mean over the last axis of numerator / denominator, where that is above 0; NaN: nowhere."""
    there = denominator > 0
    ratio = np.divide(numerator, denominator, out=np.zeros(numerator.shape), where=there)
    number = there.sum(axis=-1)
    total = ratio.sum(axis=-1)
    return np.divide(total, number, out=np.full(number.shape, np.nan), where=number > 0)


def gathered(origins: list[dict[str, tuple[Floats, Floats]]]) -> Scores:
    """The scores of all origins, measure by measure."""
    return {
        name: Measured(
            np.stack([each[name][0] for each in origins], axis=1),
            np.stack([each[name][1] for each in origins], axis=1),
        )
        for name in origins[0]
    }


def drawn_anew(measures: Sequence[Measured]) -> Floats:
    """DRAWS × M: every measure when series are drawn anew, the same series for all of them."""
    return drawn(
        lambda times: np.stack([measure.value(times) for measure in measures], axis=1),
        len(measures[0].numerator),
    )


def compared(ours: Measured, theirs: Measured) -> tuple[float, float, float]:
    """Ours / theirs - 1, and its 95 % interval when series are drawn anew (paired bootstrap).

    The interval is NaN where there is one series: nothing can be drawn anew.
    """
    return compared_with_all(ours, [theirs])[0]


def compared_with_all(
    ours: Measured, theirs: Sequence[Measured]
) -> list[tuple[float, float, float]]:
    """`compared` for several others, which are drawn together."""
    values = drawn_anew([ours, *theirs])
    several, found = len(ours.numerator) > 1, []
    for place, other in enumerate(theirs, start=1):
        value = float(_excess(ours.value(), other.value()))
        ratios = _excess(values[:, 0], values[:, place])
        known = several and bool(np.isfinite(value))
        low, high = interval(ratios) if known else (np.nan, np.nan)
        found.append((value, low, high))
    return found


def _excess(ours: Floats, theirs: Floats) -> Floats:
    """Ours / theirs - 1; where both are nothing, 0."""
    even = (ours == 0) & (theirs == 0)
    return np.where(even, 0.0, ours / np.maximum(theirs, 1e-300) - 1.0)


def observed(panel: Panel) -> Floats:
    """Demand of buckets in which it was all seen (S × T), NaN elsewhere."""
    return np.where(panel.known == Known.OBSERVED, panel.demand, np.nan).astype(np.float64)


def row_mean(values: Floats) -> Floats:
    """Mean of each row's numbers; NaN where it has none."""
    there = np.isfinite(values)
    number = there.sum(axis=1)
    total = np.where(there, values, 0.0).sum(axis=1)
    return np.divide(total, number, out=np.full(number.shape, np.nan), where=number > 0)


def scaled(value: Floats, scale: Floats, alive: Flags) -> tuple[Floats, Floats]:
    """Value / scale and 1 where a series counts: alive, with a value and a scale above 0."""
    good = alive & np.isfinite(value) & (np.nan_to_num(scale) > 0)
    ratio = np.divide(value, scale, out=np.zeros(value.shape), where=good)
    return ratio, good.astype(np.float64)
