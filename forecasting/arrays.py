"""The arrays that the one pass reads, keeps and writes; see `forecasting.kernel`.

N series of a pass, named by numbers into a panel of S; C candidates, L places in the season,
O origins, J lengths.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.terms import Flags, Floats, Integers, Singles
from forecasting.models import STATE_FIELDS

# Columns of `States.numbers`.
EVIDENCE, AGE = 0, 1
"""Squared errors that were weighed; ordinary buckets taken in."""
PASSED, TIMES, TOTAL, SQUARES = 2, 3, 4, 5
"""Buckets observed; of these with demand, their demand and its squares."""
SOLD = 6
"""Units recorded, of lower bounds too."""
NOISE, AROUND, COUNTED = 7, 8, 9
"""Squared deviations from the level around; running sum and count of a season's buckets."""
ERROR_SQUARES, MEAN_SQUARES, MEANS = 10, 11, 12
"""Of one-step forecasts, for series with lower bounds only."""
CENSORED = 13
"""Whether the series has a lower bound."""
NUMBERS = 14

# Columns of `States.open`: forecasts of a sum that is not over.
BEGUN, EXPECTED, DAMPED, CAME, SEEN = range(5)
"""Bucket of the origin (-1: none); so far profile, profile × damping, demand, buckets observed."""
OPEN, OPEN_NUMBERS = 2, 5


class History(NamedTuple):
    """What a pass reads of a panel; see `domain.terms.Panel`."""

    demand: Singles  # S × T
    known: NDArray[np.uint8]  # S × T
    share: Singles  # S × T, or 1 × 1 where nothing is known of it
    first: Integers  # S
    whole: Flags  # S


class Seasonal(NamedTuple):
    """What demand is divided by."""

    positions: Integers  # place in the season of each bucket of history and ahead
    pooled: Singles  # G × fits × L, profiles of groups, from `fits_begin` on
    group: Integers  # S
    yearly: Singles  # categories × buckets of history and ahead
    category: Integers  # S, which row of `yearly`
    rules: Integers  # L, refit, needed, smooth, fits_begin


class States(NamedTuple):
    """What is left of N series after a bucket: all that the next bucket needs."""

    models: Singles  # N × STATE_FIELDS × C
    open_level: Singles  # N × OPEN × C
    open_slope: Singles  # N × OPEN × C
    open: Floats  # N × OPEN × OPEN_NUMBERS
    loss: Floats  # N × C, squared errors, fading
    weight: Floats  # N × C, of the blend
    numbers: Floats  # N × NUMBERS
    season: Floats  # N × 3 × L: profile, demand, level around


class Record(NamedTuple):
    """What is written down at origins, ascending, and the sums that came after them.

    Sums are of the first `lengths` buckets, NaN where under half of them is observed; single
    buckets NaN where they are not observed.
    """

    origins: Integers  # O, bucket numbers
    lengths: Integers  # J, buckets, ascending
    level: Singles  # N × O, units per ordinary bucket
    slope: Singles  # N × O
    age: Singles  # N × O
    sold: Floats  # N × O, units recorded so far
    size: Floats  # N × O, mean demand of the buckets so far that had some; 0: none had
    profile: Floats  # N × O × L, as it stood
    mean: Singles  # N × O × J, forecast of the sum
    actual: Singles  # N × O × J
    bucket_mean: Singles  # N × O × J, forecast of the single bucket so far ahead
    bucket_actual: Singles  # N × O × J


class Learned(NamedTuple):
    """Relative losses of the candidates, for classes to learn from; no origins: not wanted."""

    relative: Singles  # N × loss origins × C
    demand_class: NDArray[np.uint8]  # N × loss origins


def fresh_states(series: int, candidates: int, length: int) -> States:
    """States before the first bucket."""
    opened = np.zeros((series, OPEN, OPEN_NUMBERS))
    opened[:, :, BEGUN] = -1.0
    season = np.zeros((series, 3, length))
    season[:, 0] = 1.0
    return States(
        models=np.zeros((series, STATE_FIELDS, candidates), np.float32),
        open_level=np.zeros((series, OPEN, candidates), np.float32),
        open_slope=np.zeros((series, OPEN, candidates), np.float32),
        open=opened,
        loss=np.zeros((series, candidates)),
        weight=np.full((series, candidates), 1.0 / candidates),
        numbers=np.zeros((series, NUMBERS)),
        season=season,
    )


def fresh_record(series: int, origins: Integers, lengths: Integers, length: int) -> Record:
    """A record in which nothing stands yet."""
    kept, grid = (series, origins.size), (series, origins.size, lengths.size)
    return Record(
        origins=origins,
        lengths=lengths,
        level=np.zeros(kept, np.float32),
        slope=np.zeros(kept, np.float32),
        age=np.zeros(kept, np.float32),
        sold=np.zeros(kept),
        size=np.zeros(kept),
        profile=np.ones((*kept, length)),
        mean=np.full(grid, np.nan, np.float32),
        actual=np.full(grid, np.nan, np.float32),
        bucket_mean=np.full(grid, np.nan, np.float32),
        bucket_actual=np.full(grid, np.nan, np.float32),
    )
