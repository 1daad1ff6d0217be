"""The days of the past a backtest forecasts from, what was known at each, and what came.

At each origin the dataset is cut as `restock forecast --as-of` cuts it: terms, life and demand
of every series are those of that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from domain.errors import DataError
from domain.periods import Bucket, Calendar, Day
from domain.terms import Floats, Integers, Known, Panel, SeriesKey
from experiments.backtest.contenders import SEASON, Past
from experiments.backtest.truth import Truth, truth_after
from experiments.scoring import LEVELS, observed
from planning.as_of import Asked, settle
from planning.dataset import Dataset
from planning.forecasts import demand_panel, known_on
from planning.item_terms import Terms, resolve_terms
from planning.lineage import successions
from planning.pipeline import planning_horizon
from planning.series import find_series

LEAST_HISTORY = 8
"""Buckets before the first origin, at least; and never fewer than the horizon."""
USUAL_HORIZON = {Bucket.DAY: 28, Bucket.WEEK: 13, Bucket.MONTH: 6}
"""Buckets ahead that are judged at most where nobody says."""


@dataclass(frozen=True)
class Asks:
    """What a backtest is asked."""

    origins: int
    horizon: int | None = None  # buckets; None: what the plan looks ahead, up to USUAL_HORIZON
    reported: Floats | None = None  # levels told one by one; None: LEVELS and two tails
    as_of: Asked | None = None  # the last day that is known of at all


@dataclass(frozen=True)
class Ground:
    """A dataset, the origins in it, and all that came; S series in all."""

    name: str
    whole: Dataset
    calendar: Calendar  # to the last day that is known
    panel: Panel  # demand to that day: more than any origin knows
    horizon: int  # buckets [H]
    levels: Floats  # K, ascending: LEVELS and those reported
    reported: Floats
    origins: Integers  # O, bucket numbers, ascending
    numbers: dict[SeriesKey, int]  # series by key, 0 to S - 1

    @property
    def series(self) -> int:
        """Number of series [S]."""
        return len(self.numbers)

    def day(self, origin: int) -> Day:
        """The last day of the bucket that an origin stands after."""
        return self.calendar.end_of(np.array([origin]))[0]


@dataclass(frozen=True)
class Moment:
    """An origin: what was known of the series of that day, and what came of them."""

    origin: int
    past: Past
    truth: Truth
    numbers: Integers  # of these series among all


REPORTED = np.append(LEVELS, [0.95, 0.99])


def lay(name: str, whole: Dataset, asks: Asks) -> Ground:
    """The ground of a backtest; raises DataError where history is too short for it."""
    bucket, last = settle(whole, asks.as_of)
    dataset, calendar = known_on(whole, bucket, last)
    terms = _terms(dataset, last)
    panel, _ = demand_panel(dataset, terms, calendar)
    horizon = asks.horizon or _usual_horizon(dataset, calendar, terms)
    origins = origins_in(calendar.count, asks.origins, horizon, bucket)
    reported = REPORTED if asks.reported is None else asks.reported
    return Ground(
        name=name,
        whole=whole,
        calendar=calendar,
        panel=panel,
        horizon=horizon,
        levels=_both(LEVELS, reported),
        reported=reported,
        origins=origins,
        numbers={key: number for number, key in enumerate(panel.keys)},
    )


def origins_in(buckets: int, count: int, horizon: int, bucket: Bucket) -> Integers:
    """Buckets after which forecasts are made, a horizon apart, the last leaving one horizon."""
    last = buckets - horizon - 1
    found = last - horizon * np.arange(count)[::-1]
    least = max(LEAST_HISTORY, horizon)
    if found[0] + 1 < least:
        unit = f"{bucket.value}s"
        raise DataError(
            f"{count} origins {horizon} {unit} apart need {least + horizon * count} {unit} of"
            f" history, and there are {buckets}",
            "--origins, --horizon",
            "Ask for fewer origins or a shorter horizon.",
        )
    return found.astype(np.int64)


def moments(ground: Ground) -> Iterator[Moment]:
    """The origins, in order; each cut from the whole dataset anew."""
    came = observed(ground.panel)
    for origin in ground.origins.tolist():
        day = ground.day(origin)
        dataset, calendar = known_on(ground.whole, ground.calendar.bucket, day)
        terms = _terms(dataset, day)
        panel, _ = demand_panel(dataset, terms, calendar)
        chains = tuple(successions(terms.frame, panel))
        numbers = np.array([ground.numbers.get(key, -1) for key in panel.keys], np.int64)
        window = np.arange(origin + 1, origin + 1 + ground.horizon)
        actual = np.where(numbers[:, None] >= 0, came[numbers][:, window], np.nan)
        days = terms.frame["lead_time_days"] + terms.frame["review_period_days"]
        summed = np.array([calendar.buckets_to_cover(int(each)) for each in days], np.int64)
        yield Moment(
            origin=origin,
            past=Past(panel, dataset.settings, ground.horizon, ground.levels, chains),
            truth=truth_after(
                panel,
                actual,
                np.clip(summed, 1, ground.horizon),
                SEASON[calendar.bucket],
            ),
            numbers=numbers,
        )


def left_out(ground: Ground) -> tuple[int, int]:
    """Buckets after an origin that were sold out, wholly or in part, and all that were lived."""
    window = (ground.origins[:, None] + 1 + np.arange(ground.horizon)).ravel()
    known = ground.panel.known[:, window]
    hidden = (known == Known.LOWER_BOUND) | (known == Known.UNKNOWN)
    return int(hidden.sum()), int((known != Known.OUTSIDE).sum())


def _terms(dataset: Dataset, day: Day) -> Terms:
    return resolve_terms(dataset, find_series(dataset), day)


def _usual_horizon(dataset: Dataset, calendar: Calendar, terms: Terms) -> int:
    days = planning_horizon(calendar, dataset.settings, terms.frame)
    return max(1, min(calendar.buckets_to_cover(days), USUAL_HORIZON[calendar.bucket]))


def _both(one: Floats, other: Floats) -> Floats:
    """The levels of both, ascending; those that differ by less than 1e-9 are one."""
    return np.unique(np.round(np.append(one, other), 9))
