"""The scores of an answer at an origin, by series: see `experiments.scoring`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Flags, Floats
from experiments.benchmarks.peers.forecasting import Answer
from experiments.scoring import LEVELS, row_mean, scaled
from forecasting import accuracy

TAILS = np.array([0.95, 0.99, 0.995, 0.999])
SUM_LEVELS = np.append(LEVELS, TAILS)


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
        "scaled_quantile_loss": scaled(row_mean(loss), season, truth.alive),
        "rmsse": scaled(np.sqrt(row_mean(error**2)), step, truth.alive),
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
