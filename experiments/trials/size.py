"""How large and how long a trial must be, from what items would have cost on the past.

Both policies were replayed, so that of every item and bucket both costs are known. A window of so
many buckets of it, with as many before it to adjust by, is what a trial of that length would have
been: within classes, what is left of each arm's cost between items gives the error of the
difference for any share of items. A difference is detectable that shows with probability 0.8
(Snedecor & Cochran, *Statistical Methods*, 8th ed., chapter 6) at the bound a trial is judged by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.terms import Floats, Integers
from experiments.trials.difference import LEAST_ITEMS, Sample, bound_of, centred
from experiments.trials.strata import joined

POWER = 0.8
SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
LENGTHS = (1, 2, 3, 4, 6, 8, 13, 17, 26, 39, 52)
"""Weeks that are tried."""
DAYS_PER_WEEK = 7.0
DRAWS, SEED = 500, 7
"""Of arms, to see how far an interval must reach."""


@dataclass(frozen=True)
class Costs:
    """What N items would have cost in each of T buckets, money."""

    control: Floats  # N × T
    challenger: Floats  # N × T
    days: Floats  # T, days of each bucket
    stratum: Integers  # N, class

    @property
    def expected(self) -> float:
        """Cost of the challenger over that of the control, less 1: what the replay expects."""
        return float(self.challenger.sum() / self.control.sum() - 1.0)

    def paired_error(self) -> float:
        """Standard error of `expected`: both policies on every item."""
        gap = (self.challenger - self.control).sum(axis=1)
        return float(np.sqrt(gap.size) * gap.std(ddof=1) / self.control.sum())


@dataclass(frozen=True)
class Size:
    """A trial of some weeks with a share of the items."""

    weeks: int
    share: float
    items: int  # on trial
    error: float  # of the difference, as a share of the control's cost
    bound: float  # errors that its interval will reach each way
    windows: int  # of the past that it was measured on

    @property
    def detectable(self) -> float:
        """The smallest difference that shows with probability `POWER`, as a share of cost."""
        from scipy.special import ndtri

        return float((self.bound + ndtri(POWER)) * self.error)

    def power(self, difference: float) -> float:
        """Probability that a difference (a share of cost) shows by the end."""
        from scipy.special import ndtr

        if self.error <= 0:
            return float(difference != 0)
        far = abs(difference) / self.error
        return float(ndtr(far - self.bound) + ndtr(-far - self.bound))


@dataclass(frozen=True)
class Window:
    """What a trial of the past would have seen of N items, money a day."""

    challenger: Floats
    control: Floats
    before: Floats  # under the control, in as many buckets before


def sizes(costs: Costs, shares: tuple[float, ...] = SHARES) -> list[Size]:
    """Every length that the past holds twice, with every share that leaves each arm enough."""
    found, every = [], costs.stratum.size
    for weeks in LENGTHS:
        windows = _windows(costs, weeks)
        for share in shares if windows else ():
            items = round(share * every)
            if min(items, every - items) < LEAST_ITEMS:
                continue
            challenged = np.random.default_rng(SEED).permutation(every) < items
            sample = Sample(challenged, joined(costs.stratum, challenged)[0])
            error = float(np.sqrt(np.mean([_squared(one, sample) for one in windows])))
            last = windows[0]
            past = centred(last.before, sample.stratum)
            free = float(max(items - int(sample.stratum.max()) - 1, 1))
            bound = bound_of(last.control, past, sample, free, DRAWS)
            found.append(Size(weeks, share, items, error, bound, len(windows)))
    return found


def smallest(found: list[Size], difference: float) -> Size | None:
    """The shortest trial that a difference shows in, with the fewest items; None: there is none."""
    enough = [one for one in found if one.detectable <= difference]
    return min(enough, key=lambda one: (one.weeks, one.share), default=None)


def _windows(costs: Costs, weeks: int) -> list[Window]:
    """Stretches of so many weeks that do not overlap, each with as many before it, newest first."""
    length = int(np.round(weeks * DAYS_PER_WEEK / float(costs.days.mean())))
    last, found = costs.days.size, []
    while length and last >= 2 * length:
        now, before = slice(last - length, last), slice(last - 2 * length, last - length)
        one = Window(
            _rate(costs.challenger, costs.days, now),
            _rate(costs.control, costs.days, now),
            _rate(costs.control, costs.days, before),
        )
        if one.control.mean() > 0:
            found.append(one)
        last -= length
    return found


def _rate(cost: Floats, days: Floats, span: slice) -> Floats:
    """Money a day of each item, N."""
    return np.asarray(cost[:, span].sum(axis=1) / days[span].sum())


def _squared(window: Window, sample: Sample) -> float:
    """Squared error of the difference as a share of the control's mean."""
    counts = np.bincount(sample.stratum).astype(np.float64)
    share = float(sample.challenged.mean())
    of_class = np.zeros(counts.size)
    for outcome, part in ((window.challenger, share), (window.control, 1.0 - share)):
        of_class += _left(outcome, window.before, sample.stratum) / (part * counts)
    weight = counts / counts.sum()
    return float((weight**2 * of_class).sum()) / float(window.control.mean()) ** 2


def _left(outcome: Floats, before: Floats, stratum: Integers) -> Floats:
    """Variance within each class that the cost before leaves, C; money a day, squared."""
    counts = np.bincount(stratum).astype(np.float64)
    y, x = (each - (np.bincount(stratum, each) / counts)[stratum] for each in (outcome, before))
    down = float((x * x).sum())
    rest = y - (float((x * y).sum()) / down if down > 0 else 0.0) * x
    return np.asarray(np.bincount(stratum, rest**2) / np.maximum(counts - 1.0, 1.0))
