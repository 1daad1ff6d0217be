"""Scores per series and origin, so that two forecasts can be compared series by series.

Every measure of DESIGN §7 used here is the mean over origins of Σ numerator / Σ denominator over
series; drawing series anew gives its interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Flags, Floats, Integers
from experiments.benchmarks.peers.forecasting import Answer
from forecasting import accuracy

LEVELS = np.linspace(0.1, 0.9, 9)
TAILS = np.array([0.95, 0.99, 0.995, 0.999])
SUM_LEVELS = np.append(LEVELS, TAILS)
DRAWS = 2_000


@dataclass(frozen=True)
class Measured:
    """One measure; arrays are series × origins."""

    numerator: Floats
    denominator: Floats

    def value(self, times: Floats | None = None) -> Floats:
        """The measure (no dimension), or of draws × series `times`, one a draw."""
        weights = np.ones((1, len(self.numerator))) if times is None else times
        ratio = (weights @ self.numerator) / np.maximum(weights @ self.denominator, 1e-300)
        found = ratio.mean(axis=1)
        return np.asarray(found[0] if times is None else found)

    def take(self, series: Integers) -> Measured:
        """The same of some series only."""
        return Measured(self.numerator[series], self.denominator[series])


Scores = dict[str, Measured]


@dataclass(frozen=True)
class Truth:
    """What came after an origin, and what was known before it."""

    actual: Floats  # S × H, units, NaN where a bucket does not say all
    history: Floats  # S × T, units, NaN likewise
    alive: Flags  # S, whether the series had begun
    summed: int  # buckets of the sum
    lag: int  # buckets of the season


def score(answer: Answer, truth: Truth) -> dict[str, tuple[Floats, Floats]]:
    """Numerator and denominator of every measure, by series."""
    return bucket_scores(answer, truth) | sum_scores(answer.sums, truth)


def bucket_scores(answer: Answer, truth: Truth) -> dict[str, tuple[Floats, Floats]]:
    """Scaled quantile loss and RMSSE of series that had begun; WAPE and bias of all."""
    actual, history = truth.actual, truth.history
    loss = 2.0 * accuracy.pinball(answer.quantiles, actual[:, :, None], LEVELS).mean(axis=2)
    season = accuracy.difference_scale(history, truth.lag, 1)
    step = np.sqrt(accuracy.difference_scale(history, 1, 2))
    error = answer.mean - actual
    demand = np.nansum(actual, axis=1)
    return {
        "scaled_quantile_loss": _scaled(_mean(loss), season, truth.alive),
        "rmsse": _scaled(np.sqrt(_mean(error**2)), step, truth.alive),
        "wape": (np.nansum(np.abs(error), axis=1), demand),
        "bias": (np.nansum(error, axis=1), demand),
    }


def sum_scores(sums: Floats, truth: Truth) -> dict[str, tuple[Floats, Floats]]:
    """Quantile loss of the sum / demand, at LEVELS and at each of TAILS; coverage at TAILS."""
    # A sum over buckets of which some were sold out is not known.
    total = truth.actual[:, : truth.summed].sum(axis=1)
    seen = np.isfinite(total)
    demand = np.where(seen, total, 0.0)
    loss = 2.0 * accuracy.pinball(sums, demand[:, None], SUM_LEVELS)
    loss = np.where(seen[:, None], loss, 0.0)
    found = {"sum_loss": (loss[:, : LEVELS.size].mean(axis=1), demand)}
    for place, level in enumerate(TAILS, start=LEVELS.size):
        name = f"{level:g}"
        covered = (demand <= sums[:, place]) & seen
        found[f"coverage_{name}"] = (covered.astype(np.float64), seen.astype(np.float64))
        found[f"sum_loss_{name}"] = (loss[:, place], demand)
    return found


def gathered(origins: list[dict[str, tuple[Floats, Floats]]]) -> Scores:
    """The scores of all origins, measure by measure."""
    return {
        name: Measured(
            np.stack([each[name][0] for each in origins], axis=1),
            np.stack([each[name][1] for each in origins], axis=1),
        )
        for name in origins[0]
    }


def compared(ours: Measured, theirs: Measured) -> tuple[float, float, float]:
    """Ours / theirs - 1, and its 95 % interval when series are drawn anew (paired bootstrap)."""
    series = len(ours.numerator)
    draw = np.random.default_rng(1)
    times = draw.multinomial(series, np.full(series, 1.0 / series), DRAWS).astype(np.float64)
    ratios = ours.value(times) / np.maximum(theirs.value(times), 1e-300) - 1.0
    low, high = np.quantile(ratios, [0.025, 0.975])
    return float(ours.value() / theirs.value() - 1.0), float(low), float(high)


def _mean(values: Floats) -> Floats:
    """Mean of each row's numbers; NaN where it has none."""
    there = np.isfinite(values)
    number = there.sum(axis=1)
    total = np.where(there, values, 0.0).sum(axis=1)
    return np.divide(total, number, out=np.full(number.shape, np.nan), where=number > 0)


def _scaled(value: Floats, scale: Floats, alive: Flags) -> tuple[Floats, Floats]:
    """Value / scale and 1 where a series counts: alive, with a value and a scale above 0."""
    good = alive & np.isfinite(value) & (np.nan_to_num(scale) > 0)
    ratio = np.divide(value, scale, out=np.zeros(value.shape), where=good)
    return ratio, good.astype(np.float64)
