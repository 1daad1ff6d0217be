"""The difference between the arms of a trial, and its interval.

Items are what was drawn, so items are what counts. Means are those of classes, weighed by how many
items each class has in all; a mean may be adjusted by what the same items cost before the trial,
with the coefficient that can do no harm (Lin 2013, Annals of Applied Statistics 7(1), the
"tyranny of the minority" form; CUPED: Deng, Xu, Kohavi & Walker 2013, WSDM). Errors are those of
each arm and class by itself, with Welch and Satterthwaite's degrees of freedom. A few dear items
carry most of the cost, and with few items on trial such errors come out too small: so the same
items are drawn anew, within classes, as they might have been, and an interval reaches as many
errors as these draws ask for (a randomization test of a studentized statistic: Wu & Ding 2021,
JASA 116(536)).

Who looks at a trial every night and stops when it shines would be wrong far more often than once in
twenty. So the interval of a trial of which a share t is over is 2.24 / √t errors wide each way:
with it, the probability that any look, however many there are, shows a difference where there is
none is at most 5 % (O'Brien & Fleming 1979, Biometrics 35(3), looked at all the time: a Brownian
motion leaves ±c by its end with probability at most 4·(1 - Φ(c))).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Flags, Floats, Integers
from experiments.trials.redrawn import DRAWS, Parts, parts_of, redrawn

ALPHA = 0.05
"""Probability of ever seeing a difference where there is none."""
TAIL = ALPHA / 4.0
LEAST_ITEMS = 10
"""Items of an arm below which nothing is said."""


@dataclass(frozen=True)
class Sample:
    """N items of a trial."""

    challenged: Flags  # N
    stratum: Integers  # N, 0 … C - 1


@dataclass(frozen=True)
class Difference:
    """One measure of a trial."""

    challenger: float
    control: float
    error: float  # standard error of challenger - control
    bound: float  # errors that its interval reaches each way at the end

    @property
    def value(self) -> float:
        """Challenger less control."""
        return self.challenger - self.control

    def interval(self, over: float) -> tuple[float, float]:
        """Between what it lies, where a share `over` (0 to 1] of the trial is over."""
        wide = self.bound / np.sqrt(over) * self.error
        return float(self.value - wide), float(self.value + wide)

    def shown(self, over: float) -> bool:
        """Whether there is a difference, beyond what looking at any time allows for."""
        low, high = self.interval(over)
        return low > 0 or high < 0


def critical(freedom: float = np.inf) -> float:
    """Errors that an interval reaches each way at the end, by Student's distribution.

    >>> round(critical(), 2), round(critical(10.0), 2)
    (2.24, 2.63)
    """
    from scipy.special import ndtri, stdtrit

    level = 1.0 - TAIL
    return float(stdtrit(freedom, level) if np.isfinite(freedom) else ndtri(level))


def of_means(
    outcome: Floats, sample: Sample, before: Floats | None = None, draws: int = DRAWS
) -> Difference:
    """The difference of means over items.

    `before`: N, what the same items cost before, to adjust by; NaN where it is not known: such an
    item is taken for the mean of its class.
    """
    past = np.zeros(outcome.size) if before is None else centred(before, sample.stratum)
    found = parts_of(outcome, past, sample.stratum, sample.challenged[None, :])
    error, freedom = _error(found)
    means = found.means[:, 0, :] @ found.weights
    bound = bound_of(outcome, past, sample, freedom, draws)
    return Difference(float(means[0]), float(means[1]), error, bound)


def of_ratios(above: Floats, below: Floats, sample: Sample) -> Difference | None:
    """The difference of Σ above / Σ below over items; None where an arm has nothing below.

    Errors by linearization (delta method).
    """
    nothing = np.zeros(above.size)
    arms = sample.challenged[None, :]
    top = parts_of(above, nothing, sample.stratum, arms)
    bottom = parts_of(below, nothing, sample.stratum, arms)
    tops, bottoms = (one.means[:, 0, :] @ one.weights for one in (top, bottom))
    if (bottoms <= 0).any():
        return None
    ratio = tops / bottoms
    mine = np.where(sample.challenged, ratio[0], ratio[1])
    scale = np.where(sample.challenged, bottoms[0], bottoms[1])
    linear = (above - mine * below) / scale
    error, freedom = _error(parts_of(linear, nothing, sample.stratum, arms))
    bound = bound_of(linear, nothing, sample, freedom)
    return Difference(float(ratio[0]), float(ratio[1]), error, bound)


def relative(found: Difference) -> Difference | None:
    """The same as a share of the control's value; None where that is not above 0.

    The error of the control's own value is small beside that of the difference, and left out.
    """
    if found.control <= 0:
        return None
    return Difference(
        found.challenger / found.control, 1.0, found.error / found.control, found.bound
    )


def centred(before: Floats, stratum: Integers) -> Floats:
    """Costs before, less the mean of what is known of their class, N; 0 where it is not known."""
    out = np.zeros(before.size)
    for code in np.unique(stratum):
        mine = (stratum == code) & np.isfinite(before)
        if mine.any():
            out[mine] = before[mine] - before[mine].mean()
    return out


def bound_of(
    outcome: Floats, past: Floats, sample: Sample, freedom: float, draws: int = DRAWS
) -> float:
    """Errors an interval must reach: as many as arms drawn anew ask for, and Student at the least.

    Where the arms are alike, whichever items are on trial, that is exact, however few items there
    are and however unlike each other. `past`: N, as `centred` makes it.
    """
    t = redrawn(outcome, past, sample.stratum, sample.challenged, draws)
    t = np.sort(np.abs(t[np.isfinite(t)]))
    if not t.size:
        return critical(freedom)
    rank = int(np.ceil((1.0 - 2.0 * TAIL) * (t.size + 1.0)))
    return max(float(t[min(rank, t.size) - 1]), critical(freedom))


def _error(found: Parts) -> tuple[float, float]:
    """Standard error and degrees of freedom."""
    added, free = found.variances[:, 0, :], found.counts[:, 0, :] - 1.0
    total = float(added.sum())
    if total <= 0:
        return 0.0, np.inf
    some = free > 0
    return float(np.sqrt(total)), total**2 / float((added[some] ** 2 / free[some]).sum())
