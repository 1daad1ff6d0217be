"""A yearly profile of categories, for data too fine or too short for one of each series.

What share of its yearly mean each week of the year brings is averaged over the series of a
category, shrunk to that of all series and that to 1 by how far the series agree (James & Stein:
what the spread between series leaves of the squared swing). A year seen once cannot tell a
season from a change of level, so of a small swing only half is believed, of a large one more;
and more with every year seen.

Profiles are fitted when one, two, three, four, six … years of the calendar are full, on what was
known then. Levels are always those under the profile that held: nothing looks ahead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numba
import numpy as np

from domain.periods import Bucket, Calendar, as_days
from domain.terms import Floats, Integers, Known, Panel, Singles
from forecasting.threads import compiled

OBSERVED = int(Known.OBSERVED)
WEEKS = 52
DAYS_OF_STEP = {Bucket.DAY: 7, Bucket.WEEK: 1}
"""Buckets in a week, where there is a yearly profile at all."""
FITTED_AFTER = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
"""Years after which a profile is fitted: every fit costs a pass over the panel."""
DOUBT, LARGE_SWING = 0.5, 0.1
"""Share of a small swing not believed after one year; mean squared log at which it is half that."""
SMOOTHING = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9.0
FEWEST = 10
"""Series without which a group has no profile of its own."""
OWN_AFTER = 2
"""Years of weeks after which series have profiles of their own, and those of categories end."""
LATE = 4
"""Weeks into a year at which a series may still begin and count for it."""
LEAST = 0.1
"""Smallest share of the mean that a week may bring."""


@dataclass(frozen=True)
class Yearly:
    """Factors on demand by group of series, for all that is forecast from `begin` buckets on."""

    begin: int  # buckets of history at the fit
    factor: Singles  # G × buckets of history and ahead, about 1 in the mean over a year
    group: Integers  # S


def yearly_fits(panel: Panel, ahead: int) -> list[Yearly]:
    """All fits up to the end of the panel, ascending; the first, from 0 on, is of ones."""
    return laid_out(panel, yearly_logs(panel), ahead)


def fits_due(calendar: Calendar) -> Integers:
    """F: buckets of history at each fit up to the calendar's end, ascending; the first is 0."""
    step = DAYS_OF_STEP.get(calendar.bucket)
    if step is None:
        return np.zeros(1, np.int64)
    full = calendar.count // (WEEKS * step)
    # From then on series of weeks have profiles of their own.
    own = OWN_AFTER if calendar.bucket is Bucket.WEEK else full + 1
    years = [0, *(years for years in FITTED_AFTER if years <= min(full, own - 1))]
    return np.array([*years, own] if full >= own else years, np.int64) * (WEEKS * step)


def yearly_logs(panel: Panel) -> Floats:
    """F × G × WEEKS: the logarithm of each group's profile at each fit; 0 where it is of ones."""
    group, due = panel.category + 1, fits_due(panel.calendar)
    groups = int(group.max(initial=0)) + 1
    logs = np.zeros((due.size, groups, WEEKS))
    step = DAYS_OF_STEP.get(panel.calendar.bucket)
    if step is None:
        return logs
    total, weight = np.zeros((panel.series, WEEKS)), np.zeros(panel.series)
    years = due // (WEEKS * step)
    last = int(years[-1])
    if panel.calendar.bucket is Bucket.WEEK:
        last = min(last, OWN_AFTER - 1)
    for year in range(1, last + 1):
        _add_year(panel, (year - 1) * WEEKS * step, step, total, weight)
        for place in np.flatnonzero(years == year):
            logs[place] = _believed(_index(total, weight, group, groups), year)
    return logs


def laid_out(panel: Panel, logs: Floats, ahead: int) -> list[Yearly]:
    """The fits that `logs` (`yearly_logs`) are of, over the history and `ahead` buckets more."""
    group, fits = panel.category + 1, []
    for begin, log in zip(fits_due(panel.calendar), logs, strict=True):
        # Rows one after the other, as those of ones are: else kernels compile twice.
        factor = np.exp(_by_bucket(log, panel.calendar, ahead)).astype(np.float32, order="C")
        fits.append(Yearly(int(begin), factor, group))
    return fits


def _add_year(panel: Panel, begin: int, step: int, total: Floats, weight: Floats) -> None:
    """Add a year's weeks over its mean to `total` (S × WEEKS), each series with its weight (S)."""
    starts = as_days(panel.calendar.starts(begin, begin + WEEKS * step))[::step]
    place = np.argsort(_day_of_year(starts + np.timedelta64(3, "D")), kind="stable")
    _add_weeks(panel.demand, panel.known, panel.first, begin, step, place, total, weight)


@compiled(parallel=True)
def _add_weeks(
    demand: Singles, known: np.ndarray, first: Integers, begin: int, step: int, place: Integers,
    total: Floats, weight: Floats,
) -> None:  # fmt: skip
    """See `_add_year`. `place`: the weeks in the order of the calendar year.

    The weight is the root of the mean: between a ratio of sums and a mean of ratios.
    """
    for s in numba.prange(demand.shape[0]):
        week, there, mean = np.full(WEEKS, -1.0), 0, 0.0
        for w in range(WEEKS):
            sold, seen = 0.0, 0
            for t in range(begin + w * step, begin + (w + 1) * step):
                if known[s, t] == OBSERVED:
                    sold += demand[s, t]
                    seen += 1
            if seen > 0:
                week[w] = sold / seen
                mean += week[w]
                there += 1
        mean /= max(there, 1)
        if first[s] <= begin + LATE * step and mean > 0.0 and 2 * there > WEEKS:
            strength = math.sqrt(mean)
            for w in range(WEEKS):
                brought = week[place[w]]
                total[s, w] += (brought if brought >= 0.0 else mean) * (strength / mean)
            weight[s] += strength


def _index(total: Floats, weight: Floats, group: Integers, groups: int) -> Floats:
    """G × WEEKS: share of the yearly mean that each week brings, smoothed and shrunk."""
    used = weight > 0
    ratio = np.empty((int(used.sum()), WEEKS))
    _smooth(total, weight, np.flatnonzero(used), SMOOTHING, ratio)
    weight, group = weight[used], group[used]
    overall = _shrunk(ratio, weight, np.ones(WEEKS))
    members = [group == g for g in range(groups)]
    index = np.array([_shrunk(ratio[some], weight[some], overall) for some in members])
    return np.asarray(index / index.mean(axis=1, keepdims=True))


@compiled(parallel=True)
def _smooth(total: Floats, weight: Floats, series: Integers, shares: Floats, out: Floats) -> None:
    """`out` N × WEEKS: each week of some series over its mean, with a part of the weeks beside."""
    half = shares.size // 2
    for n in numba.prange(series.size):
        s, ratio = series[n], np.empty(WEEKS)
        for w in range(WEEKS):
            ratio[w] = total[s, w] / weight[s]
        for w in range(WEEKS):
            around = 0.0
            for k in range(shares.size):
                around += shares[k] * ratio[(w + half - k) % WEEKS]
            out[n, w] = around


def _shrunk(ratio: Floats, weight: Floats, parent: Floats) -> Floats:
    """Weighted mean of the series, moved to the parent as far as they disagree."""
    if weight.size < FEWEST:
        return parent
    share = weight / weight.sum()
    mean = share @ ratio
    noise = (share**2 @ (ratio - mean) ** 2).mean()
    swing = ((mean - parent) ** 2).mean()
    return np.asarray(parent + max(0.0, 1.0 - noise / max(swing, 1e-300)) * (mean - parent))


def _believed(index: Floats, years: int) -> Floats:
    """The part of the index's logarithm that is taken for season."""
    log = np.log(np.maximum(index, LEAST))
    swing = (log**2).mean(axis=1, keepdims=True)
    return np.asarray(log * (1.0 - DOUBT / years * LARGE_SWING / (LARGE_SWING + swing)))


def _by_bucket(log: Floats, calendar: Calendar, ahead: int) -> Floats:
    """G × buckets: values by week of the year, by lines between the weeks' middles."""
    middle = np.timedelta64(3 if calendar.bucket is Bucket.WEEK else 0, "D")
    starts = as_days(calendar.starts(0, calendar.count + ahead))
    place = (_day_of_year(starts + middle) - 3.0) / 7.0
    low = np.floor(place).astype(np.int64)
    share = place - low
    return np.asarray((1 - share) * log[:, low % WEEKS] + share * log[:, (low + 1) % WEEKS])


def _day_of_year(days: np.ndarray) -> Integers:
    """0 for the first of January, at most 363: the year's last days count as that one."""
    passed = (days - days.astype("datetime64[Y]")).astype("timedelta64[D]").astype(np.int64)
    return np.minimum(passed, 7 * WEEKS - 1)
